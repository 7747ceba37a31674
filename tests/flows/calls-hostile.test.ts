import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Call as CallWire } from '@palabre/config/contract/call'
import type { Interaction as InteractionWire } from '@palabre/config/contract/interaction'
import { Call } from '@palabre/hub/calls/call.model'
import { reapCalls } from '@palabre/hub/calls/reap'
import { Interaction } from '@palabre/hub/interactions/interaction.model'
import { bankNumber, openCallCentre, type CallCentre } from './call-centre.ts'
import { eventually, type Person } from './house.ts'
import type { Phone } from '../simulators/jambonz/phone.ts'

const perMinute = 3
const hour = 3600_000

describe('a telephone line with somebody hostile, or something broken, at the other end', () => {
  let centre: CallCentre
  let awa: { person: Person; phone: Phone }
  beforeAll(async () => {
    centre = await openCallCentre({ settings: { callsPerMinute: perMinute } })
    awa = await centre.agent('awa')
  })
  afterAll(() => centre.stop())

  const lineUrl = () => `${centre.house.url.replace('http', 'ws')}/calls/${centre.accountId}`
  const basic = (password: string) => ({
    authorization: `Basic ${Buffer.from(`bank:${password}`).toString('base64')}`
  })
  const knock = (headers: Record<string, string>, protocols: string[]) =>
    new Promise<WebSocket>((resolve, reject) => {
      const socket = new WebSocket(lineUrl(), protocols, { headers })
      socket.once('open', () => resolve(socket))
      socket.once('error', reject)
    })
  const enter = () => knock(basic('a-password-of-the-line'), ['ws.jambonz.org'])
  const ring = (more: { from?: string; name?: string } = {}) =>
    centre.jambonz.call({ from: '+221770000003', to: bankNumber, ...more })

  async function talking(more: { from?: string; name?: string } = {}) {
    const caller = ring(more)
    const leg = await awa.phone.rings()
    const offer = await awa.person.offer()
    awa.phone.answer()
    await awa.person.saw(offer.id, 'active')
    const call = await eventually('the talk', async () => {
      const one = await centre.callOf(awa.person, offer.id)
      return one.state === 'talking' ? one : null
    })
    caller.hum(440)
    leg.hum(620)
    await eventually('both hear each other', () => caller.hearsTone(620))
    return { caller, leg, offer, call }
  }
  async function wrapUp(id: string) {
    await awa.person.saw(id, 'wrapup')
    const { items } = (await awa.person.get('/api/dispositions')).body as {
      items: { id: string; noteRequired: boolean }[]
    }
    const { status } = await awa.person.post(`/api/interactions/${id}/finish`, {
      dispositionId: items.find((one) => !one.noteRequired)?.id
    })
    expect(status).toBe(200)
  }
  const stateOf = async (id: string) =>
    ((await centre.admin.get(`/api/interactions/${id}`)).body as { interaction: InteractionWire }).interaction
      .state
  const placesTaken = async () => {
    const { items } = (await centre.admin.get('/api/agents')).body as { items: { holds: unknown[] }[] }
    return items.reduce((sum, { holds }) => sum + holds.length, 0)
  }

  it('is not opened by a wrong password, nobody’s name, or another protocol', async () => {
    await expect(knock(basic('a-password-of-the-lina'), ['ws.jambonz.org'])).rejects.toThrow(/401/)
    await expect(knock({ authorization: 'Basic %%%' }, ['ws.jambonz.org'])).rejects.toThrow(/401/)
    await expect(knock({ authorization: 'Bearer x' }, ['ws.jambonz.org'])).rejects.toThrow(/401/)
    await expect(knock(basic('a-password-of-the-line'), ['audio.jambonz.org'])).rejects.toThrow(/415/)
    await expect(knock(basic('a-password-of-the-line'), [])).rejects.toThrow(/415/)
  })

  it('is cut off with a frame that is too large, and nobody else notices', async () => {
    const { caller, offer } = await talking()
    const socket = await enter()
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    socket.send(JSON.stringify({ type: 'session:new', msgid: 'm', data: { from: 'x'.repeat(70_000) } }))
    expect(await closed).toBe(1009)
    expect(await caller.hearsTone(620)).toBe(true)
    caller.hangUp()
    await wrapUp(offer.id)
  })

  it('takes nothing from frames that are no frames, that nobody asked for, or of calls that do not exist', async () => {
    const { caller, offer, call } = await talking()
    const before = await Call.countDocuments()
    const socket = await enter()
    const acks: unknown[] = []
    socket.on('message', (data: Buffer) => acks.push(JSON.parse(data.toString())))
    const stranger = randomUUID()
    const say = (frame: Record<string, unknown>) => {
      socket.send(JSON.stringify({ msgid: randomUUID(), ...frame }))
    }
    for (const raw of ['{', '[]', 'null', '"x"', '{"type":{"$gt":""}}', '']) socket.send(raw)
    socket.send(Buffer.from([0, 1, 2]))
    say({ type: 'ack', msgid: 'nobody-asked', data: [{ verb: 'hangup' }] })
    say({ type: 'session:surprise', data: { call_sid: stranger } })
    say({ type: 'verb:hook', hook: `/waiting/customer.0/x.1/1`, data: { call_sid: { $ne: null } } })
    // States of somebody else's call, from a line that is not theirs: backwards, twice, and of nobody.
    for (const call_status of ['completed', 'trying', 'completed', 'in-progress'])
      say({ type: 'call:status', data: { call_sid: stranger, call_status, direction: 'inbound' } })
    say({ type: 'call:status', data: { call_sid: 7, call_status: ['completed'] } })
    say({
      type: 'verb:hook',
      hook: '/result/asked/a.1/b/last',
      data: { call_sid: stranger, digits: "1' OR 1" }
    })
    await eventually('the last answer', () => acks.length >= 2)
    socket.close()
    expect(await Call.countDocuments()).toBe(before)
    expect(await centre.callOf(awa.person, offer.id)).toMatchObject({ id: call.id, state: 'talking' })
    expect(await caller.hearsTone(620)).toBe(true)
    caller.hangUp()
    await wrapUp(offer.id)
  })

  it('shows what callers call themselves as one clean line, and dials with nothing of it', async () => {
    const name = `Eve" <sip:evil@x>\r\nX-Evil: 1\u0000\u202Egnp`
    const { caller, leg, offer, call } = await talking({ from: `+22177"'\r\nVia: x;--`, name })
    for (const text of [
      offer.contactName,
      call.name,
      call.number,
      leg.leg.info.from,
      JSON.stringify(leg.leg.headers)
    ])
      // eslint-disable-next-line no-control-regex -- that is what must not be there
      expect(text).not.toMatch(/[\u0000-\u001f\u007f\u202a-\u202e]/)
    expect(Object.keys(leg.leg.headers).map((header) => header.toLowerCase())).not.toContain('x-evil')
    caller.hangUp()
    await wrapUp(offer.id)
  })

  it('calls no premium numbers, and only so many a minute', async () => {
    const { caller, offer, call } = await talking()
    const invite = async (number: string) => {
      const { body } = await awa.person.post(`/api/calls/${call.id}/invite`, {
        who: { number },
        privately: false
      })
      return (body as { error?: string }).error ?? 'called'
    }
    for (const number of ['+882 16 000 0000', '+979 123456789', '+1 900 555 0100', '00 44 909 000 0000'])
      expect(await invite(number)).toBe('not-deliverable')
    const answers: string[] = []
    for (let i = 0; i <= perMinute; i++) answers.push(await invite(`+22133000001${String(i)}`))
    expect(answers.slice(0, perMinute)).toEqual(Array.from({ length: perMinute }, () => 'called'))
    expect(answers.at(-1)).toBe('too-many-requests')
    caller.hangUp()
    await wrapUp(offer.id)
  })

  it('leaves nothing behind of callers who hang up at any moment', async () => {
    const moments = [0, 5, 15, 30, 45, 60, 80, 100, 130, 160, 200, 300]
    const since = new Date()
    for (const ms of moments) {
      const caller = ring()
      await new Promise((resolve) => setTimeout(resolve, ms))
      if (awa.phone.call?.state === 'ringing') awa.phone.answer()
      caller.hangUp()
    }
    await eventually(
      'the end of all calls',
      async () => (await Call.countDocuments({ state: { $ne: 'ended' } })) === 0
    )
    const open = async () =>
      (
        (await Interaction.find({
          createdAt: { $gte: since },
          state: { $nin: ['closed', 'wrapup'] }
        }).lean()) as {
          _id: { toHexString(): string }
          state: string
        }[]
      ).map(({ state }) => state)
    await eventually('no call in the queue, nor in anybody’s hands', async () => (await open()).length === 0)
    const left = (await Interaction.find({ state: 'wrapup' }).lean()) as { _id: { toHexString(): string } }[]
    for (const { _id } of left) await wrapUp(_id.toHexString())
    await eventually('her place', async () => (await placesTaken()) === 0, 15_000)
    await eventually('a phone that is quiet', () => awa.phone.call === undefined)
    awa.phone.forget()
  })

  describe('that says nothing any more', () => {
    /** As if the node with the line had died so long ago. */
    const unseen = (call: CallWire, more: Record<string, unknown> = {}) =>
      Call.collection.updateOne(
        { _id: (Call.castObject({ _id: call.id }) as unknown as { _id: never })._id },
        { $set: { seenAt: new Date(Date.now() - 61_000), ...more } }
      )

    it('is looked for at the media server, and is over when that knows it no more', async () => {
      const { caller, offer, call } = await talking()
      centre.jambonz.crash(caller.featureServer)
      caller.featureServer.draining = false
      await unseen(call)
      expect(await reapCalls(centre.house.hub, new Date())).toBe(1)
      await wrapUp(offer.id)
      await eventually('the end', async () => (await stateOf(offer.id)) === 'closed')
      await eventually('her place', async () => (await placesTaken()) === 0)
    })

    it('goes on while the media server knows it', async () => {
      const { caller, offer, call } = await talking()
      await unseen(call)
      expect(await reapCalls(centre.house.hub, new Date())).toBe(0)
      expect(await stateOf(offer.id)).toBe('active')
      caller.hangUp()
      await wrapUp(offer.id)
    })

    it('is hung up when it never ends', async () => {
      const { caller, offer, call } = await talking()
      await unseen(call, { startedAt: new Date(Date.now() - 7 * hour) })
      expect(await reapCalls(centre.house.hub, new Date())).toBe(1)
      await caller.until(({ state }) => state === 'ended')
      await wrapUp(offer.id)
    })
  })
})
