import { createHmac } from 'node:crypto'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { ChannelError, type TestReport } from '../../channel.ts'
import { ask } from '../graph.ts'
import { limits } from '../limits.ts'
import { describeToken, sayEnd, tokenEnd } from '../token.ts'
import type { Page } from './page.ts'

type Step = TestReport['steps'][number]
type Outcome = Omit<Step, 'name'>
export type Look = (page: Page, signal: AbortSignal) => Promise<Outcome>

export const passed = (detail: string): Outcome => ({ ok: true, detail })
export const failed = (detail: string): Outcome => ({ ok: false, detail })

const Installed = Type.Object({
  data: Type.Array(Type.Object({ subscribed_fields: Type.Optional(Type.Array(Type.String())) }))
})
const Subscribed = Type.Object({
  data: Type.Array(
    Type.Object({
      object: Type.Optional(Type.String()),
      active: Type.Optional(Type.Boolean()),
      fields: Type.Optional(Type.Array(Type.Object({ name: Type.Optional(Type.String()) })))
    })
  )
})

export const look = (page: Page, signal: AbortSignal, path: string, query: Record<string, string> = {}) =>
  ask(page.graph, path, { query, signal, ms: limits.testStepMs })

/** Only the page's own token may write as the page; that of the system user behind it may ask for it. */
const token: Look = async ({ graph, platform }, signal) => {
  const { type = 'PAGE' } = await describeToken(graph, platform.scopes, signal)
  if (type !== 'PAGE')
    return failed(
      'It is the token of a user, not of the page: ask with it for <page ID>?fields=access_token.'
    )
  return passed(sayEnd(await tokenEnd(graph, platform.scopes, signal)))
}

const appSecret: Look = async (page, signal) => {
  const { graph, pageId } = page
  const proof = createHmac('sha256', page.appSecret).update(graph.accessToken).digest('hex')
  try {
    await look(page, signal, pageId, { fields: 'id', appsecret_proof: proof })
  } catch (error) {
    if (error instanceof ChannelError && error.reason === 'refused')
      return failed('It is not the secret of the app that the access token is for: nothing would come in.')
    throw error
  }
  return passed('It belongs to the access token.')
}

/** The page has to have the app installed, whichever of the two is written to. */
const installed: Look = async (page, signal) => {
  const apps = await look(page, signal, `${page.pageId}/subscribed_apps`)
  if (!Value.Check(Installed, apps) || apps.data.length === 0)
    return failed('No app is installed on the page (subscribed_apps): Meta tells nobody of messages.')
  if (page.platform.object !== 'page') return passed('An app is installed on the page.')
  const heard = new Set(apps.data.flatMap(({ subscribed_fields: fields = [] }) => fields))
  return sayFields(
    page.platform.fields.filter((name) => !heard.has(name)),
    'The page'
  )
}

/** What the app itself is told, asked in the app's own name. */
const subscribed: Look = async (page, signal) => {
  const { graph, platform } = page
  const { app_id: appId = '' } = await describeToken(graph, platform.scopes, signal)
  if (!/^\d+$/.test(appId)) return failed('Meta does not say which app the access token is for.')
  const accessToken = `${appId}|${page.appSecret}`
  const found = await ask({ ...graph, accessToken }, `${appId}/subscriptions`, {
    signal,
    ms: limits.testStepMs
  })
  const own = Value.Check(Subscribed, found)
    ? found.data.find(({ object, active = true }) => object === platform.object && active)
    : undefined
  if (!own) return failed(`The app has no webhook for ${platform.name} (object “${platform.object}”).`)
  const heard = new Set((own.fields ?? []).map(({ name }) => name))
  return sayFields(
    platform.fields.filter((name) => !heard.has(name)),
    'The app'
  )
}

const sayFields = (missing: string[], who: string): Outcome =>
  missing.length === 0
    ? passed(`${who} is subscribed to all that is needed.`)
    : failed(`${who} is not subscribed to ${missing.join(', ')}.`)

/** Looks at what would keep messages from coming and going, `account` among it; writes to nobody. */
export async function testPage(
  page: Page,
  account: [string, Look],
  signal: AbortSignal
): Promise<TestReport> {
  const looks: [string, Look][] = [
    ['Access token', token],
    account,
    ['App secret', appSecret],
    ['Page', installed],
    ['Webhook', subscribed]
  ]
  const steps: Step[] = []
  for (const [name, one] of looks) {
    const step = await tried(name, () => one(page, signal))
    steps.push(step)
    // Without the token there is nothing more to be asked.
    if (!step.ok && steps.length === 1) break
  }
  return { ok: steps.every(({ ok }) => ok), steps }
}

async function tried(name: string, run: () => Promise<Outcome>): Promise<Step> {
  try {
    return { name, ...(await run()) }
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    return { name, ...failed(error.message) }
  }
}
