import { WebSocket } from 'ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Call } from '@palabre/config/contract/call'
import { bankNumber, openCallCentre, type CallCentre } from './call-centre.ts'
import { eventually, type Person } from './house.ts'
import type { Phone } from '../simulators/jambonz/phone.ts'

const customer = '+221770000001'

const opening = (socket: WebSocket) =>
  new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })

/** Ends wrap-up, so that the agent has her place again. */
async function finish(person: Person, id: string) {
  const { body } = await person.get('/api/dispositions')
  const { items } = body as { items: { id: string; noteRequired: boolean }[] }
  const { status } = await person.post(`/api/interactions/${id}/finish`, {
    dispositionId: items.find((one) => !one.noteRequired)?.id
  })
  expect(status).toBe(200)
}

describe('a call', () => {
  let centre: CallCentre
  let awa: { person: Person; phone: Phone }
  beforeAll(async () => {
    centre = await openCallCentre()
    awa = await centre.agent('awa')
  })
  afterAll(() => centre.stop())

  const ring = (from = customer) => centre.jambonz.call({ from, to: bankNumber, name: 'Fatou' })
  const said = (words: string) => (party: { heard: { what?: unknown }[] }) =>
    party.heard.some(({ what }) => String(what).includes(words))

  it('is welcomed, offered by ringing, taken by answering, heard both ways, and wrapped up', async () => {
    const caller = ring()
    await caller.until(said('Bienvenue'))
    const leg = await awa.phone.rings()
    const offer = await awa.person.offer()
    expect(offer).toMatchObject({ medium: 'voice', channel: 'voice', contactName: 'Fatou' })
    awa.phone.answer()
    const active = await awa.person.saw(offer.id, 'active')
    expect(active).toBeTruthy()
    caller.hum(440)
    leg.hum(620)
    await eventually('the caller in the agent’s ear', () => leg.hearsTone(440))
    await eventually('the agent in the caller’s ear', () => caller.hearsTone(620))
    expect(await centre.callOf(awa.person, offer.id)).toMatchObject({
      state: 'talking',
      number: customer,
      ourNumber: bankNumber
    })
    caller.hangUp()
    await awa.person.saw(offer.id, 'wrapup')
    await leg.until(({ state }) => state === 'ended')
    await finish(awa.person, offer.id)
    await awa.person.saw(offer.id, 'closed')
  })

  /** Gives one agent the skills of another. */
  async function teach(pupil: Person, master: Person) {
    const { items } = (await centre.admin.get('/api/agents')).body as {
      items: { id: string; skills: unknown }[]
    }
    const { skills } = items.find(({ id }) => id === master.me.agent.id)!
    const { status } = await centre.admin.send('PATCH', `/api/agents/${pupil.me.agent.id}`, {
      change: { skills }
    })
    expect(status).toBe(200)
  }

  /** A call that awa talks in. */
  async function talking() {
    const caller = ring()
    const leg = await awa.phone.rings()
    const { id } = await awa.person.offer()
    awa.phone.answer()
    await awa.person.saw(id, 'active')
    const call = await eventually('the talk', async () => {
      const one = await centre.callOf(awa.person, id)
      return one.state === 'talking' ? one : null
    })
    caller.hum(440)
    leg.hum(620)
    await eventually('both hear each other', async () => (await leg.hearsTone(440)) && caller.hearsTone(620))
    return { caller, leg, id, call }
  }
  const act = async (call: Call, verb: string, body: unknown = {}, person = awa.person) => {
    const answer = await person.post(`/api/calls/${call.id}/${verb}`, body)
    expect(answer.body).not.toHaveProperty('error')
    return answer.body as Call
  }

  it('goes on to somebody else when it is declined on the phone, and the caller hears music all the while', async () => {
    const boris = await centre.agent('boris')
    await teach(boris.person, awa.person)
    const caller = ring()
    const rings = [awa, boris].map((agent) => ({ agent, rung: agent.phone.rings() }))
    const { agent: first } = await Promise.race(rings.map(({ agent, rung }) => rung.then(() => ({ agent }))))
    const { agent: second, rung } = rings.find(({ agent }) => agent !== first)!
    const { id } = await first.person.offer()
    first.phone.decline(603)
    await rung
    await eventually('music', () => caller.hearsTone(330))
    second.phone.answer()
    await second.person.saw(id, 'active')
    second.phone.hangUp()
    await caller.until(({ state }) => state === 'ended')
    await second.person.saw(id, 'wrapup')
    expect((await centre.callOf(second.person, id)).endedBy).toBe('agent')
    await finish(second.person, id)
    await boris.person.send('PUT', '/api/me/presence', { state: 'offline' })
    boris.phone.unregister()
  })

  it('is abandoned when the caller hangs up while it rings, and the phone stops ringing', async () => {
    const caller = ring()
    const leg = await awa.phone.rings()
    const { id } = await awa.person.offer()
    caller.hangUp()
    await leg.until(({ state }) => state === 'ended')
    await awa.person.saw(id, 'closed')
    await eventually('her place', async () => {
      const { items } = (await awa.person.get('/api/agents')).body as {
        items: { name: string; holds: unknown[] }[]
      }
      return items.every(({ holds }) => holds.length === 0)
    })
  })

  it('puts the customer on hold with music and takes them back', async () => {
    const { caller, leg, id, call } = await talking()
    await act(call, 'hold', { on: true })
    await eventually('music', () => caller.hearsTone(330))
    await eventually('silence for the agent', async () => !(await leg.hearsTone(440)))
    await act(call, 'hold', { on: false })
    await eventually('the agent again', () => caller.hearsTone(620))
    await act(call, 'mute', { on: true })
    await eventually('nothing of the agent', async () => !(await caller.hearsTone(620)))
    await act(call, 'mute', { on: false })
    await eventually('the agent again', () => caller.hearsTone(620))
    await act(call, 'hang-up')
    await caller.until(({ state }) => state === 'ended')
    await awa.person.saw(id, 'wrapup')
    await finish(awa.person, id)
  })

  it('brings in somebody outside, first alone with the agent, then hands the customer over', async () => {
    const { caller, leg, id, call } = await talking()
    const insurer = centre.jambonz.number('+221330000009', { after: 50, hums: 880 })
    const before = await act(call, 'invite', { who: { number: '33 000 00 09' }, privately: true })
    const { tag } = before.parties.find(({ role }) => role === 'guest')!
    await eventually('the insurer in the agent’s ear', () => leg.hearsTone(880))
    expect(await caller.hearsTone(880)).toBe(false)
    await eventually('music for the customer', () => caller.hearsTone(330))
    const { status } = await awa.person.post(`/api/calls/${call.id}/hand-over`, { tag })
    expect(status).toBe(200)
    await leg.until(({ state }) => state === 'ended')
    await eventually('the insurer in the customer’s ear', () => caller.hearsTone(880))
    await awa.person.saw(id, 'wrapup')
    await finish(awa.person, id)
    caller.hangUp()
    await eventually('the insurer is let go', () => insurer.calls.every(({ state }) => state === 'ended'))
  })

  it('refuses a number that may not be called, and one that is none', async () => {
    const { caller, id, call } = await talking()
    for (const [number, error] of [
      ['+882 13 300 0009', 'not-deliverable'],
      ['call me', 'invalid-input']
    ]) {
      const answer = await awa.person.post(`/api/calls/${call.id}/invite`, {
        who: { number },
        privately: false
      })
      expect(answer.body).toMatchObject({ error })
    }
    caller.hangUp()
    await awa.person.saw(id, 'wrapup')
    await finish(awa.person, id)
  })

  it('goes back to the queue with its age when the agent’s line breaks, and is answered again', async () => {
    const { caller, leg, id } = await talking()
    // No sound came any more: the media server gave the agent's leg up.
    leg.leg.bye()
    await eventually('the queue again', async () => {
      const { body } = await centre.admin.get(`/api/interactions/${id}`)
      return ['queued', 'offered'].includes((body as { interaction: { state: string } }).interaction.state)
    })
    await eventually('music', () => caller.hearsTone(330))
    await awa.phone.rings()
    awa.phone.answer()
    await eventually('the agent again', async () => {
      const one = await centre.callOf(awa.person, id)
      return one.state === 'talking'
    })
    caller.hangUp()
    await awa.person.saw(id, 'wrapup')
    await finish(awa.person, id)
  })

  it('lets a supervisor listen, whisper, join and take over', async () => {
    const supervisor = await centre.agent('supervisor')
    await supervisor.person.send('PUT', '/api/me/presence', { state: 'offline' })
    const { caller, leg, id, call } = await talking()
    const supervise = (as: string) => act(call, 'supervise', { as }, supervisor.person)
    await supervise('monitor')
    const ear = await supervisor.phone.rings()
    supervisor.phone.answer()
    ear.hum(1000)
    await eventually(
      'both in the supervisor’s ear',
      async () => (await ear.hearsTone(440)) || ear.hearsTone(620)
    )
    expect((await caller.hearsTone(1000)) || (await leg.hearsTone(1000))).toBe(false)
    await supervise('whisper')
    await eventually('the whisper', () => leg.hearsTone(1000))
    expect(await caller.hearsTone(1000)).toBe(false)
    await supervise('barge')
    await eventually('the supervisor for all', () => caller.hearsTone(1000))
    await supervise('leave')
    await ear.until(({ state }) => state === 'ended')
    expect((await awa.person.post(`/api/calls/${call.id}/supervise`, { as: 'monitor' })).body).toMatchObject({
      error: 'not-permitted'
    })
    caller.hangUp()
    await awa.person.saw(id, 'wrapup')
    await finish(awa.person, id)
  })

  it('goes on when its line is lost: while it waits, while it rings, and while people talk', async () => {
    const caller = ring()
    caller.socketDrop(1012)
    await awa.phone.rings()
    const { id } = await awa.person.offer()
    caller.socketDrop(1006)
    await eventually('music', () => caller.hearsTone(330))
    awa.phone.answer()
    await awa.person.saw(id, 'active')
    const call = await centre.callOf(awa.person, id)
    caller.socketDrop(1006)
    await act(call, 'hold', { on: true })
    await eventually('music', () => caller.hearsTone(330))
    await act(call, 'hold', { on: false })
    await act(call, 'hang-up')
    await caller.until(({ state }) => state === 'ended')
    await awa.person.saw(id, 'wrapup')
    await finish(awa.person, id)
  })

  it('rings whoever takes it from the queue by hand', async () => {
    const reasons = (await awa.person.get('/api/pause-reasons')).body as { items: { id: string }[] }
    const pause = { state: 'paused', pauseReasonId: reasons.items[0]?.id }
    expect((await awa.person.send('PUT', '/api/me/presence', pause)).status).toBe(200)
    const caller = ring()
    const waiting = await eventually('it in the queue', async () => {
      const { items } = (await awa.person.get('/api/interactions?state=queued&channel=voice')).body as {
        items: { id: string }[]
      }
      return items[0]
    })
    expect((await awa.person.post(`/api/interactions/${waiting.id}/pick`)).status).toBe(200)
    await awa.phone.rings()
    awa.phone.answer()
    const leg = awa.phone.call!
    caller.hum(440)
    await eventually('the caller in the agent’s ear', () => leg.hearsTone(440))
    caller.hangUp()
    await awa.person.saw(waiting.id, 'wrapup')
    await finish(awa.person, waiting.id)
    await awa.person.ready()
  })

  it('lets nobody in who cannot prove to be the media server', async () => {
    const url = `${centre.house.url}/calls/${centre.accountId}`
    const knock = (path: string, init: RequestInit = {}) => fetch(url + path, init)
    await expect(opening(new WebSocket(url.replace('http', 'ws'), ['ws.jambonz.org']))).rejects.toThrow(/401/)
    const credentials = {
      authorization: `Basic ${Buffer.from('bank:a-password-of-the-line').toString('base64')}`
    }
    await expect(
      opening(new WebSocket(url.replace('http', 'ws'), ['something.else'], { headers: credentials }))
    ).rejects.toThrow(/415/)
    expect((await knock('/registration', { method: 'POST', body: '{}' })).status).toBe(401)
    expect((await knock('/hook', { method: 'POST', body: '{"call_sid":"x"}' })).status).toBe(401)
  })
})
