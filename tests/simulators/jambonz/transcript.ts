import { readFileSync } from 'node:fs'
import type { Fields, WireEntry } from './frame.ts'
import { isFields } from './frame.ts'

/** Frames recorded from the real engine of jambonz 0.9.8, by scenario. */
export function readTranscripts(): Map<string, WireEntry[]> {
  const lines = readFileSync(new URL('fixtures/transcripts.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
  const all = new Map<string, WireEntry[]>()
  for (const line of lines) {
    const { scenario, ...entry } = JSON.parse(line) as WireEntry & { scenario: string }
    all.set(scenario, [...(all.get(scenario) ?? []), entry])
  }
  for (const [scenario, entries] of all) {
    const began = entries[0]?.t ?? 0
    all.set(
      scenario,
      entries.map((entry) => ({ ...entry, t: entry.t - began }))
    )
  }
  return all
}

/** What jambonz did on each path, in order, without what differs from run to run. */
export function comparable(entries: WireEntry[]): Record<string, unknown[]> {
  const paths: Record<string, unknown[]> = {}
  const names: Record<string, Map<string, string>> = {}
  for (const { dir, path, msg } of entries) {
    if (dir !== 'connect' && dir !== 'jambonz->app') continue
    const known = (names[path] ??= new Map())
    const told = { dir, ...(isFields(msg) ? withoutTimes(msg) : {}) }
    const text = JSON.stringify(told).replace(uuid, (id) => {
      if (!known.has(id)) known.set(id, `#${known.size + 1}`)
      return known.get(id) ?? ''
    })
    ;(paths[path] ??= []).push(JSON.parse(text))
  }
  return paths
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** Whole and fractional seconds are told apart, for jambonz has both. */
const timeOf = (seconds: unknown) => (Number.isInteger(seconds) ? 'seconds' : 'seconds, with a fraction')

function withoutTimes({ msgid: _msgid, ...frame }: Fields): Fields {
  const { data } = frame
  if (!isFields(data)) return frame
  const told: Fields = { ...data }
  if ('time' in told) told['time'] = 'a moment'
  // What a room tells has milliseconds, so that it may be whole by chance.
  if ('duration' in told) told['duration'] = 'event' in told ? 'seconds' : timeOf(told['duration'])
  if ('queue_time' in told) told['queue_time'] = timeOf(told['queue_time'])
  // The fake carrier of the recording had its own words for 180.
  if (told['sip_reason'] === 'prov') told['sip_reason'] = 'Ringing'
  return { ...frame, data: told }
}
