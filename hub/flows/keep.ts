import { ChannelAccountModel } from '../accounts/account.model.ts'
import { isDeepStrictEqual } from 'node:util'
import { Types } from 'mongoose'
import type { FlowContent, FlowNode } from '@palabre/config/contract/flow'
import { hiddenSecret } from '../accounts/account.model.ts'
import type { Actor, Hub } from '../hub.ts'
import { change, type Change } from '../record/change.ts'
import { linesAfter } from '../record/logged.ts'
import { found, refuse } from '../refuse.ts'
import { FlowModel, contentOf, flowTold, type FlowDoc } from './flow.model.ts'
import { checkNodes } from './form.ts'
import { sealSecrets } from './secrets.ts'

type Given = Partial<FlowContent> & { secrets?: Record<string, string> }

async function checkName(name: string, id: Types.ObjectId | null) {
  if (await FlowModel.exists({ name, archived: false, ...(id && { _id: { $ne: id } }) }))
    refuse('already-exists', undefined, [{ path: 'name', message: 'is taken' }])
}

/** Makes a draft, complete or not. Refuses `already-exists`, `invalid-input`. */
export async function createFlowOf(
  hub: Hub,
  by: Actor,
  given: FlowContent & { secrets?: Record<string, string> }
): Promise<FlowDoc> {
  checkNodes(given.nodes)
  await checkName(given.name, null)
  const now = new Date()
  const _id = new Types.ObjectId()
  const content = contentOf(given)
  const doc: FlowDoc = {
    _id,
    version: 1,
    log: linesAfter(0, [{ name: 'create', by, changes: changesOf(content, given.secrets) }], now),
    logged: 1,
    relayed: 0,
    relayAt: now,
    updatedAt: now,
    archived: false,
    ...content,
    secrets: sealSecrets(hub, _id, given.secrets ?? {}, {}),
    published: null
  }
  await FlowModel.create(doc)
  return tell(hub, doc)
}

/** Changes a draft. Refuses `changed-meanwhile`, `already-exists`, `invalid-input`. */
export async function updateFlowOf(
  hub: Hub,
  by: Actor,
  id: string,
  version: number,
  { secrets, ...given }: Given
): Promise<FlowDoc> {
  checkNodes(given.nodes)
  if (given.name !== undefined) await checkName(given.name, new Types.ObjectId(id))
  return write(hub, id, (flow) => {
    if (flow.version !== version) return refuse('changed-meanwhile')
    const changed = Object.fromEntries(
      Object.entries(given).filter(
        ([name, value]) => !isDeepStrictEqual(flow[name as keyof FlowContent], value)
      )
    ) as Partial<FlowContent>
    const sealed = secrets && sealSecrets(hub, flow._id, secrets, flow.secrets)
    const isOther = sealed !== undefined && !isDeepStrictEqual(sealed, flow.secrets)
    if (Object.keys(changed).length === 0 && !isOther) return null
    return {
      set: { ...changed, ...(isOther && { secrets: sealed }) },
      entries: [{ name: 'update', by, changes: changesOf(changed, isOther ? secrets : undefined, flow) }]
    }
  })
}

/** Takes a flow out of use, or brings it back. */
export async function setFlowArchived(hub: Hub, by: Actor, id: string, archived: boolean): Promise<FlowDoc> {
  if (!archived) {
    const flow = found((await FlowModel.findById(id).lean()) as FlowDoc | null)
    if (flow.archived) await checkName(flow.name, flow._id)
  } else if (await ChannelAccountModel.exists({ flowId: new Types.ObjectId(id), archived: false }))
    return refuse('still-in-use', 'A channel account sends its callers there')
  return write(hub, id, (flow) =>
    flow.archived === archived
      ? null
      : {
          set: { archived },
          entries: [
            { name: archived ? 'archive' : 'restore', by, changes: { archived: [!archived, archived] } }
          ]
        }
  )
}

/** Writes a change to a draft and tells it. */
export async function write(
  hub: Hub,
  id: string,
  decide: (flow: FlowDoc) => Change | null
): Promise<FlowDoc> {
  const { doc } = found(await change(FlowModel, id, decide))
  return tell(hub, doc)
}

function tell(hub: Hub, doc: FlowDoc) {
  hub.relay.pass(flowTold, doc)
  return doc
}

/**
 * What changed, for the audit trail: of nodes which ones, as a published version holds them whole; of secrets their
 * names.
 */
export function changesOf(
  { nodes, ...rest }: Partial<FlowContent>,
  secrets: Record<string, string> | undefined,
  before?: FlowDoc
): Record<string, unknown> {
  const fields = Object.entries(rest).map(([name, value]) => [
    name,
    [before?.[name as keyof FlowContent] ?? null, value]
  ])
  return {
    ...(Object.fromEntries(fields) as object),
    ...(nodes && { nodes: nodeChanges(before?.nodes ?? [], nodes) }),
    ...(secrets && { secrets: [Object.keys(before?.secrets ?? {}), Object.keys(secrets).map(dots(secrets))] })
  }
}

const dots = (secrets: Record<string, string>) => (name: string) =>
  secrets[name] === hiddenSecret ? name : `${name} (replaced)`

function nodeChanges(before: FlowNode[], after: FlowNode[]): [string[], string[]] {
  const old = new Map(before.map((node) => [node.id, node]))
  const now = new Map(after.map((node) => [node.id, node]))
  return [
    before.filter(({ id }) => !isDeepStrictEqual(now.get(id), old.get(id))).map(({ id }) => id),
    after.filter(({ id }) => !isDeepStrictEqual(now.get(id), old.get(id))).map(({ id }) => id)
  ]
}
