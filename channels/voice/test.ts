import { ChannelError, type TestReport } from '../channel.ts'
import { isRecord, textIn } from './fields.ts'
import { limits } from './limits.ts'
import { pathsOf } from './paths.ts'
import { prefixesOf } from './policy.ts'
import { rest } from './rest.ts'
import { settingsOf, type VoiceAccount } from './settings.ts'
import { messageOf } from './valid.ts'

type Step = TestReport['steps'][number]

/** Looks at what would keep calls from coming and going; calls nobody. Each question to jambonz gets five seconds. */
export async function test(account: VoiceAccount, signal: AbortSignal): Promise<TestReport> {
  const steps = [
    admission(account),
    phones(account),
    dialling(account),
    ...(await interfaceSteps(account, signal))
  ]
  return { ok: steps.every((step) => step.ok), steps }
}

function admission(account: VoiceAccount): Step {
  const { username, password } = settingsOf(account)
  const name = 'Take calls'
  const { line } = pathsOf(account)
  return username !== '' && password !== ''
    ? passed(name, `The application’s address is this server’s with wss:// and ${line}#rc=5&rp=ct,5xx`)
    : failed(name, 'User and password of the application are missing: no call is taken.')
}

function phones(account: VoiceAccount): Step {
  const { sipRealm, phoneServer } = settingsOf(account)
  const name = 'Phones of agents'
  if (sipRealm === '') return passed(name, 'No SIP realm: agents have no phones here.')
  if (/^[\d.]+$/.test(sipRealm)) return failed(name, 'jambonz takes no IP address as a SIP realm.')
  return passed(name, phoneServer === '' ? `${sipRealm}, desk phones only` : `${sipRealm} at ${phoneServer}`)
}

function dialling(account: VoiceAccount): Step {
  const prefixes = prefixesOf(settingsOf(account))
  const name = 'Numbers that may be called'
  if (prefixes.length === 0) return failed(name, 'None: the country is not known.')
  return passed(name, prefixes.includes('+') ? 'All in the world' : prefixes.join(', '))
}

async function interfaceSteps(account: VoiceAccount, signal: AbortSignal): Promise<Step[]> {
  const { restUrl, applicationSid, hubUrl } = settingsOf(account)
  if (restUrl === '') return [passed('REST interface', 'None: agents cannot start calls.')]
  const ask = (path: string) =>
    rest(
      account,
      'GET',
      path,
      undefined,
      [],
      AbortSignal.any([signal, AbortSignal.timeout(limits.testStepMs)])
    )
  try {
    const calls = await ask('/Calls')
    const count = Array.isArray(calls) ? calls.length : 0
    const reached = passed('REST interface', `${restUrl}, ${String(count)} calls now`)
    return [reached, applicationSid === '' && hubUrl === '' ? noApplication : await realmStep(account, ask)]
  } catch (error) {
    return [failed('REST interface', messageOf(error))]
  }
}

const noApplication: Step = {
  name: 'Outgoing calls',
  ok: false,
  detail: 'The application SID, or this server’s address for jambonz, is missing.'
}

/** The realm that jambonz has for the account is the one that phones must register with. */
async function realmStep(account: VoiceAccount, ask: (path: string) => Promise<unknown>): Promise<Step> {
  const name = 'SIP realm at jambonz'
  const { sipRealm } = settingsOf(account)
  try {
    const known = await ask('')
    const realm = isRecord(known) ? textIn(known, 'sip_realm') : ''
    if (realm === '' || sipRealm === '' || realm.toLowerCase() === sipRealm.toLowerCase())
      return passed(name, realm || 'jambonz names none.')
    return failed(name, `It is ${realm} there, and ${sipRealm} here.`)
  } catch (error) {
    if (error instanceof ChannelError && error.reason === 'unreachable') return failed(name, messageOf(error))
    return passed(name, 'The API key may not look at it.')
  }
}

const passed = (name: string, detail: string): Step => ({ name, ok: true, detail })
const failed = (name: string, detail: string): Step => ({ name, ok: false, detail })
