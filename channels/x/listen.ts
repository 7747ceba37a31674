import { ChannelError, type Listening } from '../channel.ts'
import { feedNames, feedsOf, type Feed, type Found } from './feeds.ts'
import { limits } from './limits.ts'
import { costsUnknown, settingsOf, type XSettings, type xSettings } from './settings.ts'
import { byAge, isNewer, isSnowflake, snowflakeAt } from './snowflake.ts'

type XListening = Listening<typeof xSettings>

/** The last id that was taken of each feed; what `Cursor` keeps. */
type Position = Record<string, string>

/** One way through the pages of a feed, from the newest to what was taken before. */
interface Walk {
  size: number
  token: string | undefined
  isDone: boolean
  found: Found[]
  /** What the position becomes when all of it is taken. */
  newest: string
}

/** A feed with how it fares. */
interface Look {
  feed: Feed
  dueAt: number
  failures: number
  walk: Walk | null
  /** After a start or an outage more is expected than between two looks. */
  expectsMuch: boolean
  trouble: ChannelError | null
}

/**
 * Asks X for what is new, until the signal aborts: at the start and after every outage from where it was left, then now
 * and then. Never throws: what goes wrong is told by `health` and tried again. What is lost or doubled when it is
 * killed: nothing, as the position moves after the report, and a repeat has no effect.
 */
export async function listen(listening: XListening): Promise<void> {
  const { account, signal, health } = listening
  const settings = settingsOf(account)
  if (!settings.knowsCost) {
    health('refused', costsUnknown)
    return aborted(signal)
  }
  const looks = feedsOf(account).map((feed): Look => ({
    feed,
    dueAt: 0,
    failures: 0,
    walk: null,
    expectsMuch: true,
    trouble: null
  }))
  if (looks.length === 0) {
    health('up', 'It takes neither messages nor mentions.')
    return aborted(signal)
  }
  const memory: { position: Position | null } = { position: null }
  while (!signal.aborted) {
    for (const look of looks) if (look.dueAt <= Date.now()) await step(look, listening, settings, memory)
    if (signal.aborted) return
    tell(looks, health)
    await pause(Math.min(...looks.map(({ dueAt }) => dueAt)) - Date.now(), signal)
  }
}

/** One page of a feed, or the report of what all of them had. */
async function step(
  look: Look,
  listening: XListening,
  settings: XSettings,
  memory: { position: Position | null }
): Promise<void> {
  const { signal } = listening
  try {
    const position = (memory.position ??= await resume(listening, settings))
    const since = position[look.feed.name] ?? snowflakeAt(new Date())
    const walk = (look.walk ??= startWalk(look, since))
    if (!walk.isDone) await turnPage(look.feed, walk, since, signal)
    if (walk.isDone) {
      await deliver(walk, look.feed, position, listening)
      look.walk = null
      look.expectsMuch = false
      look.dueAt = Date.now() + pauseOf(settings)
    }
    look.failures = 0
    look.trouble = null
  } catch (error) {
    if (signal.aborted) return
    look.failures++
    look.expectsMuch = true
    // A page may be gone; as nothing of the walk was reported yet, another one finds the same.
    if (error instanceof ChannelError && error.reason === 'refused') look.walk = null
    look.trouble = error instanceof ChannelError ? error : unexpected(error)
    look.dueAt = Date.now() + backOff(look.trouble, look.failures)
  }
}

const startWalk = ({ expectsMuch }: Look, since: string): Walk => ({
  size: expectsMuch ? limits.largePage : limits.smallPage,
  token: undefined,
  isDone: false,
  found: [],
  newest: since
})

/** What is our own fault (the store is away) is told as such. */
const unexpected = (error: unknown) =>
  new ChannelError('unreachable', `It could not be taken: ${(error as Error).message}`, { cause: error })

/** Where to go on. The first start takes nothing that is older; a feed that was off begins anew. */
async function resume({ cursor, signal }: XListening, settings: XSettings): Promise<Position> {
  const saved = (await within(signal, cursor.load())) as Partial<Position> | null | undefined
  const now = snowflakeAt(new Date(Date.now() - limits.clockMargin))
  const position = Object.fromEntries(
    feedNames(settings).map((name) => {
      const known = saved?.[name]
      return [name, typeof known === 'string' && isSnowflake(known) ? known : now]
    })
  )
  // At once: what comes while we are away again must not count as what was there at the first look.
  await within(signal, cursor.save({ ...position }))
  return position
}

async function turnPage(feed: Feed, walk: Walk, since: string, signal: AbortSignal): Promise<void> {
  const { items, next } = await feed.page({ since, size: walk.size, token: walk.token, signal })
  for (const item of items) {
    if (!isNewer(item.id, since)) continue
    walk.found.push(item)
    if (isNewer(item.id, walk.newest)) walk.newest = item.id
  }
  const hasMore = next !== undefined && items.length > 0 && items.every(({ id }) => isNewer(id, since))
  walk.token = next
  walk.isDone = !hasMore
}

/** Oldest first, each stored before the next; what failed half way goes on from there. */
async function deliver(walk: Walk, { name }: Feed, position: Position, listening: XListening): Promise<void> {
  const { report, cursor, signal } = listening
  walk.found.sort(byAge)
  while (walk.found.length > 0 && !signal.aborted) {
    for (const event of walk.found[0]?.events ?? []) await within(signal, report(event))
    walk.found.shift()
  }
  if (signal.aborted || position[name] === walk.newest) return
  await within(signal, cursor.save({ ...position, [name]: walk.newest }))
  position[name] = walk.newest
}

const pauseOf = ({ inbound, pollSeconds }: XSettings) =>
  inbound === 'webhook' ? limits.lookAfterMs : pollSeconds * 1000

/** As long as X says; else twice as long each time, less a random part, so that accounts do not come back in step. */
function backOff({ reason, retryAfterMs }: ChannelError, failures: number): number {
  if (retryAfterMs !== undefined) return retryAfterMs
  const [first, longest] =
    reason === 'unreachable' || reason === 'rate-limited'
      ? [limits.firstRetryMs, limits.longestRetryMs]
      : [limits.firstRefusedRetryMs, limits.longestRefusedRetryMs]
  return Math.min(longest, first * 2 ** Math.min(failures - 1, 20)) * (0.5 + Math.random() / 2)
}

/** The worst of the feeds counts. A limit is no trouble: it passes by itself, and is only noted. */
function tell(looks: Look[], health: XListening['health']): void {
  const troubles = looks.flatMap(({ trouble }) => trouble ?? [])
  const details = [...new Set(troubles.map(({ message }) => message))].join(' ')
  const isOf = (...reasons: ChannelError['reason'][]) =>
    troubles.some(({ reason }) => reasons.includes(reason))
  if (isOf('unauthorized', 'refused', 'rejected')) health('refused', details)
  else if (isOf('unreachable')) health('down', details)
  else health('up', details)
}

/** What cannot be called off is not waited for any longer than the signal says. */
const within = <T>(signal: AbortSignal, promise: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(new Error('It is no longer wanted.'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, Math.max(0, ms))
    signal.addEventListener('abort', done, { once: true })
  })

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
