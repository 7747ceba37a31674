import { Types } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Callback as CallbackWire, CallbackOffer } from '@palabre/config/contract/callback'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { usualCallbacks } from '@palabre/config/contract/callback'
import { Callback } from '@palabre/hub/callbacks/callback.model'
import { placeCallback } from '@palabre/hub/callbacks/place'
import { Interaction as InteractionRecord } from '@palabre/hub/interactions/interaction.model'
import type { Phone } from '../simulators/jambonz/phone.ts'
import { bankNumber, openCallCentre, type CallCentre } from './call-centre.ts'
import type { Person } from './house.ts'
import { eventually } from './house.ts'
import { hire, recordNamed } from './people.ts'

const retries = {
  attempts: 2,
  gap: { noAnswer: 30, busy: 10, machine: 120 },
  hours: { from: 0, to: 1440 },
  dispositionId: null as string | null
}
let numbers = 100
const newNumber = () => `+22177000${String(++numbers).padStart(4, '0')}`

describe('callbacks', () => {
  let centre: CallCentre
  let awa: { person: Person; phone: Phone }
  let queueId: string
  let dispositionId: string

  const rule = async (change: Partial<typeof usualCallbacks>, more: Record<string, unknown> = {}) => {
    const queue = await recordNamed(centre.admin, '/api/queues', 'Customer care')
    const { status, body } = await centre.admin.send('PATCH', `/api/queues/${queueId}`, {
      version: queue.version,
      change: { callbacks: { ...queue.callbacks, ...change }, ...more }
    })
    expect(status, JSON.stringify(body)).toBe(200)
  }
  const ask = async (body: Record<string, unknown>, person = awa.person) => {
    const answer = await person.post('/api/callbacks', { queueId, name: 'Fatou', ...body })
    return answer as { status: number; body: CallbackWire & { error?: string } }
  }
  const read = async (id: string) => (await centre.admin.get(`/api/callbacks/${id}`)).body as CallbackWire
  const when = (id: string, isSo: (callback: CallbackWire) => boolean) =>
    eventually('the callback to be so', async () => {
      const callback = await read(id)
      return isSo(callback) ? callback : null
    })
  const offerFor = (callback: CallbackWire) =>
    eventually('its offer', async () => {
      const { items } = (await awa.person.get('/api/inbox')).body as { items: Interaction[] }
      return items.find((item) => item.state === 'offered' && item.callback?.id === callback.id)
    })
  const interactionOf = async (id: string) =>
    ((await centre.admin.get(`/api/interactions/${id}`)).body as { interaction: Interaction }).interaction
  const finish = async (id: string) => {
    await awa.person.saw(id, 'wrapup').catch(async (error: unknown) => {
      const [work, call] = [await interactionOf(id), await centre.callOf(awa.person, id)]
      throw new Error(JSON.stringify({ work, call }), { cause: error })
    })
    expect((await awa.person.post(`/api/interactions/${id}/finish`, { dispositionId })).status).toBe(200)
  }
  const talked = (id: string) =>
    eventually('the talk', async () => (await centre.callOf(awa.person, id)).state === 'talking')

  beforeAll(async () => {
    centre = await openCallCentre({
      settings: { callerId: bankNumber, callFrom: '00:00', callUntil: '24:00' }
    })
    queueId = (await recordNamed(centre.admin, '/api/queues', 'Customer care')).id as string
    const { items } = (await centre.admin.get('/api/dispositions')).body as {
      items: { id: string; noteRequired: boolean }[]
    }
    dispositionId = items.find(({ noteRequired }) => !noteRequired)!.id
    await rule(
      {
        accountId: centre.accountId,
        retries: { ...retries, dispositionId },
        slots: { minutes: 30, noticeMinutes: 0, daysAhead: 3, share: 0.5, most: 1 }
      },
      { calendarId: null, requirements: [], relaxation: { steps: [], ending: { rule: 'never' } } }
    )
    awa = await centre.agent('awa')
  })
  afterAll(() => centre.stop())

  it('asked for now is offered by the queue; on acceptance the phone rings, then the customer, and it is done', async () => {
    const number = newNumber()
    centre.jambonz.number(number, { hums: 440 })
    const { status, body } = await ask({ number, reason: 'My card is lost' })
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body).toMatchObject({ state: 'queued', number, source: 'agent', reason: 'My card is lost' })
    expect((await ask({ number })).body.error).toBe('already-asked')

    const offer = await offerFor(body)
    expect(offer).toMatchObject({ medium: 'callback', preview: 'My card is lost', contactName: 'Fatou' })
    await awa.person.accept(offer)
    const leg = await awa.phone.rings()
    awa.phone.answer()
    await talked(offer.id)
    await eventually('the customer', () => leg.hearsTone(440))
    leg.hangUp()
    await finish(offer.id)
    const done = await when(body.id, ({ state }) => state === 'done')
    expect(done.attempts).toMatchObject([{ interactionId: offer.id, cause: null }])
    // The number may wait again.
    const again = await ask({ number, at: new Date(Date.now() + 3_600_000).toISOString() })
    expect(again.body).toMatchObject({ state: 'scheduled', interactionId: null })
    expect((await awa.person.post(`/api/callbacks/${again.body.id}/cancel`)).body).toMatchObject({
      state: 'cancelled',
      nextAt: null
    })
  })

  it('is made once of a key, however often it is asked for', async () => {
    const number = newNumber()
    const body = { number, key: 'the-same-click', at: new Date(Date.now() + 3_600_000).toISOString() }
    const answers = await Promise.all([1, 2, 3].map(() => ask(body)))
    expect(new Set(answers.map((one) => one.body.id)).size).toBe(1)
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    await awa.person.post(`/api/callbacks/${answers[0]!.body.id}/cancel`)
  })

  it('rings the customer first where the queue says so, and then the agent', async () => {
    await rule({ dialling: 'customer-first' })
    const number = newNumber()
    const far = centre.jambonz.number(number, { after: 300, hums: 440 })
    const { body } = await ask({ number })
    const offer = await offerFor(body)
    await awa.person.accept(offer)
    await eventually('the customer to be called', () => far.calls.length > 0)
    const leg = await awa.phone.rings()
    const call = await centre.callOf(awa.person, offer.id)
    expect(call.parties.find(({ role }) => role === 'customer')).toMatchObject({ state: 'in' })
    awa.phone.answer()
    await talked(offer.id)
    await eventually('the customer in the agent’s ear', () => leg.hearsTone(440))
    far.calls[0]!.hangUp()
    await finish(offer.id)
    await when(body.id, ({ state }) => state === 'done')
    await rule({ dialling: 'agent-first' })
  })

  it('hangs up on a machine that answers, where the account can tell', async () => {
    const account = await recordNamed(centre.admin, '/api/accounts', 'Bank line')
    const settings = { recognition: true, detection: true, sttVendor: 'google' }
    const told = await centre.admin.send('PATCH', `/api/accounts/${centre.accountId}`, {
      version: account.version,
      change: { settings }
    })
    expect(told.status, JSON.stringify(told.body)).toBe(200)
    await rule({ dialling: 'customer-first' })
    const number = newNumber()
    const far = centre.jambonz.number(number, { machine: true, hums: 300 })
    const { body } = await ask({ number })
    const offer = await offerFor(body)
    await awa.person.accept(offer)
    const tried = await when(body.id, ({ attempts }) => attempts.length === 1)
    expect(tried).toMatchObject({ state: 'scheduled', attempts: [{ cause: 'machine' }] })
    expect(Date.parse(tried.nextAt!) - Date.now()).toBeGreaterThan(100 * 60_000)
    await eventually('the machine to be hung up on', () => far.calls[0]?.leg.ended)
    await eventually('it to be closed', async () => (await interactionOf(offer.id)).state === 'closed')
    // Their phone may have rung already: it stops.
    await eventually('the end of all parties', async () =>
      (await centre.callOf(awa.person, offer.id)).parties.every(({ state }) => state === 'ended')
    )
    expect(awa.phone.call).toBeUndefined()
    awa.phone.forget()
    await rule({ dialling: 'agent-first' })
    await awa.person.post(`/api/callbacks/${body.id}/cancel`)
  })

  it('is tried again by the rules when nobody is reached, then given up with the disposition of the queue', async () => {
    const number = newNumber()
    centre.jambonz.number(number, { refuses: [486, 'Busy Here'] })
    const { body } = await ask({ number })
    const offer = await offerFor(body)
    const before = Date.now()
    await awa.person.accept(offer)
    await awa.phone.rings()
    awa.phone.answer()
    const tried = await when(body.id, ({ attempts }) => attempts.length === 1)
    expect(tried).toMatchObject({
      state: 'scheduled',
      attempts: [{ cause: 'busy', interactionId: offer.id }]
    })
    const gap = Date.parse(tried.nextAt!) - before
    expect(gap).toBeGreaterThanOrEqual(10 * 60_000)
    expect(gap).toBeLessThan(11 * 60_000)
    // There is nothing to be wrapped up: the agent is free.
    await eventually('it to be closed', async () => (await interactionOf(offer.id)).state === 'closed')
    await eventually('the place to be free', async () => {
      const { holds } = ((await awa.person.get('/api/me/agent')).body ?? {}) as { holds?: unknown[] }
      return holds === undefined || holds.length === 0
    })

    const now = await awa.person.post(`/api/callbacks/${body.id}/arrange`, { version: tried.version })
    expect(now.body, JSON.stringify(now.body)).toMatchObject({ state: 'queued' })
    const second = await offerFor(body)
    expect(second).toMatchObject({ callback: { attempts: 1, lastCause: 'busy' } })
    await awa.person.accept(second)
    await awa.phone.rings()
    awa.phone.answer()
    const failed = await when(body.id, ({ state }) => state === 'failed')
    expect(failed.attempts).toHaveLength(2)
    expect(
      await eventually('its end', async () => {
        const doc = await interactionOf(second.id)
        return doc.state === 'closed' ? doc : null
      })
    ).toMatchObject({ dispositionId })
  })

  it('whom a machine answers is tried later, when the agent says so', async () => {
    const number = newNumber()
    centre.jambonz.number(number, { hums: 300 })
    const { body } = await ask({ number })
    const offer = await offerFor(body)
    await awa.person.accept(offer)
    await awa.phone.rings()
    awa.phone.answer()
    await talked(offer.id)
    const { status, body: tried } = await awa.person.post(`/api/callbacks/${body.id}/machine`)
    expect(status, JSON.stringify(tried)).toBe(200)
    expect(tried).toMatchObject({ state: 'scheduled', attempts: [{ cause: 'machine' }] })
    await eventually(
      'the end of the call',
      async () => (await centre.callOf(awa.person, offer.id)).state === 'ended'
    )
    expect((await awa.person.post(`/api/callbacks/${body.id}/machine`)).body).toMatchObject({
      error: 'wrong-state'
    })
    await awa.person.post(`/api/callbacks/${body.id}/cancel`)
  })

  it('promises slots with places; two cannot have the last; another time gives the place back', async () => {
    const { slots } = (await awa.person.get(`/api/queues/${queueId}/callback-slots`)).body as CallbackOffer
    expect(slots.length).toBeGreaterThan(10)
    const [first, second] = slots
    const answers = await Promise.all([1, 2, 3].map(() => ask({ number: newNumber(), slot: first!.from })))
    expect(answers.map(({ status, body }) => (status === 200 ? 'made' : body.error)).sort()).toEqual([
      'made',
      'slot-taken',
      'slot-taken'
    ])
    const made = answers.find(({ status }) => status === 200)!.body
    expect(made).toMatchObject({ state: 'scheduled', slot: first, nextAt: first!.from, kept: null })
    const left = (await awa.person.get(`/api/queues/${queueId}/callback-slots`)).body as CallbackOffer
    expect(left.slots[0]).toEqual(second)

    const moved = await awa.person.post(`/api/callbacks/${made.id}/arrange`, {
      version: made.version,
      slot: second!.from
    })
    expect(moved.body).toMatchObject({ slot: second })
    expect(
      (await awa.person.post(`/api/callbacks/${made.id}/arrange`, { version: made.version })).body
    ).toMatchObject({ error: 'changed-meanwhile' })
    const free = (await awa.person.get(`/api/queues/${queueId}/callback-slots`)).body as CallbackOffer
    expect(free.slots[0]).toEqual(first)
    await awa.person.post(`/api/callbacks/${made.id}/cancel`)
    expect((await ask({ number: newNumber(), slot: '2020-01-01T00:00:00.000Z' })).body.error).toBe(
      'slot-taken'
    )
  })

  it('a slot is kept by a call within it, broken by a later one; it is due at its end, and counted once', async () => {
    const hold = async (endsInMs: number) => {
      const { body } = await ask({ number: newNumber(), at: new Date(Date.now() + 3_600_000).toISOString() })
      const slot = { from: new Date(Date.now() - 60_000), to: new Date(Date.now() + endsInMs) }
      await Callback.updateOne({ _id: new Types.ObjectId(body.id) }, { $set: { slot, nextAt: slot.from } })
      await placeCallback(centre.house.hub, body.id)
      return { id: body.id, slot }
    }
    for (const [endsInMs, kept] of [
      [60_000, true],
      [-1000, false]
    ] as const) {
      const { id, slot } = await hold(endsInMs)
      const offer = await offerFor({ id } as CallbackWire)
      expect(offer).toMatchObject({ dueAt: slot.to.toISOString() })
      centre.jambonz.number(offer.callback!.number, { hums: 440 })
      await awa.person.accept(offer)
      await awa.phone.rings()
      awa.phone.answer()
      await talked(offer.id)
      const { id: callId } = await centre.callOf(awa.person, offer.id)
      const { status, body } = await awa.person.post(`/api/calls/${callId}/hang-up`, {})
      expect(status, JSON.stringify(body)).toBe(200)
      await finish(offer.id)
      await when(id, (callback) => callback.state === 'done')
      expect(await read(id)).toMatchObject({ kept })
      const { log } = (await InteractionRecord.findById(offer.id).lean())!
      expect(log.filter(({ name }) => name.startsWith('slot')).map(({ name }) => name)).toEqual([
        kept ? 'slotKept' : 'slotBroken'
      ])
    }
  })

  it('is kept for its agent at first, and not offered to others meanwhile', async () => {
    const other = await centre.agent('boris')
    const number = newNumber()
    const { body } = await ask({
      number,
      at: new Date(Date.now() + 1500).toISOString(),
      agentId: awa.person.me.agent.id
    })
    expect(body).toMatchObject({ state: 'scheduled', agentId: awa.person.me.agent.id })
    const mine = (await awa.person.get('/api/callbacks?of=mine&open=true')).body as { items: CallbackWire[] }
    expect(mine.items.map(({ id }) => id)).toContain(body.id)
    const offer = await offerFor(body)
    expect(offer.sticky).toMatchObject({ agentId: awa.person.me.agent.id })
    // Waiting, it may be cancelled by whoever may see it.
    expect((await other.person.post(`/api/callbacks/${body.id}/cancel`)).body).toMatchObject({
      state: 'cancelled'
    })
    await eventually('the offer to be gone', async () => (await interactionOf(offer.id)).state === 'closed')
    other.person.leave()
    await other.person.send('PUT', '/api/me/presence', { state: 'offline' })
  })

  it('whoever hangs up while they wait is called back, where the queue says so', async () => {
    await rule({ missedCalls: true })
    await awa.person.send('PUT', '/api/me/presence', { state: 'offline' })
    const number = newNumber()
    const caller = centre.jambonz.call({ from: number, to: bankNumber })
    const waiting = await eventually('the call in the queue', async () => {
      const { items } = (await centre.admin.get('/api/interactions?state=queued')).body as {
        items: Interaction[]
      }
      return items.find(({ contactName }) => contactName === number)
    })
    // Whoever gives up at once had not begun to wait.
    await InteractionRecord.updateOne(
      { _id: waiting.id },
      { $set: { queuedAt: new Date(Date.now() - 20_000) } }
    )
    caller.hangUp()
    const made = await eventually('the callback', async () => {
      const { items } = (await centre.admin.get('/api/callbacks?open=true')).body as { items: CallbackWire[] }
      return items.find((one) => one.number === number)
    })
    expect(await when(made.id, ({ state }) => state === 'queued')).toMatchObject({
      source: 'missed-call',
      locale: 'fr'
    })
    await centre.admin.post(`/api/callbacks/${made.id}/cancel`)
    await rule({ missedCalls: false })
    await awa.person.ready()
  })

  it('refuses what cannot be: no number, a number that is not called, the past, a line that is none, others’ queues', async () => {
    expect((await ask({ number: 'hello' })).body.error).toBe('invalid-input')
    expect((await ask({ number: '+33 8 99 70 12 34' })).body.error).toBe('not-deliverable')
    expect((await ask({ number: newNumber(), at: '2020-01-01T00:00:00Z' })).body.error).toBe('invalid-input')
    expect(
      (
        await ask({
          number: newNumber(),
          at: new Date(Date.now() + 9e6).toISOString(),
          slot: '2030-01-01T00:00:00Z'
        })
      ).body.error
    ).toBe('invalid-input')
    const stranger = await hire(centre.admin, { name: 'Elsewhere' })
    expect((await ask({ number: newNumber() }, stranger)).body.error).toBe('unknown-reference')
    const made = (await ask({ number: newNumber(), at: new Date(Date.now() + 9e6).toISOString() })).body
    expect((await stranger.get(`/api/callbacks/${made.id}`)).status).toBe(404)
    expect((await stranger.post(`/api/callbacks/${made.id}/cancel`)).status).toBe(404)
    const listed = (await stranger.get('/api/callbacks')).body as { items: unknown[] }
    expect(listed.items).toEqual([])
    const marketing = await hire(centre.admin, { name: 'Marketing', roles: ['marketing'] })
    expect((await ask({ number: newNumber() }, marketing)).status).toBe(403)
    await rule({ accountId: null })
    expect((await ask({ number: newNumber() })).body.error).toBe('not-deliverable')
    await rule({ accountId: centre.accountId })
    await centre.admin.post(`/api/callbacks/${made.id}/cancel`)
  })

  it('is given to its queue by the sweep when its timer is lost, and once when several do it', async () => {
    const { body } = await ask({ number: newNumber(), at: new Date(Date.now() + 3_600_000).toISOString() })
    await awa.person.send('PUT', '/api/me/presence', { state: 'offline' })
    await Callback.updateOne({ _id: new Types.ObjectId(body.id) }, { $set: { nextAt: new Date() } })
    await Promise.all([1, 2, 3].map(() => placeCallback(centre.house.hub, body.id)))
    const placed = await when(body.id, ({ state }) => state === 'queued')
    expect(await InteractionRecord.countDocuments({ 'callback.id': new Types.ObjectId(body.id) })).toBe(1)
    await centre.admin.post(`/api/callbacks/${body.id}/cancel`)
    expect((await interactionOf(placed.interactionId!)).state).toBe('closed')
    await awa.person.ready()
  })
})
