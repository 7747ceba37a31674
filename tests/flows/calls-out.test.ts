import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Call, NumberCheck } from '@palabre/config/contract/call'
import type { Interaction } from '@palabre/config/contract/interaction'
import { bankNumber, openCallCentre, type CallCentre } from './call-centre.ts'
import { eventually, type Person } from './house.ts'
import { recordNamed } from './people.ts'
import type { Phone } from '../simulators/jambonz/phone.ts'

const customer = '+221770000002'
const allDay = { callFrom: '00:00', callUntil: '24:00' }
type Made = { call: Call; interaction: Interaction }

/** What an agent does who calls somebody. */
function calling(centre: () => CallCentre, agent: () => { person: Person; phone: Phone }) {
  const { person } = { person: () => agent().person }
  return {
    async dial(body: Record<string, unknown>) {
      const answer = await person().post('/api/calls', body)
      expect(answer.status, JSON.stringify(answer.body)).toBe(200)
      return answer.body as unknown as Made
    },
    async check(number: string) {
      const { body } = await person().get(`/api/calls/check?number=${encodeURIComponent(number)}`)
      return body as unknown as NumberCheck
    },
    /** The interaction's call once it is so. */
    callWhen: (id: string, isSo: (call: Call) => boolean) =>
      eventually('the call to be so', async () => {
        const call = await centre().callOf(person(), id)
        return isSo(call) ? call : null
      }),
    async close(id: string) {
      const { body } = await person().get('/api/dispositions')
      const { items } = body as { items: { id: string; noteRequired: boolean }[] }
      const dispositionId = items.find((one) => !one.noteRequired)?.id
      const closed = await person().post(`/api/interactions/${id}/close`, { dispositionId })
      expect(closed.status, JSON.stringify(closed.body)).toBe(200)
      await person().saw(id, 'closed')
    },
    async finish(id: string) {
      await person().saw(id, 'wrapup')
      const { body } = await person().get('/api/dispositions')
      const { items } = body as { items: { id: string; noteRequired: boolean }[] }
      const dispositionId = items.find((one) => !one.noteRequired)?.id
      expect((await person().post(`/api/interactions/${id}/finish`, { dispositionId })).status).toBe(200)
    }
  }
}

describe('a call of ours', () => {
  let centre: CallCentre
  let awa: { person: Person; phone: Phone }
  const { dial, check, callWhen, close, finish } = calling(
    () => centre,
    () => awa
  )
  beforeAll(async () => {
    centre = await openCallCentre({ settings: { callerId: bankNumber, ...allDay } })
    awa = await centre.agent('awa')
  })
  afterAll(() => centre.stop())

  it('rings the agent first, then the customer, who sees our number and no name; both hear each other', async () => {
    const far = centre.jambonz.number(customer, { after: 300, hums: 440 })
    const { call, interaction } = await dial({ number: '77 000 00 02' })
    expect(call).toMatchObject({
      direction: 'out',
      number: customer,
      ourNumber: bankNumber,
      state: 'ringing'
    })
    expect(interaction).toMatchObject({ state: 'active', agentId: awa.person.me.agent.id, medium: 'voice' })
    const leg = await awa.phone.rings()
    expect(far.calls).toHaveLength(0)
    awa.phone.answer()
    leg.hum(620)
    const talk = await callWhen(interaction.id, ({ state }) => state === 'talking')
    expect(talk.parties.map(({ role, state }) => `${role} ${state}`).sort()).toEqual([
      'agent in',
      'customer in'
    ])
    const [customerLeg] = far.calls
    await eventually('the customer in the agent’s ear', () => leg.hearsTone(440))
    await eventually('the agent in the customer’s ear', () => customerLeg!.hearsTone(620))
    expect(customerLeg!.leg.info).toMatchObject({ from: bankNumber })
    customerLeg!.hangUp()
    await leg.until(({ state }) => state === 'ended')
    await finish(interaction.id)
    expect(await callWhen(interaction.id, ({ state }) => state === 'ended')).toMatchObject({
      endedBy: 'customer',
      facts: { direction: 'out', endedBy: 'customer', cause: 'hungUp' }
    })
  })

  it('stays in the agent’s hands when nobody is reached, says why, and may be tried again', async () => {
    centre.jambonz.number('+221770000003', { refuses: [486, 'Busy Here'] })
    const first = await dial({ number: '+221770000003' })
    const { id } = first.interaction
    await awa.phone.rings()
    awa.phone.answer()
    const over = await callWhen(id, ({ state }) => state === 'ended')
    expect(over.parties.find(({ role }) => role === 'customer')?.end).toMatchObject({ cause: 'busy' })
    expect((await awa.person.get(`/api/interactions/${id}`)).body).toMatchObject({
      interaction: { state: 'active' }
    })
    const again = await dial({ number: '+221770000003', interactionId: id })
    expect(again.interaction.id).toBe(id)
    expect(again.call.id).not.toBe(first.call.id)
    await awa.phone.rings()
    awa.phone.answer()
    await callWhen(id, (call) => call.id === again.call.id && call.state === 'ended')
    await close(id)
  })

  it('is over when the agent’s own phone declines, and the customer never rings', async () => {
    const far = centre.jambonz.number('+221770000004')
    const { interaction } = await dial({ number: '+221770000004' })
    await awa.phone.rings()
    awa.phone.decline(603)
    const over = await callWhen(interaction.id, ({ state }) => state === 'ended')
    expect(over.endedBy).toBe('agent')
    expect(far.calls).toHaveLength(0)
    await close(interaction.id)
  })

  it('stops ringing at the customer’s when the agent hangs up first', async () => {
    const far = centre.jambonz.number('+221770000005', { ignores: true })
    const { call, interaction } = await dial({ number: '+221770000005' })
    await awa.phone.rings()
    awa.phone.answer()
    await callWhen(interaction.id, ({ parties }) =>
      parties.some(({ role, state }) => role === 'customer' && state === 'ringing')
    )
    expect((await awa.person.post(`/api/calls/${call.id}/hang-up`, {})).status).toBe(200)
    await far.calls[0]!.until(({ state }) => state === 'ended')
    await callWhen(interaction.id, ({ state }) => state === 'ended')
    await close(interaction.id)
  })

  it('refuses what must not be called, and says why before it is tried', async () => {
    expect(await check('hello')).toMatchObject({ number: null, refusal: 'not-a-number' })
    expect(await check('+33899701234')).toMatchObject({ country: 'FR', refusal: 'not-allowed' })
    expect(await check('+221770000002')).toMatchObject({
      number: customer,
      country: 'SN',
      localTime: expect.stringMatching(/^\d\d:\d\d$/) as string,
      refusal: null
    })
    const contact = (await check(customer)).contact!
    const { body: card } = await awa.person.get(`/api/contacts/${contact.id}`)
    const { version } = card as unknown as { version: number }
    const kept = await awa.person.send('PATCH', `/api/contacts/${contact.id}`, {
      version,
      change: { doNotCall: true }
    })
    expect(kept.status).toBe(200)
    expect((await check(customer)).refusal).toBe('do-not-call')
    for (const number of ['hello', '+33899701234', customer]) {
      const { status, body } = await awa.person.post('/api/calls', { number })
      expect([status, (body as { error: string }).error]).toEqual([422, 'not-deliverable'])
    }
    // Nothing was begun for any of them.
    expect((await awa.person.get('/api/inbox')).body).toMatchObject({ items: [] })
  })
})

describe('a call that is left to somebody outside', () => {
  let centre: CallCentre
  let awa: { person: Person; phone: Phone }
  const { callWhen, finish } = calling(
    () => centre,
    () => awa
  )
  const outside = '+221770000020'
  beforeAll(async () => {
    centre = await openCallCentre({ settings: { callerId: bankNumber, ...allDay } })
    awa = await centre.agent('awa')
  })
  afterAll(() => centre.stop())

  /** A caller whom awa talks with. */
  async function talking() {
    const caller = centre.jambonz.call({ from: customer, to: bankNumber })
    const leg = await awa.phone.rings()
    const { id } = await awa.person.offer()
    awa.phone.answer()
    await awa.person.saw(id, 'active')
    const call = await callWhen(id, ({ state }) => state === 'talking')
    caller.hum(440)
    return { caller, leg, id, call }
  }
  const passOn = (callId: string, number: string) =>
    awa.person.post(`/api/calls/${callId}/pass-on`, { number })

  it('leaves the agent at once, and the customer with whoever answers', async () => {
    const far = centre.jambonz.number(outside, { after: 500, hums: 620 })
    const { caller, leg, id, call } = await talking()
    expect((await passOn(call.id, outside)).status).toBe(200)
    await leg.until(({ state }) => state === 'ended')
    await eventually('the outsider in the caller’s ear', () => caller.hearsTone(620))
    expect(far.calls[0]!.leg.info).toMatchObject({ from: bankNumber })
    await finish(id)
    await eventually('the caller in the outsider’s ear', () => far.calls[0]!.hearsTone(440))
    caller.hangUp()
    await far.calls[0]!.until(({ state }) => state === 'ended')
  })

  it('comes back to the queue with its age when nobody answers there', async () => {
    centre.jambonz.number(outside, { refuses: [486, 'Busy Here'] })
    const { caller, id, call } = await talking()
    const { queuedAt } = (await awa.person.get(`/api/interactions/${id}`)).body.interaction as Interaction
    expect((await passOn(call.id, outside)).status).toBe(200)
    const leg = await awa.phone.rings()
    const again = await eventually('the offer', async () => {
      const { interaction } = (await awa.person.get(`/api/interactions/${id}`)).body as {
        interaction: Interaction
      }
      return interaction.state === 'offered' ? interaction : null
    })
    expect(again.queuedAt).toBe(queuedAt)
    awa.phone.answer()
    await eventually('the caller in the agent’s ear', () => leg.hearsTone(440))
    caller.hangUp()
    await finish(id)
  })

  it('is refused to numbers that must not be called', async () => {
    const { caller, id, call } = await talking()
    expect([(await passOn(call.id, '+33899701234')).status, (await passOn(call.id, 'x1')).status]).toEqual([
      422, 400
    ])
    caller.hangUp()
    await finish(id)
  })
})

describe('the hours of those who are called', () => {
  let centre: CallCentre
  let awa: { person: Person; phone: Phone }
  const { check } = calling(
    () => centre,
    () => awa
  )
  beforeAll(async () => {
    centre = await openCallCentre({
      settings: { callerId: bankNumber, callFrom: '00:00', callUntil: '00:00', allowedPrefixes: ['+'] }
    })
    awa = await centre.agent('awa')
  })
  afterAll(() => centre.stop())

  it('are asked of the country of the number', async () => {
    expect((await check(customer)).refusal).toBe('out-of-hours')
    const { status, body } = await awa.person.post('/api/calls', { number: customer })
    expect([status, (body as { error: string }).error]).toEqual([409, 'outside-hours'])
  })
})

describe('a callback', () => {
  let centre: CallCentre
  let awa: { person: Person; phone: Phone }
  const { callWhen, finish } = calling(
    () => centre,
    () => awa
  )
  beforeAll(async () => {
    centre = await openCallCentre({
      settings: { callerId: bankNumber, callFrom: '00:00', callUntil: '00:01' }
    })
    const queue = await recordNamed(centre.admin, '/api/queues', 'Customer care')
    const { status, body } = await centre.admin.send('PATCH', `/api/queues/${queue.id as string}`, {
      version: queue.version,
      change: {
        overflow: [
          {
            media: ['voice'],
            when: { kind: 'waited', seconds: 1 },
            then: { kind: 'suggest', what: 'callback' }
          }
        ]
      }
    })
    expect(status, JSON.stringify(body)).toBe(200)
  })
  afterAll(() => centre.stop())

  it('is suggested to whoever waits, keeps the place, and is called by the agent who takes it', async () => {
    const caller = centre.jambonz.call({ from: customer, to: bankNumber, name: 'Fatou' })
    const heard = (words: string) =>
      caller.until(({ heard }) => heard.some(({ what }) => String(what).includes(words)))
    await heard('appuyez sur 1')
    caller.press('1')
    await heard('vous rappellerons')
    await caller.until(({ state }) => state === 'ended')

    const { body } = await centre.admin.get('/api/interactions?state=queued')
    const [waiting] = (body as { items: Interaction[] }).items
    expect(waiting).toMatchObject({
      medium: 'callback',
      callback: { number: customer, attempts: 0, lastCause: null }
    })

    awa = await centre.agent('awa')
    const offer = await awa.person.offer()
    expect(offer).toMatchObject({ id: waiting!.id, medium: 'callback', queuedAt: waiting!.queuedAt })
    centre.jambonz.number(customer, { hums: 440 })
    // Their phone rings by itself, as nobody has said that it should not.
    await awa.person.accept(offer)
    const leg = await awa.phone.rings()
    awa.phone.answer()
    await callWhen(offer.id, ({ state }) => state === 'talking')
    await eventually('the customer', () => leg.hearsTone(440))
    leg.hangUp()
    await finish(offer.id)
  })

  it('is asked for in a flow, which goes on; a number that must not be called is none', async () => {
    const { admin, jambonz, accountId } = centre
    const queueId = (await recordNamed(admin, '/api/queues', 'Customer care')).id
    const say = (text: string) => [{ kind: 'say', text }]
    const flow = await admin.post('/api/flows', {
      name: 'Rappel',
      description: '',
      language: 'fr-FR',
      timeZone: 'Africa/Dakar',
      maxMinutes: 5,
      hosts: [],
      start: 'ask',
      atFault: 'never',
      variables: [{ name: 'to', type: 'text', start: null, label: 'Rappel', shown: 'yes' }],
      nodes: [
        {
          id: 'ask',
          kind: 'callback',
          queueId,
          requirements: [],
          priority: 0,
          number: '{{call.from}}',
          next: 'noted',
          failed: 'never'
        },
        { id: 'noted', kind: 'hangUp', prompts: say('C’est noté.') },
        { id: 'never', kind: 'hangUp', prompts: say('Impossible de vous rappeler.') }
      ]
    })
    expect(flow.status, JSON.stringify(flow.body)).toBe(200)
    const { id, version } = flow.body as { id: string; version: number }
    expect((await admin.post(`/api/flows/${id}/publish`, { version, note: '' })).status).toBe(200)
    const account = await recordNamed(admin, '/api/accounts', 'Bank line')
    expect(
      (
        await admin.send('PATCH', `/api/accounts/${accountId}`, {
          version: account.version,
          change: { flowId: id }
        })
      ).status
    ).toBe(200)

    const caller = jambonz.call({ from: '+221770000033', to: bankNumber })
    await caller.until(({ heard }) => heard.some(({ what }) => String(what).includes('noté')))
    await caller.until(({ state }) => state === 'ended')
    const offer = await awa.person.offer()
    expect(offer).toMatchObject({ medium: 'callback', callback: { number: '+221770000033' } })
    await awa.person.accept(offer)
    await awa.phone.rings()
    awa.phone.decline(603)
    await callWhen(offer.id, ({ state }) => state === 'ended')
    await awa.person.post(`/api/interactions/${offer.id}/close`, {})
    await finish(offer.id)

    const premium = jambonz.call({ from: '+33899701234', to: bankNumber })
    await premium.until(({ heard }) => heard.some(({ what }) => String(what).includes('Impossible')))
    const cleared = await recordNamed(admin, '/api/accounts', 'Bank line')
    await admin.send('PATCH', `/api/accounts/${accountId}`, {
      version: cleared.version,
      change: { flowId: null }
    })
  })

  it('is not suggested any more to whom an agent answers, nor taken from somebody who is being rung', async () => {
    const caller = centre.jambonz.call({ from: '+221770000009', to: bankNumber })
    const leg = await awa.phone.rings()
    const { id } = await awa.person.offer()
    awa.phone.answer()
    await awa.person.saw(id, 'active')
    leg.hum(620)
    await eventually('the agent in the caller’s ear', () => caller.hearsTone(620))
    caller.hangUp()
    await finish(id)
  })
})
