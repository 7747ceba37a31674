import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoLogins } from '@palabre/hub/demo/logins'
import { HubClient } from '../simulators/demo/hub-client.ts'
import { DemoCustomer } from '../simulators/demo-whatsapp/customer.ts'
import { openDemoNumber } from '../simulators/demo-whatsapp/demo-number.ts'
import { clientId, eventually, openHouse, Person, type House } from './house.ts'

describe('the demo’s WhatsApp', () => {
  let house: House
  let hub: HubClient
  let awa: Person
  beforeAll(async () => {
    house = await openHouse()
    const [{ email, password }] = demoLogins
    hub = await HubClient.signIn(house.url, email, password)
    awa = await Person.signIn(house.url, 'awa')
    await awa.atDesk()
  }, 60_000)
  afterAll(() => house.stop(), 60_000)

  it('brings what the customer writes to an agent, and the answer back, which is then read', async () => {
    const line = await openDemoNumber(hub)
    const customer = new DemoCustomer(line, '221770000009', 'Aminata')
    const answers: string[] = []
    const listening = customer.listen(({ text }) => answers.push(text))
    await customer.write('My card is blocked')
    const work = await awa.accept(await awa.offer('My card is blocked'))
    expect(work.contactName).toBe('Aminata')
    const { body } = await awa.post(`/api/interactions/${work.id}/messages`, {
      clientId: clientId(),
      text: 'A new one is on its way.'
    })
    await eventually('the answer on the phone', () => answers.includes('A new one is on its way.'))
    await eventually('it to be read', async () => {
      const page = await awa.get(`/api/conversations/${work.conversationId}/messages`)
      const items = page.body.items as { id: string; state: string }[]
      return items.find(({ id }) => id === body.id)?.state === 'read'
    })
    customer.leave()
    await listening
    await line.close()
  })

  it('uses the same account the next time', async () => {
    const [first, second] = [await openDemoNumber(hub), await openDemoNumber(hub)]
    expect(second.account.id).toBe(first.account.id)
    await first.close()
    const customer = new DemoCustomer(second, '221770000010', 'Moussa')
    await customer.write('Is anybody there?')
    await awa.offer('Is anybody there?')
    await second.close()
  })
})
