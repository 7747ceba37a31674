import type { FetchMessageObject, MailboxObject } from 'imapflow'
import { describe, expect, it } from 'vitest'
import { testAccount } from './fixtures/load.ts'
import { isWanted, resume } from './imap-position.ts'
import type { EmailSettings } from './settings.ts'

const now = new Date('2026-05-04T12:00:00Z')
const mailbox = (uidValidity: number, uidNext: number) =>
  ({ path: 'INBOX', uidValidity: BigInt(uidValidity), uidNext }) as MailboxObject
const settings = (imapStart: EmailSettings['imapStart']) => testAccount({ imapStart }).settings
const mail = (uid: number, date: string, ...flags: string[]) =>
  ({ uid, internalDate: date, flags: new Set(flags) }) as unknown as FetchMessageObject

describe('where reading a mailbox begins', () => {
  it('goes on where it was', () => {
    const saved = { mailbox: 'INBOX', uidValidity: '7', uid: 40, until: 10, since: now.toISOString() }
    expect(resume(saved, mailbox(7, 50), settings('unread'), now)).toBe(saved)
  })

  it.each([
    ['unread', { uid: 0, until: 9, since: now.toISOString() }],
    ['new', { uid: 9, until: 9, since: now.toISOString() }],
    ['all', { uid: 0, until: 9 }]
  ] as const)('begins with %s mail', (start, position) => {
    const expected = { mailbox: 'INBOX', uidValidity: '7', ...position }
    for (const saved of [
      undefined,
      null,
      'rubbish',
      { mailbox: 'INBOX' },
      { ...expected, mailbox: 'Other' }
    ]) {
      expect(resume(saved, mailbox(7, 10), settings(start), now)).toEqual(expected)
    }
  })

  it('looks through a renumbered mailbox again, from the day it began', () => {
    const since = '2026-01-01T00:00:00.000Z'
    const saved = { mailbox: 'INBOX', uidValidity: '7', uid: 40, until: 10, since }
    expect(resume(saved, mailbox(8, 30), settings('new'), now)).toEqual({
      mailbox: 'INBOX',
      uidValidity: '8',
      uid: 0,
      until: 29,
      since
    })
  })
})

describe('which of the mail that was there is wanted', () => {
  const position = { mailbox: 'INBOX', uidValidity: '7', uid: 0, until: 9, since: now.toISOString() }

  it.each([
    ['unread', mail(3, '2026-05-01T00:00:00Z'), true],
    ['unread', mail(3, '2026-05-01T00:00:00Z', '\\Seen'), false],
    ['new', mail(3, '2026-05-01T00:00:00Z'), false],
    ['new', mail(3, '2026-05-04T12:01:00Z', '\\Seen'), true],
    ['unread', mail(10, '2026-05-01T00:00:00Z', '\\Seen'), true]
  ] as const)('start %s, %j: %s', (start, one, wanted) => {
    expect(isWanted(one, position, settings(start))).toBe(wanted)
  })

  it('is all of it when the account began with everything', () => {
    const { since: _, ...all } = position
    expect(isWanted(mail(3, '2020-01-01T00:00:00Z', '\\Seen'), all, settings('all'))).toBe(true)
  })
})
