import { ChannelError, type TestReport } from '../channel.ts'
import { limits } from './limits.ts'
import { ourselves } from './person.ts'
import { costsUnknown, ownId, settingsOf, type XAccount, type XSettings } from './settings.ts'
import { portOf } from './twit-port.ts'
import { isSubscribed, webhookOf } from './webhook-state.ts'

type Step = TestReport['steps'][number]
type Look = (account: XAccount, signal: AbortSignal) => Promise<Omit<Step, 'name'>>

const passed = (detail: string) => ({ ok: true, detail })
const failed = (detail: string) => ({ ok: false, detail })

/** Looks at what would keep messages from coming and going; writes to nobody. Costs a few cents at most. */
export async function test(account: XAccount, signal: AbortSignal): Promise<TestReport> {
  const settings = settingsOf(account)
  const steps: Step[] = []
  for (const [name, look] of looksFor(settings)) {
    const step = await tried(name, () => look(account, signal))
    steps.push(step)
    // Without consent or keys there is nothing more to be asked.
    if (!step.ok && (name === 'Costs' || name === 'Account')) break
  }
  return { ok: steps.every(({ ok }) => ok), steps }
}

const looksFor = (settings: XSettings): [name: string, look: Look][] => [
  [
    'Costs',
    ({ settings: { knowsCost } }) => Promise.resolve(knowsCost ? passed('Accepted.') : failed(costsUnknown))
  ],
  ['Account', whose],
  ...(settings.takeMessages
    ? [['Direct messages', read('/2/dm_events', { max_results: '1' })] as [string, Look]]
    : []),
  ...(settings.takeMentions
    ? [['Mentions', read('/2/users/:id/mentions', { max_results: '5' })] as [string, Look]]
    : []),
  ...(settings.inbound === 'webhook' ? [['Webhook', webhook] as [string, Look]] : [])
]

const whose: Look = async (account, signal) => {
  const { id, username = '' } = await ourselves(account, signal, limits.testStepMs)
  return id === ownId(settingsOf(account))
    ? passed(`@${username}`)
    : failed(`The access token begins with another number than the account @${username} has.`)
}

/** May it be read? One page as small as X has them. */
const read =
  (endpoint: string, query: Record<string, string>): Look =>
  async (account, signal) => {
    await portOf(account).ask({
      method: 'GET',
      endpoint,
      params: { id: ownId(settingsOf(account)) },
      query,
      ms: limits.testStepMs,
      signal
    })
    return passed('They can be read.')
  }

const webhook: Look = async (account, signal) => {
  if (settingsOf(account).bearerToken === '')
    return failed('Without the bearer token of the app nobody can say whether X calls here.')
  const found = await webhookOf(account, signal)
  if (!found) return failed('The app has no webhook that leads here.')
  if (!found.isValid) return failed(`X has marked ${found.url} as invalid and does not call it.`)
  return (await isSubscribed(account, found.id, signal))
    ? passed('It is valid, and X tells it of the account.')
    : failed('It is valid, but the account is not subscribed to it.')
}

async function tried(name: string, look: () => Promise<Omit<Step, 'name'>>): Promise<Step> {
  try {
    return { name, ...(await look()) }
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    return { name, ...failed(error.message) }
  }
}
