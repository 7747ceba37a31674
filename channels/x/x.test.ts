import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startX, type X } from '../../tests/simulators/x/x.ts'
import { signatureOf, xJson } from '../../tests/simulators/x/webhooks.ts'
import type { XOwner, XPerson } from '../../tests/simulators/x/world.ts'
import { channelContract } from '../channel-contract.ts'
import { standInHub, startListening, until } from '../channel-contract/stand-in-hub.ts'
import type { InboundMessage, OutboundMessage, WebhookRequest } from '../channel.ts'
import { xAccount } from './fixtures/account.ts'
import recorded from './fixtures/calls.json' with { type: 'json' }
import { x as channel } from './index.ts'
import { fetchMedia } from './media.ts'
import { profile } from './person.ts'
import { receive } from './receive.ts'
import { send } from './send.ts'
import { snowflakeAt } from './snowflake.ts'
import { ownId, trustsAnyCertificate, type XSettings } from './settings.ts'
import { test } from './test.ts'
import { portOf } from './twit-port.ts'

const { consumerKey, consumerSecret, accessToken, accessTokenSecret, bearerToken } = xAccount().settings
const owner: XOwner = {
  id: ownId({ accessToken }),
  name: 'Banque du Fleuve',
  username: 'banquedufleuve',
  consumerKey,
  consumerSecret,
  accessToken,
  accessTokenSecret,
  bearerToken
}
let far: X
let fatou: XPerson

beforeAll(async () => {
  far = await startX([owner])
  fatou = far.world.person('Fatou Diop')
})
afterEach(() => {
  far.answer({ kind: 'normal' })
  far.windows.clear()
})
afterAll(() => far.stop())

const account = (settings: Partial<XSettings> = {}) => xAccount({ apiUrl: far.url, ...settings })
const unreachable = () => account({ apiUrl: 'https://127.0.0.1:9' })

const signed = (call: unknown, secret = consumerSecret): WebhookRequest => {
  const body = xJson(call)
  return {
    headers: { 'x-twitter-webhooks-signature': signatureOf(body, secret) },
    query: {},
    rawBody: Buffer.from(body)
  }
}
const outbound = (given: Partial<OutboundMessage> = {}): OutboundMessage => ({
  id: 'abcdef0123456789abcdef01',
  address: fatou.id,
  fromName: 'Awa',
  text: 'Hello',
  attachments: [],
  references: [],
  ...given
})
const file = (name: string, type: string, bytes = 10) => ({ name, type, content: Buffer.alloc(bytes, 1) })

const right = signed(recorded.message)
channelContract(channel, {
  account: () => account(),
  webhook: {
    message: right,
    forged: [
      { ...right, headers: {} },
      { ...right, headers: { 'x-twitter-webhooks-signature': signatureOf('another body', consumerSecret) } },
      { ...right, rawBody: Buffer.from(JSON.stringify(JSON.parse(Buffer.from(right.rawBody).toString()))) },
      signed(recorded.message, 'the secret of another app')
    ],
    garbage: [
      signed(null),
      signed([]),
      signed('text'),
      signed({ for_user_id: 5 }),
      signed({ for_user_id: '1', direct_message_events: 7 }),
      signed({ for_user_id: '1', direct_message_events: [null, 1, {}] }),
      signed({ for_user_id: '1', tweet_create_events: [{ id_str: 'x' }] }),
      signed({ for_user_id: '1', tweet_delete_events: [{}] }),
      signed({ for_user_id: '1', direct_message_mark_read_events: [{ created_timestamp: 'soon' }] }),
      signed({ ...recorded.message, users: { '3001969357': null, __proto__: 1 } }),
      signed({ data: { event_type: '__proto__', filter: { user_id: '1' }, payload: null } }),
      signed({ data: { event_type: 'dm.received', filter: { user_id: '1' }, payload: 5 } }),
      signed({ data: { event_type: 'post.mention.create', filter: { user_id: '1' }, payload: {} } })
    ]
  },
  listen: {
    arrive: () => {
      far.world.message(fatou, owner, 'something new')
      return Promise.resolve()
    },
    unreachable
  },
  send: { message: () => outbound(), unreachable }
})

describe('what X tells', () => {
  const events = (name: keyof typeof recorded, settings: Partial<XSettings> = {}) =>
    receive(signed(recorded[name]), account(settings))
  const via = channel.via?.(xAccount())

  it('is a direct message, cleaned, with whole links', () => {
    expect(events('message')).toEqual([
      {
        kind: 'message',
        address: '3001969357',
        name: 'Fatou Diop',
        externalId: 'dm:954491830116155396',
        sentAt: new Date(1516403560557),
        text: 'Où est ma carte & mon code <PIN> ? https://example.org/cards?id=1&lang=fr',
        via
      }
    ])
  })

  it('is a file to be fetched, without its address in the text', () => {
    expect(events('picture')).toMatchObject([
      {
        text: 'the roof',
        media: [
          {
            id: '1062015396209922048',
            name: 'image.png',
            type: 'image/png',
            url: 'https://ton.twitter.com/1.1/ton/data/dm/1062015437679050760/1062015396209922048/hYQ2Ek0L.png'
          }
        ]
      }
    ])
    expect(events('film')).toMatchObject([
      {
        text: '',
        media: [{ name: 'video.mp4', url: 'https://video.twimg.com/dm_video/1/vid/640x360/b.mp4' }]
      }
    ])
  })

  it('is a mention, said to be public', () => {
    expect(events('mention')).toEqual([
      {
        kind: 'message',
        address: '3001969357',
        name: 'Fatou Diop',
        externalId: 'post:1924465506158878979',
        sentAt: new Date(1747663306123),
        text: '@banquedufleuve my card & I are stuck',
        public: { kind: 'mention', url: 'https://x.com/fatoudiop/status/1924465506158878979' },
        via
      }
    ])
  })

  it('is the whole of a long mention, and which post it answers', () => {
    expect(events('long mention')).toMatchObject([
      {
        text: 'A long story of a card, told in full to @banquedufleuve at last',
        name: '@fatoudiop',
        answers: 'post:1924465506158870000'
      }
    ])
  })

  it('is a change of a mention, under the id of its first version', () => {
    expect(events('edited mention')).toMatchObject([
      { kind: 'message', externalId: 'post:1924465506158878979' },
      {
        kind: 'amendment',
        address: '3001969357',
        of: 'post:1924465506158878979',
        text: '@banquedufleuve my card is stuck at ten'
      }
    ])
  })

  it('is that a post was taken back, and that messages were read', () => {
    expect(events('deleted')).toEqual([
      {
        kind: 'amendment',
        address: '3001969357',
        of: 'post:1924465506158878979',
        text: null,
        at: new Date(1747664006123),
        via
      }
    ])
    expect(events('read')).toEqual([
      { kind: 'read-until', address: '199566737', until: new Date(1518452444662), via }
    ])
  })

  it('is told the same by the X Activity API', () => {
    expect(events('envelope message')).toMatchObject([
      { externalId: 'dm:2080765901528535096', text: 'hello!', name: 'Fatou Diop', via }
    ])
    expect(events('envelope mention')).toMatchObject([
      {
        externalId: 'post:2080765813578191303',
        name: 'Fatou Diop',
        public: { url: 'https://x.com/fatoudiop/status/2080765813578191303' },
        via
      }
    ])
  })

  it('is nothing of our own, no repost, no quote, no typing and nothing of groups', () => {
    for (const name of ['own message', 'others', 'typing', 'revoked'] as const)
      expect(events(name)).toEqual([])
    const group = structuredClone(recorded.message)
    group.direct_message_events[0]!.message_create.target.recipient_id = '77'
    expect(receive(signed(group), account())).toEqual([])
  })

  it('is only what the account wants, and nothing before its costs are accepted', () => {
    expect(events('message', { takeMessages: false })).toEqual([])
    expect(events('mention', { takeMentions: false })).toEqual([])
    expect(() => events('message', { knowsCost: false })).toThrow(
      expect.objectContaining({ reason: 'rejected' })
    )
  })

  it('is kept whole when it cannot be read, and the rest is taken', () => {
    const call = structuredClone(recorded.message) as { direct_message_events: unknown[] }
    call.direct_message_events.unshift({ type: 'message_create', id: 'hologram' })
    expect(receive(signed(call), account()).map(({ kind }) => kind)).toEqual(['quarantined', 'message'])
  })

  it('makes names harmless', () => {
    const call = structuredClone(recorded.mention)
    const user = call.tweet_create_events[0]!.user
    user.name = '\u202e<img src=x onerror=alert(1)>\u0000\n' + 'x'.repeat(5000)
    user.screen_name = '../../evil?'
    const [message] = receive(signed(call), account()) as [InboundMessage]
    expect(message.name).toMatch(/^<img src=x onerror=alert\(1\)> ?x+$/)
    expect(message.name?.length).toBe(120)
    expect(message.public?.url).toBe('https://x.com/i/status/1924465506158878979')
  })
})

describe('asking X for what is new', () => {
  const fromNow = () => ({ messages: snowflakeAt(new Date()), mentions: snowflakeAt(new Date()) })
  const listening = (settings: Partial<XSettings> = {}, position: unknown = fromNow()) => {
    const hub = standInHub(position)
    return { hub, listener: startListening(channel, account(settings), hub) }
  }
  const texts = (hub: ReturnType<typeof standInHub>) =>
    hub.events.flatMap((event) => (event.kind === 'message' ? [event.text] : []))

  it('brings messages and mentions, but nothing of our own, of groups or of long ago', async () => {
    far.world.message(fatou, owner, 'long ago', { at: new Date(Date.now() - 600_000) })
    const { hub, listener } = listening({}, null)
    far.world.message(owner, fatou, 'from us')
    far.world.message(fatou, owner, 'of a group', { conversation: '1578398451921985538' })
    const first = far.world.post(fatou, 'see @banquedufleuve & co')
    far.world.post(owner, 'we of @banquedufleuve')
    far.world.message(fatou, owner, 'to us', {
      file: far.world.file(far.url, 'image/jpeg', Buffer.from('x'))
    })
    await until(() => texts(hub).includes('to us') && texts(hub).includes('see @banquedufleuve & co'))
    await listener.stop()
    for (const none of ['long ago', 'from us', 'of a group', 'we of @banquedufleuve'])
      expect(texts(hub)).not.toContain(none)
    const message = hub.events.find((event) => event.kind === 'message' && event.text === 'to us')
    expect(message).toMatchObject({ name: 'Fatou Diop', media: [{ type: 'image/jpeg' }] })
    const mention = hub.events.find((event) => event.kind === 'message' && event.public)
    expect(mention).toMatchObject({ externalId: `post:${first.id}`, address: fatou.id })
  })

  it('goes through many pages, and brings all of it once, oldest first', async () => {
    const prelude = listening()
    await until(() => prelude.hub.health.includes('up'))
    await prelude.listener.stop()
    for (let i = 0; i < 210; i++) far.world.message(fatou, owner, `missed ${String(i)}`)
    const { hub, listener } = listening({}, prelude.hub.position())
    await until(() => texts(hub).includes('missed 209'), 20_000)
    await listener.stop()
    const missed = texts(hub).filter((text) => text.startsWith('missed'))
    expect(missed).toEqual(Array.from({ length: 210 }, (_, i) => `missed ${String(i)}`))
    expect(hub.saves.at(-1)?.afterEvents).toBe(hub.events.length)
  }, 30_000)

  it('asks nothing before X allows it, says so, and stays up', async () => {
    const looks = () => far.asked.filter(({ endpoint }) => endpoint === 'GET /2/dm_events').length
    const before = looks()
    // One question in two seconds, where the account would ask each second.
    far.windows.set('GET /2/dm_events', 1, 2)
    const { hub, listener } = listening()
    await until(() => looks() >= before + 2)
    far.world.message(fatou, owner, 'in the quiet time')
    await until(() => texts(hub).includes('in the quiet time'))
    await listener.stop()
    expect(far.windows.tooMany).toBe(0)
    expect(hub.health.every((state) => state === 'up')).toBe(true)
  }, 20_000)

  it('waits for as long as a 429 says, and goes on where it was', async () => {
    const prelude = listening()
    await until(() => prelude.hub.health.includes('up'))
    await prelude.listener.stop()
    for (let i = 0; i < 110; i++) far.world.message(fatou, owner, `halted ${String(i)}`)
    far.windows.set('GET /2/dm_events', 1, 1)
    const { hub, listener } = listening({}, prelude.hub.position())
    await until(() => texts(hub).includes('halted 109'), 20_000)
    await listener.stop()
    expect(far.windows.tooMany).toBe(0)
    expect(texts(hub).filter((text) => text.startsWith('halted'))).toHaveLength(110)
  }, 30_000)

  it('is told apart: an outage is down, keys that are not accepted are refused', async () => {
    far.answer({ kind: 'down' })
    const away = listening()
    await until(() => away.hub.health.includes('down'))
    await away.listener.stop()
    far.answer({ kind: 'revoked' })
    const refused = listening()
    await until(() => refused.hub.health.includes('refused'))
    await refused.listener.stop()
    expect(refused.hub.health).not.toContain('up')
  })

  it('does not begin before the costs are accepted', async () => {
    const before = far.asked.length
    const { hub, listener } = listening({ knowsCost: false })
    await until(() => hub.health.includes('refused'))
    await listener.stop()
    expect(far.asked).toHaveLength(before)
  })

  it('brings a mention that was edited as one', async () => {
    const { hub, listener } = listening()
    const post = far.world.post(fatou, '@banquedufleuve at nine')
    await until(() => texts(hub).includes('@banquedufleuve at nine'))
    far.world.edit(post, '@banquedufleuve at ten')
    await until(() => hub.events.some(({ kind }) => kind === 'amendment'))
    await listener.stop()
    expect(hub.events.filter((event) => event.kind === 'amendment')).toMatchObject([
      { of: `post:${post.id}`, text: '@banquedufleuve at ten', address: fatou.id }
    ])
    const ids = hub.events.flatMap((event) => (event.kind === 'message' ? [event.externalId] : []))
    expect(new Set(ids.filter((id) => id.startsWith('post:'))).has(`post:${post.id}`)).toBe(true)
  })
})

describe('an answer', () => {
  const last = () => far.sent.at(-1)
  const post = () => far.world.post(fatou, `@banquedufleuve again ${String(Math.random())}`)

  it('is a direct message where nothing else is said', async () => {
    const { externalId } = await send(outbound({ text: ' Bonjour & <à vous> é日本 ' }), account())
    expect(last()).toMatchObject({ kind: 'message', to: fatou.id, text: 'Bonjour & <à vous> é日本' })
    expect(externalId).toBe(`dm:${last()?.id ?? ''}`)
  })

  it('is a reply for everybody where that is said, and not otherwise', async () => {
    const { id } = post()
    const sent = await send(
      outbound({ text: 'Look here', answers: `post:${id}`, audience: 'public' }),
      account()
    )
    expect(last()).toMatchObject({ kind: 'post', to: id, text: 'Look here' })
    expect(sent.externalId).toBe(`post:${last()?.id ?? ''}`)
    await send(outbound({ text: 'Only you', answers: `post:${id}`, audience: 'private' }), account())
    expect(last()).toMatchObject({ kind: 'message', to: fatou.id, text: 'Only you' })
    await send(outbound({ text: 'Nothing said', answers: `post:${id}` }), account())
    expect(last()).toMatchObject({ kind: 'message' })
  })

  it('is refused with the count where a post is too long, and never cut', async () => {
    const before = far.sent.length
    const text = `${'日'.repeat(128)} https://example.com/x`
    const sending = send(
      outbound({ text: `${text} ab`, answers: `post:${post().id}`, audience: 'public' }),
      account()
    )
    await expect(sending).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringContaining('this one has 283') as string
    })
    expect(far.sent).toHaveLength(before)
    await send(outbound({ text: text.slice(1), answers: `post:${post().id}`, audience: 'public' }), account())
  })

  it('carries files: one a direct message, four pictures a post', async () => {
    await send(
      outbound({ attachments: [file('a.png', 'image/png'), file('b.mp4', 'video/mp4', 2_500_000)] }),
      account()
    )
    const [first, second] = far.sent.slice(-2)
    expect([first?.text, second?.text]).toEqual(['Hello', ''])
    const film = far.uploads.get(second?.mediaIds[0] ?? '')
    expect(film).toMatchObject({ type: 'video/mp4', category: 'dm_video' })
    expect(film?.pieces.map(({ length }) => length)).toEqual([1_048_576, 1_048_576, 402_848])
    const pictures = Array.from({ length: 4 }, (_, i) => file(`${String(i)}.jpg`, 'image/jpeg'))
    await send(
      outbound({ text: 'Four', attachments: pictures, answers: `post:${post().id}`, audience: 'public' }),
      account()
    )
    expect(last()?.mediaIds).toHaveLength(4)
    expect(far.uploads.get(last()?.mediaIds[0] ?? '')?.category).toBe('tweet_image')
  })

  it.each([
    ['no picture and no film', [file('a.pdf', 'application/pdf')], 'private'],
    ['a picture that is too large', [file('a.png', 'image/png', 6 * 1024 * 1024)], 'private'],
    ['five pictures', Array.from({ length: 5 }, () => file('a.png', 'image/png')), 'public'],
    ['a film and a picture', [file('a.png', 'image/png'), file('b.mp4', 'video/mp4')], 'public']
  ] as const)('is refused with %s, and nothing leaves', async (_, attachments, audience) => {
    const before = far.asked.length
    const message = outbound({ attachments: [...attachments], answers: `post:${post().id}`, audience })
    await expect(send(message, account())).rejects.toMatchObject({ reason: 'refused' })
    expect(far.asked).toHaveLength(before)
  })

  it('repeats nothing when a later file does not leave', async () => {
    far.answer({ kind: 'code', status: 403, code: 151, after: 1 }, '/messages')
    const sent = await send(
      outbound({ text: 'Two files', attachments: [file('a.png', 'image/png'), file('b.png', 'image/png')] }),
      account()
    )
    expect(sent).toMatchObject({ externalId: `dm:${last()?.id ?? ''}`, refused: [{ address: 'b.png' }] })
  })

  it.each([
    ['a person who takes none', { kind: 'code', status: 403, code: 349 }, { reason: 'refused' }],
    ['an outage', { kind: 'down' }, { reason: 'unreachable' }],
    ['a line that breaks', { kind: 'mute' }, { reason: 'unreachable' }],
    ['a revoked token', { kind: 'revoked' }, { reason: 'unauthorized' }]
  ] as const)('meets %s', async (_, mood, failure) => {
    far.answer(mood)
    await expect(send(outbound(), account())).rejects.toMatchObject(failure)
  })

  it('is not even tried while X allows none', async () => {
    far.answer({ kind: 'limited', seconds: 2, times: 1 })
    await expect(send(outbound(), account())).rejects.toMatchObject({ reason: 'rate-limited' })
    const before = far.asked.length
    await expect(send(outbound(), account())).rejects.toMatchObject({
      reason: 'rate-limited',
      retryAfterMs: expect.any(Number) as number
    })
    expect(far.asked).toHaveLength(before)
    await new Promise((resolve) => setTimeout(resolve, 3100))
    await send(outbound(), account())
  })

  it('does not leave before the costs are accepted', async () => {
    await expect(send(outbound(), account({ knowsCost: false }))).rejects.toMatchObject({
      reason: 'unauthorized'
    })
  })

  it.each(['', 'somebody', '12 34', '../me'])('does not leave for %j', async (address) => {
    await expect(send(outbound({ address }), account())).rejects.toMatchObject({ reason: 'refused' })
  })
})

describe('a customer’s file', () => {
  const fetchNow = (url: string, type = 'image/png') =>
    fetchMedia({ id: '1', name: 'a', type, url }, account(), AbortSignal.timeout(5000))

  it('is fetched with our signature, and claims nothing when it is of another type', async () => {
    const { url } = far.world.file(far.url, 'image/png', Buffer.from('bytes'))
    expect(await fetchNow(url)).toEqual({ name: 'a', type: 'image/png', content: Buffer.from('bytes') })
    expect(await fetchNow(url, 'video/mp4')).toMatchObject({ type: 'application/octet-stream' })
    expect(far.unproved).toEqual([])
  })

  it('is gone, or away for now', async () => {
    await expect(fetchNow(`${far.url}/1.1/ton/data/dm/1/2/none`)).rejects.toMatchObject({ reason: 'refused' })
    far.answer({ kind: 'down' })
    await expect(fetchNow(`${far.url}/1.1/ton/data/dm/1/2/x`)).rejects.toMatchObject({
      reason: 'unreachable'
    })
  })

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'https://ton.twitter.com.evil.example/x',
    'https://evil.example/?ton.twitter.com',
    'https://eviltwimg.com/x',
    'https://user@ton.twitter.com/x',
    'https://ton.twitter.com:8443/x',
    'http://pbs.twimg.com/x',
    'https://127.0.0.1:9/x',
    'file:///etc/passwd',
    'no address'
  ])('is not looked for at %s', async (url) => {
    await expect(fetchNow(url)).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringContaining('not X’s') as string
    })
  })
})

describe('a person', () => {
  it('has a name and a picture', async () => {
    far.world.files.set(`/pictures/${fatou.id}_400x400.png`, {
      type: 'image/png',
      content: Buffer.from('face')
    })
    expect(await profile(fatou.id, account(), AbortSignal.timeout(5000))).toEqual({
      name: 'Fatou Diop',
      picture: { name: 'picture', type: 'image/png', content: Buffer.from('face') }
    })
  })

  it('may have no picture that can be had, and may not be there', async () => {
    const moussa = far.world.person('Moussa')
    expect(await profile(moussa.id, account(), AbortSignal.timeout(5000))).toEqual({ name: 'Moussa' })
    for (const none of ['999', 'me', '../me'])
      expect(await profile(none, account(), AbortSignal.timeout(5000))).toBeNull()
    far.answer({ kind: 'down' })
    await expect(profile(fatou.id, account(), AbortSignal.timeout(5000))).rejects.toMatchObject({
      reason: 'unreachable'
    })
  })
})

describe('looking after an account', () => {
  const checkNow = (settings: Partial<XSettings> = {}) =>
    channel.check?.(account(settings), AbortSignal.timeout(5000))
  const stepsOf = async (settings: Partial<XSettings> = {}) => {
    const { ok, steps } = await test(account(settings), AbortSignal.timeout(5000))
    return { ok, failed: steps.find((step) => !step.ok), names: steps.map(({ name }) => name) }
  }
  const hook = {
    id: '1146654567674912769',
    url: 'https://example.org/hooks/c1d2e3f4a5b6c1d2e3f4a5b6',
    valid: true
  }

  it('says whether the keys hold, and whether X calls', async () => {
    far.webhooks = []
    expect(await checkNow()).toBe('')
    expect(await checkNow({ inbound: 'webhook' })).toContain('no webhook')
    far.webhooks = [{ ...hook, valid: false }]
    expect(await checkNow({ inbound: 'webhook' })).toContain('invalid')
    far.webhooks = [hook]
    expect(await checkNow({ inbound: 'webhook' })).toBe('')
    far.answer({ kind: 'revoked' })
    await expect(checkNow()).rejects.toMatchObject({ reason: 'unauthorized' })
    far.answer({ kind: 'down' })
    await expect(checkNow()).rejects.toMatchObject({ reason: 'unreachable' })
  })

  it('is tried step by step, and what is wrong is named', async () => {
    far.webhooks = [hook]
    expect(await stepsOf({ inbound: 'webhook' })).toEqual({
      ok: true,
      failed: undefined,
      names: ['Costs', 'Account', 'Direct messages', 'Mentions', 'Webhook']
    })
    expect((await stepsOf({ knowsCost: false })).names).toEqual(['Costs'])
    expect((await stepsOf({ consumerSecret: 'a wrong secret of the app' })).failed?.name).toBe('Account')
    expect((await stepsOf({ inbound: 'webhook', bearerToken: 'wrong' })).failed?.name).toBe('Webhook')
    far.answer(
      { kind: 'problem', status: 403, type: 'https://api.x.com/2/problems/client-forbidden' },
      'dm_events'
    )
    expect((await stepsOf()).failed).toMatchObject({
      name: 'Direct messages',
      detail: expect.stringContaining('access level') as string
    })
  })
})

describe('every question', () => {
  it('was signed, as the far side found by its own reckoning', () => {
    expect(far.asked.length).toBeGreaterThan(100)
    // Wrong on purpose: the secret of one test.
    expect(far.unproved).toEqual(['GET /2/users/me: a wrong signature'])
  })

  it('is refused there when it is not signed', async () => {
    const unsigned = portOf(account({ consumerSecret: 'yet another wrong secret' }))
    await expect(
      unsigned.ask({ method: 'GET', endpoint: '/2/users/me', query: { 'user.fields': "a b+c&d=é!'()*" } })
    ).rejects.toMatchObject({ reason: 'unauthorized' })
    const strange = { 'user.fields': "name,a b+c&d=é!'()*~%" }
    expect(
      await portOf(account()).ask({ method: 'GET', endpoint: '/2/users/me', query: strange })
    ).toMatchObject({
      data: { id: owner.id }
    })
  })

  it('comes back whole, however it was cut on the way', async () => {
    const person = far.world.person('é'.repeat(300_000))
    const answer = await portOf(account()).ask({
      method: 'GET',
      endpoint: '/2/users/:id',
      params: { id: person.id }
    })
    expect((answer as { data: { name: string } }).data.name).toBe(person.name)
  })

  it('ends when it is no longer wanted', async () => {
    far.answer({ kind: 'slow', ms: 5000, times: 1 })
    const begun = Date.now()
    const asking = portOf(account()).ask({
      method: 'GET',
      endpoint: '/2/users/me',
      signal: AbortSignal.timeout(100)
    })
    await expect(asking).rejects.toMatchObject({ reason: 'unreachable' })
    expect(Date.now() - begun).toBeLessThan(2000)
  })

  it('trusts a certificate that nobody vouches for on this machine only', () => {
    for (const apiUrl of ['https://127.0.0.1:8443', 'https://localhost', 'https://[::1]:1'])
      expect(trustsAnyCertificate({ apiUrl }), apiUrl).toBe(true)
    for (const apiUrl of [
      'https://api.x.com',
      'https://127.0.0.1.evil.example',
      'https://localhost.evil.example',
      'https://10.0.0.1'
    ])
      expect(trustsAnyCertificate({ apiUrl }), apiUrl).toBe(false)
  })
})
