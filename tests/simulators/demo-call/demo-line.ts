import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { demoTelephone } from '@palabre/hub/demo/telephone-account'
import type { ChannelAccount } from '@palabre/config/contract/account'
import { rate } from '../jambonz/audio/pcm.ts'
import { readWav } from '../jambonz/audio/wav.ts'
import type { FarSide } from '../jambonz/directory.ts'
import type { Leg } from '../jambonz/leg.ts'
import { Jambonz } from '../jambonz/jambonz.ts'
import type { Media } from '../jambonz/options.ts'
import type { HubClient } from '../demo/hub-client.ts'
import { PhoneExchange } from './phone-exchange.ts'
import { caller, speak } from './voice.ts'

const tellingMs = 500
const answersAfterMs = 3000
const beforeGreetingMs = 1500

/** The demo's telephone line: the fake jambonz and the phones of the agents, known to the demo's account. */
export interface DemoLine {
  jambonz: Jambonz
  phones: PhoneExchange
  /** What the account is called at the hub, and which number is its. */
  account: ChannelAccount
  number: string
  /** Ends all calls and takes the agents' phones away again. */
  close(): Promise<void>
}

/**
 * Plays the media server for the demo's account. Its passwords are made here, each time, and told to the hub as an
 * administrator would.
 * @throws Error for people
 */
export async function openDemoLine(hub: HubClient): Promise<DemoLine> {
  const account = await accountOf(hub)
  const secret = () => randomBytes(24).toString('base64url')
  const [user, password, apiKey] = [demoTelephone.settings.username, secret(), secret()]
  const musicUrl = new URL(demoTelephone.settings.musicUrl, hub.url).href
  const jambonz = new Jambonz({
    appUrl: `${hub.url.replace(/^http/, 'ws')}/calls/${account.id}#rc=5&rp=ct,5xx`,
    registrationHook: `${hub.url}/calls/${account.id}/registration`,
    user,
    password,
    apiKey,
    accountSid: randomUUID(),
    applicationSid: randomUUID(),
    realm: demoTelephone.settings.sipRealm,
    featureServers: 1,
    media: { [musicUrl]: await musicAt(musicUrl) }
  })
  jambonz.directory.otherwise = anybody
  const phones = new PhoneExchange(jambonz)
  await Promise.all([jambonz.start(), phones.open()])
  const { address } = phones
  const close = async () => {
    await phones.close()
    for (const { leg } of jambonz.sessions.values()) leg.hangUp()
    // The hub is told of the ends before its lines are closed, or it would keep the callers waiting.
    await sleep(tellingMs)
    await jambonz.stop()
  }
  const { accountSid, applicationSid } = jambonz.options
  await tell(hub, {
    username: user,
    password,
    webhookSecret: '',
    hubUrl: hub.url,
    restUrl: jambonz.restUrl,
    accountSid,
    apiKey,
    applicationSid,
    phoneServer: address
  }).catch(async (error: unknown) => {
    await close()
    throw error
  })
  return {
    jambonz,
    phones,
    account,
    number: demoTelephone.number,
    async close() {
      await close()
      // Another one may have taken the account over meanwhile.
      const { settings } = await accountOf(hub)
      if (settings['phoneServer'] === address) await tell(hub, { phoneServer: '', restUrl: '' })
    }
  }
}

/** Whoever the demo calls answers after a moment, and speaks. */
const anybody: FarSide = {
  invite(leg) {
    leg.ring()
    setTimeout(() => {
      if (leg.ended) return
      leg.accept()
      setTimeout(() => void greet(leg), beforeGreetingMs)
    }, answersAfterMs)
  }
}

async function greet(leg: Leg) {
  const words = await speak('Oui, bonjour. Merci de me rappeler.', caller)
  if (!leg.ended) leg.audio.say(words)
}

/** Changes settings of the demo's account; what is not named stays. */
async function tell(hub: HubClient, settings: Record<string, unknown>) {
  const { id, version } = await accountOf(hub)
  await hub.patch(`/api/accounts/${id}`, { version, change: { settings } })
}

async function accountOf(hub: HubClient): Promise<ChannelAccount> {
  const { items } = await hub.get<{ items: ChannelAccount[] }>('/api/accounts')
  const account = items.find(({ name }) => name === demoTelephone.name)
  if (!account) throw new Error(`${hub.url} has no account "${demoTelephone.name}": is it the demo?`)
  if (account.paused) throw new Error(`The account "${demoTelephone.name}" is paused`)
  return account
}

/** The hub's own music, as the media server would fetch it. */
async function musicAt(url: string): Promise<Media> {
  const response = await fetch(url)
  if (!response.ok) return { seconds: 2 }
  const pcm = readWav(Buffer.from(await response.arrayBuffer()))
  return { seconds: pcm.length / rate, pcm }
}
