import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeSources } from '@palabre/hub/sources/pools'
import type { Database } from '../simulators/databases/server.ts'
import type { Phone } from '../simulators/jambonz/phone.ts'
import { bankNumber, openCallCentre, type CallCentre } from './call-centre.ts'
import { changeLine, customerDatabases, publishLookup, startCustomers } from './customer-lookup.ts'
import { type Person } from './house.ts'

const what = ({ heard }: { heard: { what?: unknown }[] }) => heard.map((one) => String(one.what)).join(' | ')

describe.each(customerDatabases)('a flow that asks a $dialect database', (kind) => {
  const { installed } = kind
  let database: Database
  let centre: CallCentre
  let awa: { person: Person; phone: Phone }
  beforeAll(async () => {
    if (!installed) return
    database = await startCustomers(kind)
    centre = await openCallCentre({ settings: { welcome: '' } })
    const flowId = await publishLookup(centre, kind, database)
    await changeLine(centre, { flowId })
    expect((await centre.admin.send('DELETE', `/api/flows/${flowId}`)).body).toMatchObject({
      error: 'still-in-use'
    })
    awa = await centre.agent('awa')
  }, 120_000)
  afterAll(async () => {
    if (!installed) return
    await closeSources(centre.house.hub)
    await centre.stop()
    await database.stop()
  })

  it.runIf(installed)('greets by name, takes keys, and shows the agent what it found out', async () => {
    const caller = centre.jambonz.call({ from: '+221338000001', to: bankNumber })
    await caller.until((one) => what(one).includes('Bonjour Aminata Ndiaye.'), 15_000)
    await caller.until((one) => what(one).includes('Pour vos cartes'))
    // The line breaks in the middle of the menu: it is told again.
    caller.socketDrop(1006)
    await caller.until((one) => what(one).split('Pour vos cartes').length > 2, 15_000)
    caller.press('1')
    await caller.until((one) => what(one).includes('quatre derniers chiffres'))
    caller.press('4242#')
    await awa.phone.rings()
    const offer = await awa.person.offer()
    const call = await centre.callOf(awa.person, offer.id)
    expect(call.findings).toEqual(
      expect.arrayContaining([
        { label: 'Client', value: 'Aminata Ndiaye' },
        { label: 'Motif', value: 'Cartes' }
      ])
    )
    awa.phone.answer()
    await awa.person.saw(offer.id, 'active')
    caller.hangUp()
    await awa.person.saw(offer.id, 'wrapup')
    const { body } = await awa.person.get('/api/dispositions')
    await awa.person.post(`/api/interactions/${offer.id}/finish`, {
      dispositionId: (body as { items: { id: string; noteRequired: boolean }[] }).items.find(
        (one) => !one.noteRequired
      )?.id
    })
  })

  it.runIf(installed)(
    'takes a hostile caller id for what it is, and goes on when the database is gone',
    async () => {
      const hostile = centre.jambonz.call({ from: `x' OR '1'='1`, to: bankNumber })
      await hostile.until((one) => what(one).includes('Pour vos cartes'), 15_000)
      expect(what(hostile)).not.toContain('Bonjour')
      hostile.hangUp()
      await database.stop()
      const caller = centre.jambonz.call({ from: '+221338000001', to: bankNumber })
      await caller.until((one) => what(one).includes('Pour vos cartes'), 20_000)
      expect(what(caller)).not.toContain('Bonjour')
      caller.hangUp()
    }
  )
})
