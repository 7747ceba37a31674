import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Call } from '@palabre/config/contract/call'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Caller } from '../simulators/jambonz/caller.ts'
import type { Party } from '../simulators/jambonz/party.ts'
import type { Phone } from '../simulators/jambonz/phone.ts'
import { bankNumber, openCallCentre, type CallCentre } from './call-centre.ts'
import { eventually, type Person } from './house.ts'

interface Desk {
  person: Person
  phone: Phone
}
interface Talk {
  caller: Caller
  leg: Party
  id: string
  call: Call
}

const voice = { customer: 440, awa: 620, supervisor: 1000, admin: 1200 }

describe('a supervisor', () => {
  let centre: CallCentre
  let awa: Desk
  let supervisor: Desk
  let admin: Desk
  beforeAll(async () => {
    centre = await openCallCentre()
    awa = await centre.agent('awa')
    supervisor = await centre.agent('supervisor')
    admin = await centre.agent('admin')
  })
  afterAll(() => centre.stop())

  const ask = (desk: Desk, { call }: Talk, verb: string, body: unknown = {}) =>
    desk.person.post(`/api/calls/${call.id}/${verb}`, body)
  async function act(desk: Desk, talk: Talk, verb: string, body: unknown = {}) {
    const { body: answer } = await ask(desk, talk, verb, body)
    expect(answer).not.toHaveProperty('error')
    return answer as Call
  }
  const refusal = async (desk: Desk, talk: Talk, verb: string, body: unknown = {}) =>
    ((await ask(desk, talk, verb, body)).body as { error: string }).error
  const hears = (party: Party, hertz: number, what: string) => eventually(what, () => party.hearsTone(hertz))
  const silent = (party: Party, hertz: number, what: string) =>
    eventually(what, async () => !(await party.hearsTone(hertz)))

  /** A call that awa talks in. */
  async function talking(): Promise<Talk> {
    const caller = centre.jambonz.call({ from: '+221770000002', to: bankNumber })
    const leg = await awa.phone.rings()
    const { id } = await awa.person.offer()
    awa.phone.answer()
    await awa.person.saw(id, 'active')
    const call = await eventually('the talk', async () => {
      const one = await centre.callOf(awa.person, id)
      return one.state === 'talking' ? one : null
    })
    caller.hum(voice.customer)
    leg.hum(voice.awa)
    await hears(caller, voice.awa, 'awa in the customer’s ear')
    return { caller, leg, id, call }
  }

  /** Somebody's phone, called into the call to listen. */
  async function listening(desk: Desk, talk: Talk, hertz: number): Promise<Party> {
    await act(desk, talk, 'supervise', { as: 'monitor' })
    const ear = await desk.phone.rings()
    desk.phone.answer()
    ear.hum(hertz)
    await hears(ear, voice.customer, 'the customer in their ear')
    return ear
  }

  async function wrapUp(desk: Desk, id: string) {
    await desk.person.saw(id, 'wrapup')
    const { items } = (await desk.person.get('/api/dispositions')).body as {
      items: { id: string; noteRequired: boolean }[]
    }
    const { status } = await desk.person.post(`/api/interactions/${id}/finish`, {
      dispositionId: items.find((one) => !one.noteRequired)?.id
    })
    expect(status).toBe(200)
  }
  const holdsOf = async (desk: Desk) => {
    const { items } = (await centre.admin.get('/api/agents')).body as {
      items: { id: string; holds: { interactionId: string; medium: string }[] }[]
    }
    return items.find(({ id }) => id === desk.person.me.agent.id)!.holds.map(({ medium }) => medium)
  }
  const workOf = async (id: string) =>
    ((await centre.admin.get(`/api/interactions/${id}`)).body as { interaction: Interaction }).interaction

  it('goes from listening to whispering to joining and back, and is heard by nobody else', async () => {
    const talk = await talking()
    const ear = await listening(supervisor, talk, voice.supervisor)
    const heardBy = async () => ({
      agent: await talk.leg.hearsTone(voice.supervisor),
      customer: await talk.caller.hearsTone(voice.supervisor)
    })
    expect(await heardBy()).toEqual({ agent: false, customer: false })
    for (const as of ['whisper', 'barge', 'whisper', 'monitor', 'barge', 'monitor', 'whisper'] as const) {
      await act(supervisor, talk, 'supervise', { as })
      const wanted = { agent: as !== 'monitor', customer: as === 'barge' }
      await eventually(
        `what ${as} is`,
        async () => JSON.stringify(await heardBy()) === JSON.stringify(wanted)
      )
      // And it stays so.
      expect(await heardBy()).toEqual(wanted)
    }
    expect(await refusal(awa, talk, 'supervise', { as: 'monitor' })).toBe('not-permitted')
    await act(supervisor, talk, 'supervise', { as: 'leave' })
    await ear.until(({ state }) => state === 'ended')
    talk.caller.hangUp()
    await wrapUp(awa, talk.id)
  })

  it('takes a call over: its agent leaves, the work and the place are the supervisor’s', async () => {
    const talk = await talking()
    const ear = await listening(supervisor, talk, voice.supervisor)
    const before = await centre.callOf(supervisor.person, talk.id)
    const { status, body } = await ask(supervisor, talk, 'take-over')
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { id: talk.id, state: 'active', agentId: supervisor.person.me.agent.id }
    })
    await talk.leg.until(({ state }) => state === 'ended')
    await hears(talk.caller, voice.supervisor, 'the supervisor in the customer’s ear')
    await hears(ear, voice.customer, 'the customer in the supervisor’s ear')
    expect(await holdsOf(awa)).toEqual([])
    expect(await holdsOf(supervisor)).toEqual(['voice'])
    // One talk, whoever is in it.
    const after = await eventually('the talk', async () => {
      const call = await centre.callOf(supervisor.person, talk.id)
      return call.state === 'talking' ? call : null
    })
    expect(after.talkingSince).toBe(before.talkingSince)
    expect(after.parties.find(({ agentId }) => agentId === supervisor.person.me.agent.id)).toMatchObject({
      role: 'agent',
      muted: false,
      coach: null
    })
    // Whose it was may do nothing any more; whose it is does what agents do.
    for (const [verb, order] of [
      ['hold', { on: true }],
      ['hang-up', {}],
      ['take-over', {}]
    ] as const)
      expect(['not-yours', 'not-permitted']).toContain(await refusal(awa, talk, verb, order))
    await act(supervisor, talk, 'hold', { on: true })
    await hears(talk.caller, 330, 'music')
    await act(supervisor, talk, 'hold', { on: false })
    await hears(talk.caller, voice.supervisor, 'the supervisor again')
    await act(supervisor, talk, 'hang-up')
    await talk.caller.until(({ state }) => state === 'ended')
    await wrapUp(supervisor, talk.id)
    await eventually('the place', async () => (await holdsOf(supervisor)).length === 0)
  })

  it('who has taken over is whispered to, and is taken over from, like any agent', async () => {
    const talk = await talking()
    const first = await listening(supervisor, talk, voice.supervisor)
    await act(supervisor, talk, 'take-over')
    await hears(talk.caller, voice.supervisor, 'the supervisor in the customer’s ear')
    const second = await listening(admin, talk, voice.admin)
    await hears(second, voice.supervisor, 'the one who took over in the second one’s ear')
    await act(admin, talk, 'supervise', { as: 'whisper' })
    await hears(first, voice.admin, 'the whisper')
    expect(await talk.caller.hearsTone(voice.admin)).toBe(false)
    await act(admin, talk, 'take-over')
    await first.until(({ state }) => state === 'ended')
    await hears(talk.caller, voice.admin, 'the second one in the customer’s ear')
    expect((await workOf(talk.id)).agentId).toBe(admin.person.me.agent.id)
    expect(await holdsOf(supervisor)).toEqual([])
    talk.caller.hangUp()
    await wrapUp(admin, talk.id)
  })

  it('is refused what is not theirs: whoever is not in the call, or no supervisor, takes nothing over', async () => {
    const talk = await talking()
    expect(await refusal(supervisor, talk, 'take-over')).toBe('wrong-state')
    expect(await refusal(awa, talk, 'take-over')).toBe('not-permitted')
    const ear = await listening(supervisor, talk, voice.supervisor)
    // Listening is not having it in hand.
    for (const [verb, order] of [
      ['hold', { on: true }],
      ['mute', { on: true }],
      ['hang-up', {}]
    ] as const)
      expect(await refusal(supervisor, talk, verb, order)).toBe('not-yours')
    await act(supervisor, talk, 'take-over')
    expect(await refusal(supervisor, talk, 'take-over')).toBe('wrong-state')
    expect(await refusal(supervisor, talk, 'supervise', { as: 'whisper' })).toBe('wrong-state')
    expect(await refusal(awa, talk, 'supervise', { as: 'monitor' })).toBe('not-permitted')
    expect((await workOf(talk.id)).agentId).toBe(supervisor.person.me.agent.id)
    ear.hangUp()
    await talk.caller.until(({ state }) => state === 'ended')
    await wrapUp(supervisor, talk.id)
  })

  it('who is one no more hears nothing more', async () => {
    const { items } = (await centre.admin.get('/api/users')).body as {
      items: { id: string; email: string; roles: string[]; version: number }[]
    }
    const user = items.find(({ email }) => email.startsWith('supervisor@'))!
    const talk = await talking()
    const ear = await listening(supervisor, talk, voice.supervisor)
    const roles = async (wanted: string[]) => {
      const now = (
        (await centre.admin.get('/api/users')).body as { items: { id: string; version: number }[] }
      ).items.find(({ id }) => id === user.id)!
      const { status } = await centre.admin.send('PATCH', `/api/users/${user.id}`, {
        version: now.version,
        change: { roles: wanted }
      })
      expect(status).toBe(200)
    }
    await roles(['agent'])
    await eventually(
      'the refusal',
      async () => (await refusal(supervisor, talk, 'supervise', { as: 'barge' })) === 'not-permitted'
    )
    expect(await refusal(supervisor, talk, 'take-over')).toBe('not-permitted')
    await ear.until(({ state }) => state === 'ended')
    await silent(talk.caller, voice.supervisor, 'nothing of them')
    await roles(user.roles)
    talk.caller.hangUp()
    await wrapUp(awa, talk.id)
  })
})
