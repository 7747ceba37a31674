import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startWhatsapp, type Whatsapp } from '../../tests/simulators/whatsapp-web/whatsapp.ts'
import { channelContract } from '../channel-contract.ts'
import { idOf } from '../channel-contract/event.ts'
import { standInHub, startListening, until } from '../channel-contract/stand-in-hub.ts'
import type { Channel, InboundEvent, OutboundMessage } from '../channel.ts'
import { whatsappWebAccount } from './fixtures/account.ts'
import { whatsappWeb } from './index.ts'
import { listen, type Calm } from './listen.ts'
import type { WhatsappWebSettings, WhatsappWebListening } from './settings.ts'

const chromium = process.env['PALABRE_CHROMIUM'] || '/usr/bin/chromium'
const hasChromium = existsSync(chromium)
const customer = '5511987654321@c.us'

let far: Whatsapp
beforeAll(async () => {
  far = await startWhatsapp()
})
afterAll(() => far.stop())

const account = (settings: Partial<WhatsappWebSettings> = {}, id?: string) =>
  whatsappWebAccount({ chromiumPath: chromium, standIn: far.standIn, ...settings }, id)
const outbound = (given: Partial<OutboundMessage> = {}): OutboundMessage => ({
  id: 'abcdef0123456789abcdef01',
  address: '5511987654321',
  fromName: 'Awa',
  text: 'Hello',
  attachments: [],
  references: [],
  ...given
})
/** Directories of browsers of this process that are still there. */
const profiles = () =>
  readdirSync(tmpdir()).filter((name) => {
    const owner = join(tmpdir(), name, 'owner')
    return (
      name.startsWith('palabre-whatsapp-web-') &&
      existsSync(owner) &&
      readFileSync(owner, 'utf8').startsWith(`${String(process.pid)} `)
    )
  })

type Hub = ReturnType<typeof standInHub>
const quick: Partial<Calm> = { handOver: 50, keep: [300], beat: 500, firstRetry: 200 }
const hurried: Channel<typeof whatsappWeb.settings> = {
  ...whatsappWeb,
  listen: (listening: WhatsappWebListening) => listen(listening, quick)
}
const start = (hub: Hub = standInHub(), given = account()) => {
  const listener = startListening(hurried, given, hub)
  return { hub, stop: () => listener.stop() }
}
const ready = async (hub?: Hub, given?: ReturnType<typeof account>) => {
  const listening = start(hub, given)
  await until(() => listening.hub.health.at(-1) === 'up', 25_000)
  return listening
}

describe.skipIf(!hasChromium)(`with the browser at ${chromium}`, { timeout: 60_000 }, () => {
  describe('as a channel', () => {
    let sending: Awaited<ReturnType<typeof ready>> | null = null
    beforeEach(async ({ task }) => {
      // To send, the phone has to be linked in the same process.
      if (task.name.startsWith('hands a message over')) sending = await ready()
    })
    afterEach(async () => {
      await sending?.stop()
      sending = null
    })
    channelContract(hurried, {
      account,
      listen: {
        arrive: () => {
          far.write(customer, { body: 'Bonjour', notifyName: 'Fatou' })
          return Promise.resolve()
        },
        unreachable: () => account({ standIn: '127.0.0.1:9' })
      },
      send: { message: () => outbound(), unreachable: () => account({}, 'b'.repeat(24)) }
    })
  })

  describe('a linked phone', () => {
    let phone: Awaited<ReturnType<typeof ready>>
    let events: InboundEvent[]
    beforeAll(async () => {
      far.forget()
      phone = await ready()
    }, 60_000)
    afterAll(() => phone.stop())
    beforeEach(() => {
      events = phone.hub.events
      events.length = 0
    })
    /** What was told of one message. */
    const told = async <K extends InboundEvent['kind']>(kind: K, id: string) => {
      const find = () =>
        events.find(
          (event): event is Extract<InboundEvent, { kind: K }> => event.kind === kind && idOf(event) === id
        )
      await until(() => find() !== undefined)
      return find()!
    }
    const brought = (id: string) => told('message', id)
    const states = (id: string) =>
      events.flatMap((event) => (event.kind === 'delivery' && event.externalId === id ? [event.state] : []))

    it('brings words, with who wrote them and when', async () => {
      const t = Math.floor(Date.now() / 1000)
      const id = far.write(customer, { body: 'Où est ma carte ?', notifyName: 'Fa\u202etou\n', t })
      expect(await brought(id)).toEqual({
        kind: 'message',
        address: '5511987654321',
        name: 'Fatou',
        externalId: id,
        sentAt: new Date(t * 1000),
        text: 'Où est ma carte ?'
      })
    })

    it('knows a person by the number that the WhatsApp channel knows', async () => {
      const from = async (who: string) => (await brought(far.write(who, { body: 'Hello' }))).address
      expect(await from('551181234567@c.us')).toBe('5511981234567')
      far.tellNumber('987650001@lid', '221771234567@c.us')
      expect(await from('987650001@lid')).toBe('221771234567')
      expect(await from('987650002@lid')).toBe('987650002@lid')
    })

    it.each([
      [{ type: 'image', caption: 'The card' }, 'image/jpeg', 'image.jpg', 'The card'],
      [{ type: 'ptt' }, 'audio/ogg; codecs=opus', 'voice.ogg', ''],
      [{ type: 'document', caption: '' }, 'application/pdf', 'relevé.pdf', '']
    ])('takes the file of %o', async (given, type, name, text) => {
      const content = Buffer.from(`content of ${name}`)
      const id = far.write(customer, {
        ...given,
        file: { type, content, ...(given.type === 'document' && { name }) }
      })
      const { attachments, text: said } = await brought(id)
      expect(said).toBe(text)
      expect(attachments).toEqual([{ name, type: type.split(';')[0], content }])
    })

    it('says what it could not take', async () => {
      const id = far.write(customer, {
        type: 'video',
        caption: 'Look',
        file: { type: 'video/mp4', content: Buffer.alloc(4), says: 99 * 1024 * 1024 }
      })
      const message = await brought(id)
      expect(message.text).toMatch(/^Look\n\(a file that could not be taken: 99 MB/)
      expect(message.attachments).toBeUndefined()
    })

    it('leaves groups, channels, the status and notes alone', async () => {
      const others = [
        far.write('120363041234567890@g.us', { body: 'to a group' }),
        far.write('120363041234567890@newsletter', { body: 'to a channel' }),
        far.write('status@broadcast', { body: 'a status' }),
        far.write(customer, { type: 'e2e_notification', body: 'a note' })
      ]
      await brought(far.write(customer, { body: 'the last' }))
      await sleep(200)
      expect(events.map(idOf).filter((id) => others.includes(id ?? ''))).toEqual([])
    })

    it('tells of reactions, changes and what was taken back', async () => {
      const id = far.write(customer, { body: 'At nine' })
      await brought(id)
      far.react(customer, id, '👍')
      expect(await told('reaction', id)).toMatchObject({ address: '5511987654321', emoji: '👍' })
      far.edit(id, 'At ten')
      expect(await told('amendment', id)).toMatchObject({ address: '5511987654321', text: 'At ten' })
      events.length = 0
      far.revoke(id)
      expect(await told('amendment', id)).toMatchObject({ text: null })
    })

    it('sends words and files, and tells what became of them', async () => {
      const question = far.write(customer, { body: 'Where?' })
      await brought(question)
      const { externalId } = await whatsappWeb.send!(outbound({ text: 'Here', answers: question }), account())
      expect(far.sent.at(-1)).toMatchObject({ id: externalId, to: customer, text: 'Here', answers: question })
      far.ack(externalId, 2)
      far.ack(externalId, 3)
      await until(() => states(externalId).length === 3)
      expect(states(externalId).sort()).toEqual(['delivered', 'read', 'sent'])

      const answer = far.write(customer, { body: 'Thank you', quotedStanzaID: externalId })
      expect(await brought(answer)).toMatchObject({ answers: externalId })

      const content = Buffer.from('a picture')
      const picture = { name: 'map.png', type: 'image/png', content }
      await whatsappWeb.send!(outbound({ text: 'The way', attachments: [picture] }), account())
      expect(far.sent.at(-1)).toMatchObject({
        text: 'The way',
        file: { type: 'image/png', asDocument: false, content: content.toString('base64') }
      })
      const table = { name: 'rates.csv', type: 'text/csv', content }
      const before = far.sent.length
      await whatsappWeb.send!(outbound({ text: 'Both', attachments: [picture, table] }), account())
      expect(far.sent.slice(before).map(({ text, file }) => file?.name ?? text)).toEqual([
        'Both',
        'map.png',
        'rates.csv'
      ])
      expect(far.sent.at(-1)?.file?.asDocument).toBe(true)
    })

    it('refuses who is not on WhatsApp, and tries again what was not taken', async () => {
      far.absent.add('221770000000@c.us')
      const nobody = whatsappWeb.send!(outbound({ address: '221770000000' }), account())
      await expect(nobody).rejects.toMatchObject({ reason: 'refused' })
      far.takes(false)
      try {
        await expect(whatsappWeb.send!(outbound(), account())).rejects.toMatchObject({
          reason: 'unreachable'
        })
      } finally {
        far.takes(true)
      }
    })

    it('reacts, and shows that it has read', async () => {
      const id = far.write(customer, { body: 'Thanks' })
      await brought(id)
      await whatsappWeb.react!({ address: '5511987654321', on: id, emoji: '❤️' }, account())
      await whatsappWeb.markRead!({ address: '5511987654321', externalId: id }, account())
      expect(far.reacted).toContainEqual({ on: id, emoji: '❤️' })
      expect(far.seen).toContain(customer)
    })
  })

  describe('a session', () => {
    beforeEach(() => {
      far.forget()
      far.scansAtOnce(true)
    })

    it('is made by a code, kept, taken up again, and forgotten when the phone ends it', async () => {
      far.scansAtOnce(false)
      const hub = standInHub()
      const first = start(hub)
      await until(() => hub.pairings.length > 0, 25_000)
      expect(hub.pairings[0]?.qr).toContain(far.codes.at(-1))
      expect(hub.pairings[0]?.expiresAt.getTime()).toBeGreaterThan(Date.now())
      expect(hub.health).toContain('down')
      far.scan()
      await until(() => hub.health.at(-1) === 'up', 25_000)
      expect(hub.pairings.at(-1)).toBeNull()
      expect(await first.stop()).toBeLessThan(2000)
      expect((await hub.keep.load())?.byteLength).toBeGreaterThan(100)

      const codes = far.codes.length
      const missed = far.write(customer, { body: 'While nobody listened' })
      const second = await ready(hub)
      await until(() => hub.events.length > 0)
      expect(hub.events).toMatchObject([{ kind: 'message', externalId: missed }])
      expect(far.codes.length).toBe(codes)

      far.unlink()
      await until(() => far.codes.length > codes, 25_000)
      await until(() => hub.pairings.at(-1) !== null)
      expect(await hub.keep.load()).toBeNull()
      await second.stop()
      expect(profiles()).toEqual([])
    })

    it('is kept while it runs, and a page that hangs is followed by another', async () => {
      const { hub, stop } = await ready()
      const kept = async () => {
        for (let i = 0; i < 100 && !(await hub.keep.load()); i++) await sleep(50)
        expect(await hub.keep.load()).not.toBeNull()
      }
      await kept()
      const ups = () => hub.health.filter((state) => state === 'up').length
      const before = ups()
      const codes = far.codes.length
      far.hang()
      await until(() => ups() > before, 50_000)
      expect(far.codes.length).toBe(codes)
      const id = far.write(customer, { body: 'After it' })
      await until(() => hub.events.some((event) => 'externalId' in event && event.externalId === id))
      await stop()
      expect(profiles()).toEqual([])
    })
  })
})

describe('without what it needs', () => {
  it('connects nothing before the risks are confirmed', async () => {
    const hub = standInHub()
    const listener = startListening(whatsappWeb, account({ risksUnderstood: false }), hub)
    await until(() => hub.health.length > 0)
    expect(hub.health).toEqual(['refused'])
    expect(await listener.stop()).toBeLessThan(500)
    const report = await whatsappWeb.test!(account({ risksUnderstood: false }), AbortSignal.timeout(5000))
    expect(report.ok).toBe(false)
  })

  it('says that there is no browser', async () => {
    const { hub, stop } = start(standInHub(), account({ chromiumPath: '/nowhere/chromium' }))
    await until(() => hub.health.length > 0)
    expect(hub.health).toEqual(['refused'])
    await stop()
    const { steps } = await whatsappWeb.test!(
      account({ chromiumPath: '/nowhere/chromium' }),
      AbortSignal.timeout(5000)
    )
    expect(steps).toContainEqual({
      name: 'Chromium',
      ok: false,
      detail: 'There is no program at /nowhere/chromium on this machine.'
    })
  })
})
