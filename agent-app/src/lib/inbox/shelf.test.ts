import type { Interaction } from '@palabre/config/contract/interaction'
import { describe, expect, it } from 'vitest'
import { arrange, groupOf, hold, Shelf, type Row } from './shelf.ts'

const me = 'a'.repeat(24)
const colleague = 'b'.repeat(24)
const now = Date.parse('2026-11-23T10:00:00Z')
const at = (seconds: number) => new Date(now + seconds * 1000).toISOString()

const work = (id: string, change: Partial<Interaction> = {}): Interaction => ({
  id,
  version: 1,
  conversationId: `c${id}`,
  contactId: `p${id}`,
  contactName: `Contact ${id}`,
  accountId: 'x',
  channel: 'email',
  medium: 'email',
  queueId: 'q',
  state: 'active',
  subject: null,
  preview: '',
  previewKind: 'in',
  lastMessageAt: at(-60),
  unread: 0,
  priority: 0,
  requirements: [],
  agentId: me,
  offer: null,
  sticky: null,
  preferredIds: [],
  forbiddenIds: [],
  suggestion: null,
  callback: null,
  estimate: null,
  consults: [],
  queuedAt: at(-120),
  acceptedAt: at(-100),
  dueAt: null,
  windowUntil: null,
  waitingFor: 'agent',
  snoozedUntil: null,
  wrapUp: null,
  dispositionId: null,
  dispositionNote: '',
  rating: null,
  transfer: null,
  customerOnline: null,
  createdAt: at(-120),
  closedAt: null,
  ...change
})
const offer = (id: string, change: Partial<Interaction> = {}) =>
  work(id, {
    state: 'offered',
    agentId: null,
    acceptedAt: null,
    offer: { id: `o${id}`, agentId: me, at: at(-3), expiresAt: at(20), reasons: [] },
    ...change
  })
const ids = (rows: Row[]) => rows.map(({ interaction }) => interaction.id)

describe('the shelf', () => {
  it('takes what is offered to the agent or in her hands, and nothing of others', () => {
    const shelf = new Shelf()
    expect(shelf.take(offer('1'), me).kind).toBe('came')
    expect(shelf.take(work('2', { state: 'wrapup' }), me).kind).toBe('came')
    expect(shelf.take(work('3', { agentId: colleague }), me).kind).toBe('none')
    expect(shelf.take(work('4', { state: 'queued', agentId: null }), me).kind).toBe('none')
    expect(shelf.items.map(({ id }) => id)).toEqual(['1', '2'])
  })

  it('keeps the newest version, whatever comes first', () => {
    const shelf = new Shelf()
    shelf.take(work('1', { version: 5, preview: 'new' }), me)
    expect(shelf.take(work('1', { version: 4, preview: 'old' }), me).kind).toBe('none')
    expect(shelf.get('1')?.preview).toBe('new')
  })

  it('lets go of what left the agent, and an older event does not bring it back', () => {
    const shelf = new Shelf()
    shelf.take(work('1', { version: 2 }), me)
    expect(shelf.take(work('1', { version: 3, agentId: colleague }), me).kind).toBe('left')
    expect(shelf.take(work('1', { version: 2 }), me).kind).toBe('none')
    expect(shelf.items).toEqual([])
  })

  it('drops what a snapshot does not list, but not what an event brought while it was read', () => {
    const shelf = new Shelf()
    shelf.take(work('gone'), me)
    shelf.take(work('fresh'), me)
    const taken = shelf.replace([work('kept')], me, new Set(['fresh']))
    expect(shelf.items.map(({ id }) => id).sort()).toEqual(['fresh', 'kept'])
    expect(taken.filter(({ kind }) => kind === 'left')).toHaveLength(1)
  })

  it('does not let an old snapshot undo a newer event', () => {
    const shelf = new Shelf()
    shelf.take(work('1', { version: 2 }), me)
    shelf.take(work('1', { version: 3, state: 'closed' }), me)
    shelf.replace([work('1', { version: 2 })], me, new Set(['1']))
    expect(shelf.items).toEqual([])
  })
})

describe('the groups', () => {
  it.each([
    ['offered', offer('1')],
    ['mine', work('1')],
    ['mine', work('1', { state: 'wrapup', waitingFor: 'customer' })],
    ['waiting', work('1', { waitingFor: 'customer' })],
    ['snoozed', work('1', { snoozedUntil: at(60) })],
    ['mine', work('1', { snoozedUntil: at(-60) })],
    ['mine', work('1', { medium: 'chat', customerOnline: true, waitingFor: 'customer' })],
    ['waiting', work('1', { medium: 'chat', customerOnline: false, waitingFor: 'customer' })]
  ] as const)('puts it under %s', (group, interaction) => expect(groupOf(interaction, now, me)).toBe(group))

  it('stands in the order offered, mine, waiting, snoozed, and what was accepted later stands lower', () => {
    const rows = arrange(
      [
        work('snoozed', { snoozedUntil: at(60) }),
        work('second', { acceptedAt: at(-10) }),
        work('waiting', { waitingFor: 'customer' }),
        work('first', { acceptedAt: at(-20) }),
        offer('offer')
      ],
      now,
      me
    )
    expect(ids(rows)).toEqual(['offer', 'first', 'second', 'waiting', 'snoozed'])
  })

  it('leaves the open conversation in its group after the answer', () => {
    const items = [work('1', { waitingFor: 'customer' }), work('2')]
    expect(ids(arrange(items, now, me, { id: '1', group: 'mine' }))).toEqual(['1', '2'])
    expect(ids(arrange(items, now, me))).toEqual(['2', '1'])
  })
})

describe('what a colleague asks about', () => {
  const consult = {
    id: 'k1',
    agentId: me,
    agentName: 'Me',
    byId: colleague,
    byName: 'Colleague',
    question: 'Is it right?',
    at: at(-5)
  }
  const asked = (change: Partial<Interaction> = {}) =>
    work('1', { agentId: colleague, consults: [consult], ...change })

  it('comes into a group of its own, whoever works on it', () => {
    const shelf = new Shelf()
    expect(shelf.take(asked(), me).kind).toBe('came')
    expect(groupOf(asked(), now, me)).toBe('asked')
    expect(groupOf(asked({ state: 'offered', offer: offer('1').offer, agentId: null }), now, me)).toBe(
      'offered'
    )
    expect(groupOf(asked({ agentId: me }), now, me)).toBe('mine')
  })

  it('leaves when the question is ended, and when the contact is closed', () => {
    const shelf = new Shelf()
    shelf.take(asked(), me)
    expect(shelf.take(asked({ consults: [], version: 2 }), me).kind).toBe('left')
    shelf.take(asked({ version: 3 }), me)
    expect(shelf.take(asked({ state: 'closed', version: 4 }), me).kind).toBe('left')
  })

  it('stays under the questions while it is open on screen', () => {
    const rows = arrange([asked()], now, me, { id: '1', group: 'mine' })
    expect(rows.map(({ group }) => group)).toEqual(['asked'])
  })
})

describe('the row under the pointer', () => {
  const before = arrange(
    [work('1'), work('2', { acceptedAt: at(-50) }), work('3', { acceptedAt: at(-40) })],
    now,
    me
  )

  it('does not move when an offer arrives above it', () => {
    const natural = arrange([...before.map(({ interaction }) => interaction), offer('new')], now, me)
    expect(ids(natural)[0]).toBe('new')
    expect(ids(hold(natural, before, '2'))).toEqual(['1', '2', '3', 'new'])
  })

  it('does not move when a row above it leaves; that one is still there, marked as gone', () => {
    const natural = before.slice(1)
    const held = hold(natural, before, '2')
    expect(ids(held)).toEqual(['1', '2', '3'])
    expect(held.map(({ gone }) => gone)).toEqual([true, false, false])
  })

  it('shows newer words of the rows that are held', () => {
    const natural = before.map((row) => ({ ...row, interaction: { ...row.interaction, preview: 'new' } }))
    expect(hold(natural, before, '3').every(({ interaction }) => interaction.preview === 'new')).toBe(true)
  })
})
