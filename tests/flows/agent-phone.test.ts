import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Agent } from '@palabre/config/contract/agent'
import { bankNumber, openCallCentre, type CallCentre } from './call-centre.ts'
import { eventually, type Person } from './house.ts'

const mobile = '+221770000001'

describe('an agent whose calls ring at a telephone', () => {
  let centre: CallCentre
  let awa: Person
  beforeAll(async () => {
    centre = await openCallCentre()
    awa = (await centre.agent('awa')).person
  }, 60_000)
  afterAll(() => centre?.stop())

  const set = (phone: unknown) =>
    centre.admin.send('PATCH', `/api/agents/${String(awa.me.agent.id)}`, { change: { phone } })

  it('is told so by the administrator; nonsense is refused, and agents may not change it', async () => {
    for (const phone of [
      { kind: 'number', number: '770000001', confirms: true },
      { kind: 'number', number: `${mobile}\r\nX: y`, confirms: true },
      { kind: 'sip', uri: 'sip:a@b?X=1', confirms: false },
      { kind: 'number', number: mobile }
    ])
      expect((await set(phone)).body).toMatchObject({ error: 'invalid-input' })
    const own = await awa.send('PATCH', `/api/agents/${String(awa.me.agent.id)}`, { change: { phone: null } })
    expect(own.status).toBe(403)
    const phone = { kind: 'number', number: mobile, confirms: true }
    expect((await set(phone)).body).toMatchObject({ phone })
    const { items } = (await centre.admin.get('/api/agents')).body as { items: Agent[] }
    expect(items.find(({ id }) => id === awa.me.agent.id)?.phone).toEqual(phone)
  })

  it('gets the caller by pressing the key, and in the browser again when that is set back', async () => {
    const outside = centre.jambonz.number(mobile, { after: 50 })
    const caller = centre.jambonz.call({ from: '+221338000001', to: bankNumber })
    const offer = await awa.offer()
    const party = await eventually('the telephone to ring', () => outside.calls.at(-1))
    await party.until(({ heard }) => heard.some(({ kind }) => kind === 'said'))
    // A voice box that answers is not somebody who took the call.
    expect(
      awa.heard.some(
        (event) => event.name === 'interaction.changed' && event.payload.interaction.state === 'active'
      )
    ).toBe(false)
    party.press('1')
    await awa.saw(offer.id, 'active')
    caller.hum(520)
    await eventually('the caller at the telephone', () => party.hearsTone(520))
    caller.hangUp()
    await awa.saw(offer.id, 'wrapup')
    expect((await set(null)).body).toMatchObject({ phone: null })
  })
})
