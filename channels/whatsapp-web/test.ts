import { ChannelError, type TestReport } from '../channel.ts'
import { findChromium } from './chromium.ts'
import { phoneOf } from './phones.ts'
import { settingsOf, type WhatsappWebAccount } from './settings.ts'

type Step = TestReport['steps'][number]

/** Looks at what would keep the phone from being linked; starts no browser and writes to nobody. */
export async function test(account: WhatsappWebAccount, signal: AbortSignal): Promise<TestReport> {
  const settings = settingsOf(account)
  const steps: Step[] = [
    settings.risksUnderstood
      ? { name: 'Risks', ok: true, detail: 'Confirmed. The Cloud API is still the recommended way.' }
      : { name: 'Risks', ok: false, detail: 'Nothing is connected until they are confirmed.' },
    await chromiumStep(settings, signal)
  ]
  if (account.id !== '') steps.push(phoneStep(account.id))
  return { ok: steps.every(({ ok }) => ok), steps }
}

async function chromiumStep(
  settings: Parameters<typeof findChromium>[0],
  signal: AbortSignal
): Promise<Step> {
  try {
    const { path, version } = await findChromium(settings, signal)
    return { name: 'Chromium', ok: true, detail: `${version} at ${path}, on the machine that was asked.` }
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    return { name: 'Chromium', ok: false, detail: error.message }
  }
}

/** The process that is asked is seldom the one that has the phone; the account's state tells of that one. */
function phoneStep(accountId: string): Step {
  try {
    const number = phoneOf(accountId).client.info?.wid?.user
    return { name: 'Phone', ok: true, detail: `Linked${number ? `: +${number}` : ''}.` }
  } catch {
    return { name: 'Phone', ok: true, detail: 'Held by a worker: the state of the account tells of it.' }
  }
}
