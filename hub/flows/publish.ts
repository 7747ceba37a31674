import { Types } from 'mongoose'
import type { FlowProblem } from '@palabre/config/contract/flow'
import type { Actor, Hub } from '../hub.ts'
import { found, refuse } from '../refuse.ts'
import { problemsOf } from './check.ts'
import { FlowModel, FlowVersionModel, contentOf, type FlowDoc, type FlowVersionDoc } from './flow.model.ts'
import { changesOf, write } from './keep.ts'
import { knownTo } from './known.ts'

const duplicateKey = 11000

/** What speaks against publishing each of these drafts. */
export async function problemsWith(docs: FlowDoc[]): Promise<FlowProblem[][]> {
  const contents = docs.map(contentOf)
  const knows = await knownTo(contents)
  return contents.map((content, i) =>
    problemsOf(content, (noun, id) =>
      noun === 'secret' ? Object.hasOwn(docs[i]?.secrets ?? {}, id) : knows(noun, id)
    )
  )
}

/**
 * Makes the draft the version that new calls go through. The version is written first and the draft names it then; a
 * version that no draft came to name is a number that was left out.
 * Refuses `invalid-input` with every problem, `changed-meanwhile`, `wrong-state` (archived).
 */
export async function publishFlowOf(
  hub: Hub,
  by: Actor,
  id: string,
  version: number,
  note: string
): Promise<FlowDoc> {
  const flow = found((await FlowModel.findById(id).lean()) as FlowDoc | null)
  if (flow.version !== version) refuse('changed-meanwhile')
  if (flow.archived) refuse('wrong-state', 'It is out of use')
  const [problems = []] = await problemsWith([flow])
  if (problems.length > 0)
    refuse(
      'invalid-input',
      undefined,
      problems.map(({ path, message }) => ({ path, message }))
    )
  const made = await writeVersion(flow, by, note)
  return write(hub, id, (draft) => {
    if (draft.version !== version) return refuse('changed-meanwhile')
    return {
      set: { published: { number: made.number, at: made.at } },
      entries: [
        {
          name: 'publish',
          by,
          figures: { number: made.number },
          changes: { published: [draft.published?.number ?? null, made.number], note: [null, note] }
        }
      ]
    }
  })
}

async function writeVersion(flow: FlowDoc, by: Actor, note: string): Promise<FlowVersionDoc> {
  for (;;) {
    const newest = await newestVersion(flow._id)
    const made: FlowVersionDoc = {
      _id: new Types.ObjectId(),
      flowId: flow._id,
      number: (newest?.number ?? 0) + 1,
      at: new Date(),
      byId: by.id,
      byName: by.name,
      note,
      content: contentOf(flow)
    }
    try {
      await FlowVersionModel.create(made)
      return made
    } catch (error) {
      // Somebody publishes at the same time; the number is theirs.
      if ((error as { code?: number }).code !== duplicateKey) throw error
    }
  }
}

const newestVersion = (flowId: Types.ObjectId) =>
  FlowVersionModel.findOne({ flowId }, { number: 1 }).sort({ number: -1 }).lean()

/** Makes a published version the draft again. Refuses `changed-meanwhile`. */
export async function restoreVersionOf(
  hub: Hub,
  by: Actor,
  id: string,
  versionId: string,
  version: number
): Promise<FlowDoc> {
  const { content, number } = found(
    (await FlowVersionModel.findOne({ _id: versionId, flowId: id }).lean()) as FlowVersionDoc | null
  )
  // The name is the flow's, and another flow may have taken the old one.
  const { name: _name, ...rest } = content
  return write(hub, id, (flow) => {
    if (flow.version !== version) return refuse('changed-meanwhile')
    return {
      set: rest,
      entries: [
        {
          name: 'restoreVersion',
          by,
          figures: { number },
          changes: { version: [null, number], ...changesOf(rest, undefined, flow) }
        }
      ]
    }
  })
}
