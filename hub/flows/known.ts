import type { FlowContent } from '@palabre/config/contract/flow'
import { Agent } from '../agents/agent.model.ts'
import { settings } from '../settings/setting.model.ts'
import { SourceModel } from '../sources/source.model.ts'
import { namedIn, type NamedNoun } from './named.ts'

interface Listing {
  find(filter: object, fields: object): { lean(): Promise<{ _id: { toHexString(): string } }[]> }
}
const models = {
  queue: settings.queue.model,
  skill: settings.skill.model,
  calendar: settings.calendar.model,
  agent: Agent,
  source: SourceModel
} as unknown as Record<NamedNoun, Listing>

/** Which of the records that these flows name are there and in use. */
export async function knownTo(flows: FlowContent[]): Promise<(noun: NamedNoun, id: string) => boolean> {
  const known = new Set<string>()
  const named = flows.map(namedIn)
  await Promise.all(
    (Object.keys(models) as NamedNoun[]).map(async (noun) => {
      const ids = [...new Set(named.flatMap((one) => one[noun]))]
      if (ids.length === 0) return
      const docs = await models[noun].find({ _id: { $in: ids }, archived: false }, { _id: 1 }).lean()
      for (const { _id } of docs) known.add(`${noun}:${_id.toHexString()}`)
    })
  )
  return (noun, id) => known.has(`${noun}:${id}`)
}
