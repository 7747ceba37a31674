import type { Call } from '@palabre/config/contract/call'
import { Jambonz } from '../simulators/jambonz/jambonz.ts'
import type { Phone } from '../simulators/jambonz/phone.ts'
import { eventually, openHouse, Person, type House } from './house.ts'

export const realm = 'phones.palabre.example'
export const bankNumber = '+221338000000'
const basic = { username: 'bank', password: 'a-password-of-the-line' }

/** The demo's bank with a telephone: a house, the media server, and its voice account. */
export interface CallCentre {
  house: House
  jambonz: Jambonz
  accountId: string
  admin: Person
  /** An agent who is ready, with a registered phone. */
  agent(name: string): Promise<{ person: Person; phone: Phone }>
  /** The newest call as somebody sees it. */
  callOf(person: Person, interactionId: string): Promise<Call>
  stop(): Promise<void>
}

/** `settings` of the voice account beside those that the simulator needs; `queue` by its name in the demo. */
export async function openCallCentre({
  settings = {} as Record<string, unknown>,
  queue = 'Customer care',
  /** Where the media server comes in. */
  entry = (house: House) => house.url,
  env = {} as Record<string, string>
} = {}): Promise<CallCentre> {
  const house = await openHouse({ env })
  const admin = await Person.signIn(house.url, 'admin')
  const { items: queues } = (await admin.get('/api/queues')).body as { items: { id: string; name: string }[] }
  const given = {
    numbers: [bankNumber],
    defaultCountry: 'SN',
    ...basic,
    hubUrl: house.url,
    sipRealm: realm,
    phoneServer: 'ws://127.0.0.1:1/phone',
    language: 'fr-FR',
    welcome: 'Bienvenue à la Banque du Fleuve.',
    musicUrl: '/music.mp3',
    ...settings
  }
  const made = await admin.post('/api/accounts', {
    channel: 'voice',
    name: 'Bank line',
    queueId: queues.find(({ name }) => name === queue)?.id,
    settings: given
  })
  if (made.status !== 200) throw new Error(`no voice account: ${JSON.stringify(made.body)}`)
  const { id: accountId, version } = made.body as { id: string; version: number }
  const url = entry(house)
  const jambonz = new Jambonz({
    appUrl: `${url.replace('http', 'ws')}/calls/${accountId}#rc=5&rp=ct,5xx`,
    registrationHook: `${url}/calls/${accountId}/registration`,
    user: basic.username,
    password: basic.password,
    realm,
    media: { [`${house.url}/music.mp3`]: { seconds: 1, tone: 330 } }
  })
  await jambonz.start()
  const { accountSid, apiKey, applicationSid } = jambonz.options
  const told = await admin.send('PATCH', `/api/accounts/${accountId}`, {
    version,
    change: { settings: { ...given, restUrl: jambonz.restUrl, accountSid, apiKey, applicationSid } }
  })
  if (told.status !== 200) throw new Error(`no voice account: ${JSON.stringify(told.body)}`)
  const people: Person[] = []
  return {
    house,
    jambonz,
    accountId,
    admin,
    async agent(name) {
      const person = await Person.signIn(house.url, name)
      people.push(person)
      await person.listen()
      const { phone: given } = (await person.get('/api/me/phone')).body as {
        phone: { user: string; password: string }
      }
      const phone = jambonz.phone(given.user, given.password)
      const registered = await phone.register()
      if (!phone.registered) throw new Error(`${name}'s phone was not let in: ${JSON.stringify(registered)}`)
      await person.ready()
      return { person, phone }
    },
    callOf: (person, interactionId) =>
      eventually('the call', async () => {
        const { body: answer } = await person.get(`/api/interactions/${interactionId}/call`)
        return (answer as { call: Call | null }).call
      }),
    async stop() {
      for (const person of people) person.leave()
      await jambonz.stop()
      await house.stop()
    }
  }
}
