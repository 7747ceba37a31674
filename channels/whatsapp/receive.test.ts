import { describe, expect, it } from 'vitest'
import { callOf, messageChange, statusChange, type Sent } from '../../tests/simulators/graph/webhooks.ts'
import type { InboundMessage } from '../channel.ts'
import { whatsappAccount as account } from './fixtures/account.ts'
import { number, signed, written } from '../../tests/simulators/graph/far-side.ts'
import recorded from './fixtures/messages.json' with { type: 'json' }
import { whatsapp } from './index.ts'
import { receive } from './receive.ts'
import type { WhatsappSettings } from './settings.ts'

describe('what a customer sends', () => {
  const read = (kind: keyof typeof recorded, settings: Partial<WhatsappSettings> = {}) =>
    receive(written(recorded[kind] as Sent, { name: 'Fatou' }), account(settings))[0] as InboundMessage

  it('is words', () => {
    const at = new Date('2026-11-20T10:00:00Z')
    const [event] = receive(written(recorded.text, { id: 'wamid.1', name: 'Fa\u202etou\n', at }), account())
    expect(event).toEqual({
      kind: 'message',
      address: '16505551234',
      name: 'Fatou',
      externalId: 'wamid.1',
      sentAt: at,
      text: 'Bonjour, où est ma carte ? 😀',
      via: whatsapp.via?.(account())
    })
  })

  it.each([
    ['image', 'The card', { name: 'image.jpg', type: 'image/jpeg' }],
    ['voice', '', { name: 'voice.ogg', type: 'audio/ogg' }],
    ['video', '', { name: 'video.mp4', type: 'video/mp4' }],
    ['document', '', { name: '../../relevéfdp.exe', type: 'application/pdf' }],
    ['sticker', '', { name: 'sticker.webp', type: 'image/webp' }]
  ] as const)('is a file to be fetched: %s', (kind, text, media) => {
    const message = read(kind)
    expect(message.text).toBe(text)
    expect(message.media).toMatchObject([media])
  })

  it.each([
    ['location', /📍 Agence Plateau\n12 avenue Pompidou, Dakar\nhttps:.*mlat=14\.6937&mlon=-17\.4441/],
    ['contacts', /👤 Moussa Diop\nAtelier Diop\n\+221 77 123 45 67\nmoussa@example\.org/],
    ['button reply', /^Yes, please$/],
    ['list reply', /^Thursday\n10 to 12$/],
    ['form', /^Form: Sent\ncity: Dakar\nrooms: 2$/],
    ['template button', /^Stop$/],
    ['order', /2 × card-gold\nBy Friday/],
    ['system', /changed their number/],
    ['unsupported', /does not hand on: WhatsApp does not carry a message of this type. \(131051\)/],
    ['unknown', /not known here: hologram/],
    ['kind without content', /not known here: image/]
  ] as const)('is written in words: %s', (kind, words) => {
    expect(read(kind).text).toMatch(words)
  })

  it('is labelled in the language of the account', () => {
    expect(read('order', { language: 'fr' }).text).toContain('Commande')
  })

  it('says which message it answers, and what was chosen there', () => {
    expect(read('button reply')).toMatchObject({ answers: 'wamid.of-ours', chosen: 'yes' })
    expect(read('list reply')).toMatchObject({ chosen: '3' })
    expect(read('template button')).toMatchObject({ chosen: 'stop' })
    expect(read('text')).not.toHaveProperty('answers')
    expect(read('text')).not.toHaveProperty('chosen')
  })

  it('keeps the original of what is not understood, and says that nobody wrote what the system did', () => {
    expect(JSON.parse(Buffer.from(read('unknown').raw ?? []).toString())).toMatchObject({ type: 'hologram' })
    expect(read('text').raw).toBeUndefined()
    expect(read('system').automatic).toBe('bulk')
  })

  it('comes from a number in one form, or from the id of who has a username', () => {
    const from = (sender: string, more: object = {}) =>
      receive(
        signed(callOf(number, [messageChange(number, sender, { ...recorded.text, ...more })])),
        account()
      )[0]
    expect(from('551187654321')).toMatchObject({ address: '5511987654321', name: 'A customer' })
    expect(from('', { from: undefined, from_user_id: 'BR.1502576394655843' })).toMatchObject({
      address: 'BR.1502576394655843'
    })
    expect(from('')).toMatchObject({ kind: 'quarantined' })
  })
})

describe('what a customer does with a message', () => {
  const at = new Date('2026-11-20T10:00:00Z')
  const done = (sent: Sent) => receive(written(sent, { at }), account())[0]
  const via = whatsapp.via?.(account())
  const theirs = { address: '16505551234', at, via }

  it('is an emoji on it, or that emoji taken back', () => {
    const reaction = { kind: 'reaction', on: 'wamid.of-ours', ...theirs }
    expect(done(recorded.reaction)).toEqual({ ...reaction, emoji: '❤️' })
    expect(done(recorded['reaction taken back'])).toEqual({ ...reaction, emoji: '' })
    const family = '👨‍👩‍👧'
    expect(done({ type: 'reaction', reaction: { message_id: 'wamid.of-ours', emoji: family } })).toEqual({
      ...reaction,
      emoji: family
    })
    expect(
      done({ type: 'reaction', reaction: { message_id: 'x', emoji: 'a\u202e'.repeat(500) } })
    ).toMatchObject({
      emoji: 'a'.repeat(32)
    })
  })

  it('is to change it, or to take it back', () => {
    const amendment = { kind: 'amendment', of: 'wamid.before', ...theirs }
    expect(done(recorded.edit)).toEqual({ ...amendment, text: 'At ten, not nine' })
    expect(done(recorded['edit of a caption'])).toEqual({ ...amendment, text: 'The card, from behind' })
    expect(done(recorded.revoke)).toEqual({ ...amendment, text: null })
  })

  it('is shown as a message when it is not understood, and nothing is taken away', () => {
    for (const sent of [
      { type: 'edit' },
      { type: 'edit', edit: { original_message_id: 'wamid.before' } },
      { type: 'edit', edit: { original_message_id: 'wamid.before', message: { type: 'hologram' } } },
      { type: 'revoke' },
      { type: 'reaction' }
    ])
      expect(done(sent), JSON.stringify(sent)).toMatchObject({
        kind: 'message',
        text: expect.stringContaining('not known here') as string,
        raw: expect.any(Uint8Array) as Uint8Array
      })
  })

  it('is of somebody', () => {
    const [event] = receive(
      signed(callOf(number, [messageChange(number, '', { ...recorded.reaction, from: undefined })])),
      account()
    )
    expect(event).toMatchObject({ kind: 'quarantined' })
  })
})

describe('what is said of templates', () => {
  const told = (id: string, ...names: string[]) => ({
    id,
    changes: names.map((field) => ({ field, value: { event: 'APPROVED', message_template_id: 1 } }))
  })
  const heard = (...entry: object[]) =>
    receive(signed({ object: 'whatsapp_business_account', entry }), account())
  const notice = { kind: 'notice', about: 'templates' }

  it.each([
    'message_template_status_update',
    'message_template_quality_update',
    'message_template_components_update',
    'template_category_update'
  ])('is a notice: %s', (field) => {
    expect(heard(told(number.wabaId, field))).toEqual([notice])
  })

  it('is one notice a business account, and not ours where it is another’s', () => {
    const status = 'message_template_status_update'
    const events = heard(
      told(number.wabaId, status, status),
      told('999', status),
      told(number.wabaId, status)
    )
    expect(events).toEqual([notice, { ...notice, via: expect.stringMatching(/:999$/) as string }])
  })

  it('is nothing when it is of something else', () => {
    expect(heard(told(number.wabaId, 'account_update', 'phone_number_quality_update', 'flows'))).toEqual([])
  })
})

describe('a batch', () => {
  it('is taken apart in order, with what is broken in it set aside', () => {
    const broken = { ...messageChange(number, '16505551234', { type: 'text', text: 'no object' }) }
    const other = { ...number, phoneNumberId: '999999999' }
    const events = receive(
      signed({
        object: 'whatsapp_business_account',
        entry: [
          {
            id: '1',
            changes: [messageChange(number, '16505551234', recorded.text, { id: 'wamid.a' }), broken]
          },
          { id: '2', changes: [messageChange(other, '16505551234', recorded.text, { id: 'wamid.b' })] },
          { id: '3', changes: [{ field: 'account_update', value: { event: 'VERIFIED' } }] }
        ]
      }),
      account()
    )
    expect(events.map(({ kind }) => kind)).toEqual(['message', 'quarantined', 'message'])
    expect(events.map(({ via }) => via === whatsapp.via?.(account()))).toEqual([true, true, false])
  })
})

describe('the state of a message of ours', () => {
  const report = (status: string, more: object = {}) =>
    receive(
      signed(callOf(number, [statusChange(number, { id: 'wamid.x', status, recipient_id: '1', ...more })])),
      account()
    )

  it.each(['sent', 'delivered', 'read'])('is %s', (state) => {
    expect(report(state, { biz_opaque_callback_data: 'abcdef0123456789abcdef01' })).toMatchObject([
      { kind: 'delivery', state, externalId: 'wamid.x', messageId: 'abcdef0123456789abcdef01' }
    ])
  })

  it('is failed, with the reason in plain words', () => {
    const errors = [{ code: 131026, title: 'Message undeliverable', error_data: { details: 'x' } }]
    expect(report('failed', { errors })).toMatchObject([
      { state: 'failed', reason: expect.stringMatching(/cannot be delivered.*131026/) as string }
    ])
  })

  it('is heard as read when a voice note was played, and let be when it is none', () => {
    expect(report('played')).toMatchObject([{ state: 'read' }])
    expect(report('deleted')).toEqual([])
    expect(report('constructor')).toEqual([])
  })

  it('does not take another’s data for an id of ours', () => {
    expect(report('sent', { biz_opaque_callback_data: '{"campaign":1}' })[0]).not.toHaveProperty('messageId')
  })
})
