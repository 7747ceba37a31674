import { until } from '../figures.ts'
import type { Db } from '../stage/stage.ts'

/** What went wrong, read from the stored history of all interactions. */
export interface Story {
  /** Arrivals without an interaction, and interactions that nobody accepted or that never ended. */
  lost: number
  /** Interactions beyond one per arrival; offers while with somebody, second acceptances, acceptances by others. */
  doubled: number
  /** Moments at which an agent held more than there are places. */
  overCapacity: number
  examples: string[]
}

interface Line {
  n: number
  at: Date
  name: string
  figures: Record<string, unknown>
}

const takes = new Set(['offered', 'assigned'])
const gives = new Set(['declined', 'expired', 'withdrawn', 'requeued', 'closed', 'abandoned', 'merged'])
const kept = 10

/** In the order in which its lines were written: whom it was with, at every line. */
function wrongLines(log: readonly Line[]): string[] {
  const wrong: string[] = []
  let holder: string | null = null
  let isAccepted = false
  for (const { name, figures } of [...log].sort((a, b) => a.n - b.n)) {
    const agentId = typeof figures['agentId'] === 'string' ? figures['agentId'] : null
    if (takes.has(name)) {
      if (holder !== null) wrong.push(`offered to ${String(agentId)} while with ${holder}`)
      holder = agentId
      isAccepted = false
    } else if (name === 'accepted') {
      if (isAccepted || holder !== agentId)
        wrong.push(
          `accepted by ${String(agentId)} while ${isAccepted ? 'accepted by' : 'offered to'} ${String(holder)}`
        )
      isAccepted = true
    } else if (gives.has(name)) {
      if (name === 'closed' && !isAccepted) wrong.push('closed though nobody had accepted it')
      holder = null
      isAccepted = false
    }
  }
  return wrong
}

async function readInteractions(db: Db, arrivals: number, story: Story) {
  let count = 0
  let lines = 0
  const all = db.collection('interactions').find({}, { projection: { state: 1, log: 1, logged: 1 } })
  for await (const { _id, state, log, logged } of all) {
    const told = log as Line[]
    count += 1
    lines += Number(logged)
    const wrong = wrongLines(told)
    if (told.length !== logged) wrong.push(`${String(logged)} lines, ${String(told.length)} kept`)
    story.doubled += wrong.length
    const isLost = state !== 'closed' || !told.some(({ name }) => name === 'accepted')
    if (isLost) {
      story.lost += 1
      wrong.push(`is ${String(state)} after ${told.map(({ name }) => name).join(', ')}`)
    }
    if (story.examples.length < kept)
      story.examples.push(...wrong.map((what) => `${String(_id)} ${what}`).slice(0, kept))
  }
  story.lost += Math.max(0, arrivals - count)
  story.doubled += Math.max(0, count - arrivals)
  if (count !== arrivals) story.examples.push(`${String(count)} interactions of ${String(arrivals)} arrivals`)
  return lines
}

/** By time: how many places of each agent are taken. What is taken and given back in one millisecond is given back first. */
async function readPlaces(db: Db, lines: number, story: Story) {
  const placesOf = new Map<string, number>()
  for await (const { _id, capacity } of db.collection('agents').find({}, { projection: { capacity: 1 } }))
    placesOf.set(String(_id), (capacity as { chat?: number } | null)?.chat ?? 0)
  const facts = db.collection('facts')
  await facts.createIndex({ noun: 1, at: 1 })
  const holder = new Map<string, string>()
  const taken = new Map<string, number>()
  const add = (agentId: string, by: number) => {
    const count = (taken.get(agentId) ?? 0) + by
    taken.set(agentId, count)
    return count
  }
  let moment = -1
  let late: { id: string; agentId: string }[] = []
  const takeLate = () => {
    for (const { id, agentId } of late) {
      const before = holder.get(id)
      if (before !== undefined) add(before, -1)
      holder.set(id, agentId)
      const count = add(agentId, 1)
      if (count <= (placesOf.get(agentId) ?? 0)) continue
      story.overCapacity += 1
      if (story.examples.length < 2 * kept)
        story.examples.push(`${agentId} held ${String(count)} at ${new Date(moment).toISOString()}`)
    }
    late = []
  }
  let read = 0
  const inOrder = facts
    .find({ noun: 'interaction' }, { projection: { recordId: 1, at: 1, name: 1, figures: 1 } })
    .sort({ at: 1 })
  for await (const { recordId, at, name, figures } of inOrder) {
    read += 1
    if (+at !== moment) takeLate()
    moment = +at
    const id = String(recordId)
    const agentId: unknown = (figures as Line['figures'])['agentId']
    if (takes.has(String(name)) && typeof agentId === 'string') late.push({ id, agentId })
    else if (gives.has(String(name))) {
      const before = holder.get(id)
      if (before !== undefined) add(before, -1)
      holder.delete(id)
    }
  }
  takeLate()
  if (read === lines) return
  story.lost += Math.max(0, lines - read)
  story.doubled += Math.max(0, read - lines)
  story.examples.push(`${String(lines)} lines of stories, ${String(read)} facts`)
}

/**
 * Reads the whole history of a bench that is at rest, once all of it has been told: interaction by interaction whom each was with,
 * then all facts by time for the places. Needs memory for what is open at a time only.
 */
export async function readStory(db: Db, arrivals: number): Promise<Story> {
  const isTold = async () =>
    (await db.collection('interactions').countDocuments({ relayAt: { $type: 'date' } })) === 0
  await until('all changes have become facts', isTold, { ms: 60_000, every: 500 })
  const story: Story = { lost: 0, doubled: 0, overCapacity: 0, examples: [] }
  const lines = await readInteractions(db, arrivals, story)
  await readPlaces(db, lines, story)
  return story
}
