import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { EventName } from '@palabre/config/contract/event'
import type { Publication } from '../record/relay.ts'

/** An event as every hub node hears it. `seq` is null on events that are not kept for resume. */
export interface Heard {
  seq: string | null
  name: EventName
  /** The payload as JSON, ready to be sent. */
  payload: string
  topics: string[]
  /** For hub nodes only, never sent to clients. */
  hints: unknown
}

/** Not worth keeping: after a reconnect the newest state says it all. */
const transient = new Set<EventName>(['typing.changed', 'writing.changed', 'visitor.pushed'])
const keptEvents = 20_000
/** A flush is noticed after this time, however busy the stream is. */
const lookMs = 1000
/** Who missed more reads its snapshots again: that is less. */
const resumedEvents = 2000

export interface Stream {
  publish(publication: Publication): void
  /** Resolves when Redis has taken everything published so far; waits while Redis is away. */
  settle(): Promise<void>
  onEvent(hear: (event: Heard) => void): () => void
  /** Called when events may have been missed (Redis was away or flushed): clients read again. */
  onGap(hear: () => void): () => void
  /** Events after `since`, or null when some of them are gone, or they are too many. */
  after(since: string): Promise<Heard[] | null>
  /** The newest sequence. */
  head(): string
  close(): Promise<void>
}

type Entry = [id: string, fields: string[]]

const heard = ([seq, fields]: Entry): Heard => {
  const at = (name: string) => fields[fields.indexOf(name) + 1] ?? ''
  return {
    seq,
    name: at('n') as EventName,
    payload: at('p'),
    topics: JSON.parse(at('t')) as string[],
    hints: JSON.parse(at('h') || 'null') as unknown
  }
}

/** Order of two stream ids `<ms>-<n>`. */
export function isAfter(a: string, b: string): boolean {
  const [aMs = 0, aN = 0] = a.split('-').map(Number)
  const [bMs = 0, bN = 0] = b.split('-').map(Number)
  return aMs > bMs || (aMs === bMs && aN > bN)
}

/**
 * One bounded Redis stream carries every event to every hub node, in one order; its ids are the sequence that clients
 * resume by. Typing and the like go by pub/sub. Redis is disposable: when it was away or flushed, all nodes tell
 * their clients to read again.
 */
export async function openStream({
  redis,
  prefix,
  log
}: {
  redis: Redis
  prefix: string
  log: Logger
}): Promise<Stream> {
  const key = `${prefix}:events`
  const epochKey = `${prefix}:events:epoch`
  const channel = `${prefix}:transient`
  const reader = redis.duplicate({ maxRetriesPerRequest: null })
  const subscriber = redis.duplicate({ maxRetriesPerRequest: null })
  const hearers = new Set<(event: Heard) => void>()
  const gapHearers = new Set<() => void>()
  const unsent = new Set<Promise<unknown>>()
  let head = '0-0'
  let epoch = ''
  /** What was sent until here may be gone from Redis, though not all of it. */
  let gapAt = '0-0'
  let closed = false

  const emit = (event: Heard) => {
    for (const hear of hearers) {
      try {
        hear(event)
      } catch (error) {
        log.error({ err: error, event: event.name }, 'a listener failed')
      }
    }
  }

  async function lookForGap(): Promise<boolean> {
    await redis.set(epochKey, randomUUID(), 'NX')
    const now = (await redis.get(epochKey)) ?? ''
    const gap = epoch !== '' && now !== epoch
    epoch = now
    return gap
  }

  /** After a flush, new ids could be lower than old ones if the clock stepped back; the stream keeps on from `head`. */
  async function start() {
    await lookForGap()
    const last = (await redis.xrevrange(key, '+', '-', 'COUNT', 1)) as Entry[]
    head = last[0]?.[0] ?? `${String(Date.now())}-0`
  }

  const gap = () => {
    gapAt = head
    for (const hear of gapHearers) hear()
  }

  async function read() {
    let wasAway = false
    let looked = Date.now()
    while (!closed) {
      try {
        const answer = (await reader.xread('COUNT', 500, 'BLOCK', 1000, 'STREAMS', key, head)) as
          [string, Entry[]][] | null
        if (closed) return
        const entries = answer?.[0]?.[1] ?? []
        for (const entry of entries) {
          head = entry[0]
          emit(heard(entry))
        }
        if (wasAway || Date.now() - looked > lookMs) {
          looked = Date.now()
          const flushed = await lookForGap()
          if (flushed || wasAway) gap()
          wasAway = false
        }
      } catch (error) {
        if (closed) return
        wasAway = true
        log.warn({ err: error }, 'the event stream is away')
        await new Promise((resolve) => setTimeout(resolve, 250))
      }
    }
  }

  // A reader that reconnects has missed nothing (it reads from `head`), but writers may have lost what they wrote.
  reader.on('close', () => {
    gapAt = head
    if (!closed) setTimeout(gap, 1500)
  })
  for (const client of [reader, subscriber])
    client.on('error', (error: Error) => {
      if (!closed) log.debug({ err: error }, 'redis connection')
    })

  subscriber.on('message', (_channel: string, text: string) => {
    const { n, p, t } = JSON.parse(text) as { n: EventName; p: string; t: string[] }
    emit({ seq: null, name: n, payload: p, topics: t, hints: null })
  })

  await start()
  await subscriber.subscribe(channel)
  const reading = read()

  return {
    publish({ name, payload, topics, hints }) {
      const text = JSON.stringify(payload)
      const sent: Promise<unknown> = transient.has(name)
        ? redis.publish(channel, JSON.stringify({ n: name, p: text, t: topics }))
        : redis.xadd(
            key,
            'MAXLEN',
            '~',
            keptEvents,
            '*',
            'n',
            name,
            'p',
            text,
            't',
            JSON.stringify(topics),
            'h',
            hints === undefined ? 'null' : JSON.stringify(hints)
          )
      unsent.add(sent)
      sent
        .catch((error: unknown) => {
          log.warn({ err: error, event: name }, 'an event was not published; the sweep will tell it')
        })
        .finally(() => unsent.delete(sent))
    },
    async settle() {
      await Promise.all(unsent)
    },
    onEvent(hear) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    onGap(hear) {
      gapHearers.add(hear)
      return () => gapHearers.delete(hear)
    },
    async after(since) {
      if (!/^\d+-\d+$/.test(since)) return null
      const [first] = (await redis.xrange(key, '-', '+', 'COUNT', 1)) as Entry[]
      if (since === head) return []
      // Gone when the stream begins after it, unless nothing was ever cut off before it.
      if (!first || isAfter(first[0], since)) return null
      if (isAfter(since, head) || isAfter(gapAt, since)) return null
      const missed = (await redis.xrange(key, `(${since}`, '+', 'COUNT', resumedEvents + 1)) as Entry[]
      return missed.length > resumedEvents ? null : missed.map(heard)
    },
    head: () => head,
    async close() {
      closed = true
      reader.disconnect()
      await subscriber.quit().catch(() => undefined)
      await reading
    }
  }
}
