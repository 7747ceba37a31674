import { createHmac } from 'node:crypto'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { ChannelError, type TestReport } from '../channel.ts'
import { ask } from '../meta/graph.ts'
import { limits } from '../meta/limits.ts'
import { graphOf, settingsOf, type WhatsappAccount } from './settings.ts'
import { sayEnd } from '../meta/token.ts'
import { tokenEndOf } from './token.ts'

type Step = TestReport['steps'][number]

const Described = Type.Object({
  display_phone_number: Type.Optional(Type.String()),
  verified_name: Type.Optional(Type.String()),
  quality_rating: Type.Optional(Type.String())
})
const Listed = Type.Object({ data: Type.Array(Type.Object({ id: Type.Optional(Type.String()) })) })

/** Looks at what would keep messages from coming and going; writes to nobody. */
export async function test(account: WhatsappAccount, signal: AbortSignal): Promise<TestReport> {
  const steps: Step[] = []
  for (const [name, look] of looks) {
    const step = await tried(name, () => look(account, signal))
    steps.push(step)
    // Without the number there is nothing more to be asked.
    if (!step.ok && steps.length === 1) break
  }
  return { ok: steps.every(({ ok }) => ok), steps }
}

type Look = (account: WhatsappAccount, signal: AbortSignal) => Promise<Omit<Step, 'name'>>

const passed = (detail: string) => ({ ok: true, detail })
const failed = (detail: string) => ({ ok: false, detail })

const get = (
  account: WhatsappAccount,
  signal: AbortSignal,
  path: string,
  query: Record<string, string> = {}
) => ask(graphOf(account), path, { query, signal, ms: limits.testStepMs })

const looks: [name: string, look: Look][] = [
  [
    'Number',
    async (account, signal) => {
      const fields = 'display_phone_number,verified_name,quality_rating'
      const found = await get(account, signal, settingsOf(account).phoneNumberId, { fields })
      if (!Value.Check(Described, found)) return failed('Meta does not describe the number.')
      const { display_phone_number: number = '', verified_name: name = '', quality_rating: quality } = found
      return passed([number, name, quality && `quality ${quality.toLowerCase()}`].filter(Boolean).join(', '))
    }
  ],
  [
    'App secret',
    async (account, signal) => {
      const { appSecret, accessToken, phoneNumberId } = settingsOf(account)
      const proof = createHmac('sha256', appSecret).update(accessToken).digest('hex')
      try {
        await get(account, signal, phoneNumberId, { fields: 'id', appsecret_proof: proof })
      } catch (error) {
        if (error instanceof ChannelError && error.reason === 'refused')
          return failed(
            'It is not the secret of the app that the access token is for: nothing would come in.'
          )
        throw error
      }
      return passed('It belongs to the access token.')
    }
  ],
  [
    'Business account',
    async (account, signal) => {
      const { wabaId, phoneNumberId } = settingsOf(account)
      const listed = await get(account, signal, `${wabaId}/phone_numbers`, { fields: 'id', limit: '100' })
      const isThere = Value.Check(Listed, listed) && listed.data.some(({ id }) => id === phoneNumberId)
      return isThere ? passed('The number is one of its own.') : failed('It has no number of this ID.')
    }
  ],
  [
    'Webhook',
    async (account, signal) => {
      const apps = await get(account, signal, `${settingsOf(account).wabaId}/subscribed_apps`)
      return Value.Check(Listed, apps) && apps.data.length > 0
        ? passed('An app is subscribed to the business account.')
        : failed('No app is subscribed to the business account: Meta tells nobody of messages.')
    }
  ],
  ['Access token', async (account, signal) => passed(sayEnd(await tokenEndOf(account, signal)))]
]

async function tried(name: string, look: () => Promise<Omit<Step, 'name'>>): Promise<Step> {
  try {
    return { name, ...(await look()) }
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    return { name, ...failed(error.message) }
  }
}
