import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startGraph, type Graph } from '../../tests/simulators/graph/graph.ts'
import {
  callOf,
  messageChange,
  metaJson,
  signatureOf,
  statusChange,
  type GraphNumber,
  type Sent
} from '../../tests/simulators/graph/webhooks.ts'
import { channelContract } from '../channel-contract.ts'
import type { InboundMessage, OutboundMessage, WebhookRequest } from '../channel.ts'
import { whatsappAccount } from './fixtures/account.ts'
import recorded from './fixtures/messages.json' with { type: 'json' }
import { whatsapp } from './index.ts'
import { receive } from './receive.ts'
import { send } from './send.ts'
import type { WhatsappSettings } from './settings.ts'
import { test } from './test.ts'

const { phoneNumberId, wabaId, accessToken, appSecret } = whatsappAccount().settings
const number: GraphNumber = { phoneNumberId, wabaId, accessToken, appSecret, display: '15550783881' }
let graph: Graph

beforeAll(async () => {
  graph = await startGraph([number])
})
afterAll(() => graph.stop())
beforeEach(() => graph.answer({ kind: 'normal' }))

const account = (settings: Partial<WhatsappSettings> = {}) =>
  whatsappAccount({ graphUrl: graph.url, ...settings })

const signed = (call: unknown, secret = appSecret): WebhookRequest => {
  const body = metaJson(call)
  return {
    headers: { 'x-hub-signature-256': signatureOf(body, secret) },
    query: {},
    rawBody: Buffer.from(body)
  }
}
const written = (sent: Sent, more?: Parameters<typeof messageChange>[3]) =>
  signed(callOf(number, [messageChange(number, '16505551234', sent, more)]))
const outbound = (given: Partial<OutboundMessage> = {}): OutboundMessage => ({
  id: 'abcdef0123456789abcdef01',
  address: '16505551234',
  fromName: 'Awa',
  text: 'Hello',
  attachments: [],
  references: [],
  ...given
})
const file = (name: string, type: string, bytes = 10) => ({ name, type, content: Buffer.alloc(bytes, 1) })

const right = written(recorded.text, { id: 'wamid.recorded' })
channelContract(whatsapp, {
  account: () => account(),
  webhook: {
    message: right,
    forged: [
      { ...right, headers: {} },
      { ...right, headers: { 'x-hub-signature-256': signatureOf('another body', appSecret) } },
      { ...right, rawBody: Buffer.from(JSON.stringify(JSON.parse(Buffer.from(right.rawBody).toString()))) },
      signed(callOf(number, []), 'the secret of another app')
    ],
    garbage: [
      signed(null),
      signed([]),
      signed('text'),
      signed({ object: 'page', entry: [] }),
      signed({ object: 'whatsapp_business_account', entry: 5 }),
      signed(callOf(number, [{ field: 'messages', value: null }])),
      signed(callOf(number, [{ field: 'messages', value: { metadata: {}, messages: [1] } }])),
      signed(callOf(number, [messageChange(number, '', { type: 'text' })])),
      signed(callOf(number, [messageChange(number, '16505551234', { type: '__proto__' })])),
      signed(callOf(number, [messageChange(number, '16505551234', { type: 'text', text: 'no object' })]))
    ]
  },
  send: { message: () => outbound(), unreachable: () => account({ graphUrl: 'http://127.0.0.1:9' }) }
})

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
    ['reaction', /^❤️ \(reaction to a message\)$/],
    ['reaction taken back', /taken back/],
    ['order', /2 × card-gold\nBy Friday/],
    ['system', /changed their number/],
    ['edit', /^\(edited\) At ten, not nine$/],
    ['revoke', /deleted a message/],
    ['unsupported', /does not hand on: WhatsApp does not carry a message of this type. \(131051\)/],
    ['unknown', /not known here: hologram/],
    ['kind without content', /not known here: image/]
  ] as const)('is written in words: %s', (kind, words) => {
    expect(read(kind).text).toMatch(words)
  })

  it('is labelled in the language of the account', () => {
    expect(read('reaction', { language: 'fr' }).text).toContain('réaction à un message')
  })

  it('says which message it is about', () => {
    expect(read('reaction').thread).toEqual({ own: [], external: ['wamid.of-ours'] })
    expect(read('button reply').thread).toEqual({ own: [], external: ['wamid.of-ours'] })
    expect(read('edit').thread).toEqual({ own: [], external: ['wamid.before'] })
    expect(read('text').thread).toBeUndefined()
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

describe('what we send', () => {
  const sendNow = async (given: Partial<OutboundMessage>) => {
    const before = graph.messages.length
    const sent = await send(outbound(given), account())
    return { sent, bodies: graph.messages.slice(before).map(({ body }) => body) }
  }

  it('is words, with our id beside them', async () => {
    const { sent, bodies } = await sendNow({ text: ' Bonjour ', answers: 'wamid.theirs' })
    expect(bodies).toEqual([
      {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: '16505551234',
        context: { message_id: 'wamid.theirs' },
        biz_opaque_callback_data: 'abcdef0123456789abcdef01',
        type: 'text',
        text: { body: 'Bonjour', preview_url: false }
      }
    ])
    expect(sent.externalId).toBe(graph.messages.at(-1)?.id)
  })

  it('goes to the id of who has a username', async () => {
    const { bodies } = await sendNow({ address: 'BR.1502576394655843' })
    expect(bodies[0]).toMatchObject({ recipient: 'BR.1502576394655843' })
    expect(bodies[0]).not.toHaveProperty('to')
  })

  it('is a file with the words under it', async () => {
    const { bodies } = await sendNow({
      text: 'Please sign',
      attachments: [file('form.pdf', 'application/pdf')]
    })
    expect(bodies).toMatchObject([
      { type: 'document', document: { filename: 'form.pdf', caption: 'Please sign' } }
    ])
    const { id } = bodies[0]!['document'] as { id: string }
    expect(graph.files.get(id)).toMatchObject({ type: 'application/pdf', content: Buffer.alloc(10, 1) })
  })

  it('is the words first where they cannot stand under the files', async () => {
    const types = async (given: Partial<OutboundMessage>) =>
      (await sendNow(given)).bodies.map(({ type }) => type)
    const picture = file('a.png', 'image/png')
    expect(await types({ attachments: [picture, file('b.mp4', 'video/mp4')] })).toEqual([
      'text',
      'image',
      'video'
    ])
    expect(await types({ attachments: [file('a.ogg', 'audio/ogg')] })).toEqual(['text', 'audio'])
    expect(await types({ text: 'x'.repeat(1025), attachments: [picture] })).toEqual(['text', 'image'])
    expect(await types({ text: '', attachments: [file('big.png', 'image/png', 6 * 1024 * 1024)] })).toEqual([
      'document'
    ])
  })

  it('leaves nothing when a file is not taken, and repeats nothing when a later part is not', async () => {
    const before = graph.messages.length
    const attachments = [file('a.png', 'image/png'), file('b.png', 'image/png')]
    graph.answer({ kind: 'code', code: 131053, times: 1 }, '/media')
    await expect(send(outbound({ attachments }), account())).rejects.toMatchObject({ reason: 'refused' })
    expect(graph.messages).toHaveLength(before)
    graph.answer({ kind: 'code', code: 131053, after: 1 }, '/messages')
    const sent = await send(outbound({ attachments }), account())
    expect(graph.messages.slice(before).map(({ type }) => type)).toEqual(['text'])
    expect(sent).toEqual({
      externalId: graph.messages.at(-1)?.id,
      refused: ['a.png', 'b.png'].map((address) => ({
        address,
        reason: expect.stringContaining('does not take the file') as string
      }))
    })
  })

  it('is not longer than WhatsApp carries', async () => {
    await expect(send(outbound({ text: 'x'.repeat(4097) }), account())).rejects.toMatchObject({
      reason: 'refused'
    })
  })

  it.each([
    ['a limit', { kind: 'limited', seconds: 9 }, { reason: 'rate-limited', retryAfterMs: 9000 }],
    ['an outage', { kind: 'down' }, { reason: 'unreachable' }],
    ['an expired token', { kind: 'expired' }, { reason: 'unauthorized' }],
    ['a closed window', { kind: 'code', code: 131047 }, { reason: 'refused' }]
  ] as const)('meets %s', async (_, mood, failure) => {
    graph.answer(mood)
    await expect(send(outbound(), account())).rejects.toMatchObject(failure)
  })
})

describe('a customer’s file', () => {
  const fetchNow = (id: string, type: string) =>
    whatsapp.fetchMedia?.({ id, name: 'a', type }, account(), AbortSignal.timeout(5000))

  it('is fetched with its type', async () => {
    const id = graph.files.keep(Buffer.from('%PDF-1.7'), 'application/pdf')
    expect(await fetchNow(id, 'application/pdf')).toMatchObject({
      name: 'a',
      type: 'application/pdf',
      content: Buffer.from('%PDF-1.7')
    })
  })

  it('claims nothing when it is not of the type that the message said', async () => {
    const id = graph.files.keep(Buffer.from('<svg/>'), 'image/svg+xml')
    expect(await fetchNow(id, 'image/png')).toMatchObject({ type: 'application/octet-stream' })
  })

  it('is not taken when it is larger than its kind, gone, or away for now', async () => {
    const large = graph.files.keep(Buffer.alloc(6 * 1024 * 1024), 'image/webp')
    await expect(fetchNow(large, 'image/webp')).rejects.toMatchObject({ reason: 'refused' })
    await expect(fetchNow('404', 'image/png')).rejects.toMatchObject({ reason: 'refused' })
    graph.answer({ kind: 'down' })
    await expect(fetchNow(large, 'image/webp')).rejects.toMatchObject({ reason: 'unreachable' })
  })

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'https://lookaside.fbsbx.com.evil.example/x',
    'https://evilfbsbx.com/x',
    'https://user@lookaside.fbsbx.com/x',
    'https://lookaside.fbsbx.com:8443/x',
    'http://lookaside.fbsbx.com/x',
    'file:///etc/passwd',
    'no address'
  ])('is not looked for at %s, nor is the token shown there', async (url) => {
    const id = graph.files.keep(Buffer.from('x'), 'image/png')
    const describe = graph.files.describe.bind(graph.files)
    graph.files.describe = (...given) => ({ ...describe(...given)!, url })
    try {
      await expect(fetchNow(id, 'image/png')).rejects.toMatchObject({
        reason: 'refused',
        message: expect.stringContaining('not Meta’s') as string
      })
    } finally {
      graph.files.describe = describe
    }
  })
})

describe('the token', () => {
  const checkNow = () => whatsapp.check?.(account(), AbortSignal.timeout(5000))
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000)

  it('is spoken of two weeks before it ends', async () => {
    expect(await checkNow()).toBe('')
    number.expiresAt = inDays(60)
    expect(await checkNow()).toBe('')
    number.expiresAt = inDays(10)
    expect(await checkNow()).toContain(inDays(10).toISOString().slice(0, 10))
    delete number.expiresAt
  })

  it('is told apart from an outage', async () => {
    graph.answer({ kind: 'expired' })
    await expect(checkNow()).rejects.toMatchObject({ reason: 'unauthorized' })
    graph.answer({ kind: 'down' })
    await expect(checkNow()).rejects.toMatchObject({ reason: 'unreachable' })
  })
})

describe('testing an account', () => {
  const stepsOf = async (settings: Partial<WhatsappSettings> = {}) => {
    const { ok, steps } = await test(account(settings), AbortSignal.timeout(5000))
    return { ok, failed: steps.find((step) => !step.ok), names: steps.map(({ name }) => name) }
  }

  it('goes through every step when all is well', async () => {
    expect(await stepsOf()).toEqual({
      ok: true,
      failed: undefined,
      names: ['Number', 'App secret', 'Business account', 'Webhook', 'Access token']
    })
  })

  it('names what is wrong', async () => {
    expect((await stepsOf({ accessToken: 'wrong' })).failed).toMatchObject({
      name: 'Number',
      detail: expect.stringContaining('expired') as string
    })
    expect((await stepsOf({ appSecret: 'another secret of theirs' })).failed?.name).toBe('App secret')
    expect((await stepsOf({ wabaId: '55555' })).failed?.name).toBe('Business account')
  })
})
