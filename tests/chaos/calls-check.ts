import { Call, type CallDoc } from '@palabre/hub/calls/call.model'
import { Interaction, type InteractionDoc } from '@palabre/hub/interactions/interaction.model'
import { readRecord, wrongFacts, wrongStates, wrongStories } from './check.ts'
import type { Scene } from './calls-scene.ts'
import { soon } from './calls-soon.ts'

/** Bookkeeping of a change takes half a second; a place that a crash left taken is given back within ten. */
const restMs = 20_000

/**
 * What is wrong once a call is over, read from the databases and from the media server: it is one call and one
 * interaction, offered once and to one agent at a time, nobody keeps a place or a line, everything was told.
 */
export async function wrongAfter(scene: Scene, offers: number): Promise<string[]> {
  let wrong: string[] = []
  await soon(
    'rest',
    async () => {
      wrong = [...(await wrongCalls(scene, offers)), ...wrongLines(scene), ...(await wrongRecord())]
      return wrong.length === 0
    },
    restMs
  ).catch(() => undefined)
  return wrong
}

async function wrongCalls({ caller, since, id }: Scene, offers: number): Promise<string[]> {
  const wrong: string[] = []
  const calls = (await Call.find({ startedAt: { $gte: since } }).lean()) as CallDoc[]
  const ours = calls.filter(({ parties }) => parties.some(({ partyId }) => partyId === caller.callSid))
  if (calls.length !== 1 || ours.length !== 1)
    wrong.push(`${String(ours.length)} calls of the customer, ${String(calls.length)} in all`)
  for (const { state, endedAt, parties } of calls) {
    if (state !== 'ended' || !endedAt) wrong.push(`the call is ${state}, ended at ${String(endedAt)}`)
    for (const party of parties)
      if (party.state !== 'ended') wrong.push(`${party.role} ${party.name} is ${party.state} after the end`)
  }
  const works = (await Interaction.find({ createdAt: { $gte: since } }).lean()) as InteractionDoc[]
  if (works.length !== 1) wrong.push(`${String(works.length)} interactions`)
  for (const { _id, state, log } of works) {
    if (id && _id.toHexString() !== id) wrong.push(`another interaction than the one that was offered`)
    if (state !== 'closed') wrong.push(`the interaction is ${state}`)
    const made = log.filter(({ name }) => name === 'offered').length
    if (made !== offers) wrong.push(`${String(made)} offers instead of ${String(offers)}`)
  }
  return wrong
}

/** At the media server nobody is left in a room, on the line or ringing. */
function wrongLines({ centre: { jambonz } }: Scene): string[] {
  const left = [...jambonz.sessions.values()].filter(({ leg }) => !leg.ended)
  return [
    ...left.map(({ leg }) => `a line to ${leg.info.to} is ${leg.state}`),
    ...jambonz.rooms.started().map(({ name, members }) => `${String(members.size)} are in ${name}`)
  ]
}

async function wrongRecord(): Promise<string[]> {
  const record = await readRecord()
  return [...wrongStates(record), ...wrongStories(record), ...wrongFacts(record)]
}
