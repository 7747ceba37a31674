import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { ChannelAccount } from '@palabre/config/contract/account'
import type { Credentials } from '../../agent-app/src/lib/phone/line.ts'
import type { ToPhone } from '../../agent-app/src/lib/phone/protocol.ts'
import { demoLogins } from '@palabre/hub/demo/logins'
import { seedDemo } from '@palabre/hub/demo/seed'
import { ChannelAccountModel } from '@palabre/hub/accounts/account.model'
import { goertzel } from '../simulators/jambonz/audio/goertzel.ts'
import { fromBytes, toBytes } from '../simulators/jambonz/audio/pcm.ts'
import { tone } from '../simulators/jambonz/audio/tone.ts'
import { DemoCaller } from '../simulators/demo-call/demo-caller.ts'
import { openDemoLine, type DemoLine } from '../simulators/demo-call/demo-line.ts'
import { HubClient } from '../simulators/demo/hub-client.ts'
import { eventually, openHouse, Person, type House } from './house.ts'

/** An agent's phone as the app has one, without a browser. */
class BrowserPhone {
  readonly frames: ToPhone[] = []
  #sound: Int16Array[] = []
  #credentials: Credentials
  #socket: WebSocket | null = null
  #speaking: NodeJS.Timeout | undefined

  constructor(credentials: Credentials) {
    this.#credentials = credentials
  }

  async register(password = this.#credentials.password): Promise<ToPhone> {
    const { server, user, uri } = this.#credentials
    const socket = new WebSocket(server, 'palabre-phone')
    this.#socket = socket
    const before = this.frames.length
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#sound.push(fromBytes(data))
      else this.frames.push(JSON.parse(String(data)) as ToPhone)
    })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    this.say({ type: 'register', user, password, uri, rates: [16_000, 8000] })
    return eventually('an answer to the registration', () => this.frames[before])
  }

  say = (frame: object) => this.#socket?.send(JSON.stringify(frame))

  /** The next ring that is not known yet. */
  async rings(after = 0): Promise<Extract<ToPhone, { type: 'ring' }>> {
    return eventually('a ring', () =>
      this.frames.slice(after).find((frame) => frame.type === 'ring')
    ) as Promise<Extract<ToPhone, { type: 'ring' }>>
  }

  /** Speaks a tone into the microphone until it is put away. */
  hum(hertz: number) {
    const source = tone(hertz)
    let slot = 0
    this.#speaking = setInterval(() => {
      const frame = source(slot++)
      if (frame && this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(toBytes(frame))
    }, 20)
  }

  /** How much of the next half second is this tone. */
  async hears(hertz: number): Promise<number> {
    this.#sound = []
    const samples = await eventually('sound', () => {
      const all = this.#sound.flatMap((part) => [...part])
      return all.length >= 4000 ? all : null
    })
    return goertzel(Int16Array.from(samples), hertz)
  }

  cut() {
    this.#socket?.terminate()
  }

  leave() {
    clearInterval(this.#speaking)
    this.#socket?.close()
  }
}

const said = ({ caller }: DemoCaller) => caller.heard.map(({ what }) => what).join(' | ')

describe('the demo’s telephone', () => {
  let house: House
  let line: DemoLine
  let awa: Person
  let phone: BrowserPhone
  const telephone = async () =>
    (await ChannelAccountModel.findOne({ name: 'Telephone (demo)' }).lean()) as { settings: object } | null

  beforeAll(async () => {
    house = await openHouse()
  }, 60_000)
  afterAll(async () => {
    await house.stop()
  })

  it('is in the demo, once, with a flow, and lets nobody in before somebody plays the media server', async () => {
    await seedDemo(house.hub)
    expect(await ChannelAccountModel.countDocuments({ name: 'Telephone (demo)' })).toBe(1)
    const admin = await Person.signIn(house.url, 'admin')
    const { items } = (await admin.get('/api/accounts')).body as { items: ChannelAccount[] }
    const account = items.find(({ name }) => name === 'Telephone (demo)')
    expect(account).toMatchObject({
      flowId: expect.any(String),
      settings: { password: '•••', phoneServer: '' }
    })
    const agent = await Person.signIn(house.url, 'awa')
    expect((await agent.get('/api/me/phone')).body).toEqual({ phone: null })
  })

  it('is added to a demo of an earlier version, with a password of its own, and not where it was taken away', async () => {
    const before = await telephone()
    await ChannelAccountModel.deleteMany({ name: 'Telephone (demo)' })
    await seedDemo(house.hub)
    const after = await telephone()
    expect(after?.settings).toMatchObject({ username: 'palabre-demo' })
    expect(after?.settings).not.toEqual(before?.settings)
    await ChannelAccountModel.updateOne({ name: 'Telephone (demo)' }, { $set: { archived: true } })
    await seedDemo(house.hub)
    expect(await ChannelAccountModel.countDocuments({ name: 'Telephone (demo)' })).toBe(1)
    await ChannelAccountModel.updateOne({ name: 'Telephone (demo)' }, { $set: { archived: false } })
  })

  it('says so when no hub is there, or the password is another one', async () => {
    const [{ email, password }] = demoLogins
    await expect(HubClient.signIn('http://127.0.0.1:1', email, password)).rejects.toThrow('npm start')
    await expect(HubClient.signIn(house.url, email, 'another one')).rejects.toThrow('--password')
  })

  describe('while npm run demo:call plays the media server', () => {
    beforeAll(async () => {
      const [{ email, password }] = demoLogins
      line = await openDemoLine(await HubClient.signIn(house.url, email, password))
      awa = await Person.signIn(house.url, 'awa')
      await awa.listen()
      const { body } = await awa.get('/api/me/phone')
      phone = new BrowserPhone((body as { phone: Credentials }).phone)
      expect(await phone.register('a wrong one')).toMatchObject({ type: 'refused' })
      expect(await phone.register()).toEqual({ type: 'registered', rate: 8000 })
      await awa.ready()
    }, 60_000)
    afterAll(async () => {
      awa?.leave()
      phone?.leave()
      await line?.close()
      expect((await telephone())?.settings).toMatchObject({ phoneServer: '', restUrl: '' })
    })

    it('brings a call through the flow to the agent’s phone, and both hear each other', async () => {
      const levels: number[] = []
      const caller = new DemoCaller(
        line,
        { from: '+221338000001', say: null, press: ['1', '4242#'] },
        { level: (level) => levels.push(level) }
      )
      const ring = await phone.rings()
      expect(said(caller)).toContain('Bienvenue à la Banque du Fleuve')
      expect(said(caller)).toContain('quatre derniers chiffres')
      expect(ring).toMatchObject({
        number: '+221338000001',
        headers: { 'X-Palabre-Call': expect.any(String) }
      })
      // What the machine said was sound, not only text.
      expect(Math.max(...levels)).toBeGreaterThan(0.02)
      const offer = await awa.offer()
      phone.say({ type: 'answer', id: ring.id })
      await awa.saw(offer.id, 'active')
      caller.caller.hum(520)
      phone.hum(770)
      await eventually('the caller’s tone', async () => (await phone.hears(520)) > 0.3)
      await eventually('the agent’s tone', () => caller.caller.hearsTone(770))
      // The browser is reloaded in the middle of it.
      const known = phone.frames.length
      phone.cut()
      await phone.register()
      const again = await phone.rings(known)
      expect(again).toMatchObject({ id: ring.id, resumed: true })
      phone.say({ type: 'answer', id: ring.id })
      await eventually('the caller’s tone again', async () => (await phone.hears(520)) > 0.3)
      phone.say({ type: 'bye', id: ring.id })
      await awa.saw(offer.id, 'wrapup')
      await eventually('the end at the caller’s', () => caller.isOver)
      const { items } = (await awa.get('/api/dispositions')).body as {
        items: { id: string; noteRequired: boolean }[]
      }
      const disposition = items.find(({ noteRequired }) => !noteRequired)
      await awa.post(`/api/interactions/${offer.id}/finish`, { dispositionId: disposition?.id })
    })

    it('gives back what the agent says, with --echo', async () => {
      const known = phone.frames.length
      const caller = new DemoCaller(line, { from: '+221338000002', say: null, press: ['3'], echo: true })
      const ring = await phone.rings(known)
      phone.say({ type: 'answer', id: ring.id })
      await eventually('the echo of the agent’s tone', async () => (await phone.hears(770)) > 0.3)
      caller.hangUp()
      await eventually('the end at the agent’s', () =>
        phone.frames.some((frame) => frame.type === 'bye' && frame.id === ring.id)
      )
    })
  })
})
