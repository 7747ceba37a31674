import { isDeepStrictEqual } from 'node:util'
import type { Step, StepResult } from '@palabre/channels/call'
import type { FlowContent } from '@palabre/config/contract/flow'
import type { Hub } from '../hub.ts'
import { found } from '../refuse.ts'
import { catalogOf, type Catalog } from '../settings/catalog.ts'
import { advance } from './advance.ts'
import { isEffect, perform, type Effect, type Permitted } from './effect.ts'
import { FlowModel, FlowVersionModel, type FlowDoc, type FlowVersionDoc } from './flow.model.ts'
import {
  openState,
  type Act,
  type Caller,
  type FlowInput,
  type FlowState,
  type Turn,
  type World
} from './state.ts'

/** What the hub does for a call: everything but look-ups and requests, which are done here. */
export type CallAct = Exclude<Act, Effect>

/** A turn of a call: keep the state, tell the steps, then do the act. */
export interface CallTurn {
  state: FlowState
  steps: Step[]
  act: CallAct
}

/** What happens while a turn is still under way. */
export interface Along {
  /** Keeps the state before a look-up or request is made, so that another node can go on with `again`. */
  keep?(state: FlowState): Promise<void>
  /** Steps that are heard while it waits for an answer. Without it they come with the turn. */
  tell?(steps: Step[]): void
}

/** Puts a call into the newest published version of a flow. Refuses `not-found` when there is none. */
export async function startFlow(
  hub: Hub,
  flowId: string,
  caller: Caller,
  along: Along = {}
): Promise<CallTurn> {
  const flow = found((await FlowModel.findById(flowId, { published: 1 }).lean()) as FlowDoc | null)
  const { number } = found(flow.published)
  const content = await contentAt(flowId, number)
  const state = openState(content, { flowId, number }, caller, new Date())
  return found(await goOn(hub, state, { kind: 'start' }, along))
}

/**
 * Takes a call on from a kept state. Null when the input answers something that is not awaited any more: then nothing
 * is to be done. What went wrong meanwhile is in `state.incidents`.
 */
export async function goOn(
  hub: Hub,
  before: FlowState,
  input: FlowInput,
  { keep, tell }: Along = {}
): Promise<CallTurn | null> {
  const content = await contentAt(before.flowId, before.number)
  const steps: Step[] = []
  let turn = advance(content, before, input, worldOf(await catalogOf(hub)))
  if (!turn) return null
  for (;;) {
    steps.push(...turn.steps)
    const { state, act }: Turn = turn
    if (!isEffect(act)) {
      report(hub, before, state)
      return { state, steps, act }
    }
    await keep?.(state)
    if (tell && steps.length > 0) tell(steps.splice(0))
    const outcome = await perform(hub, () => permittedFor(state.flowId, content), state, act)
    turn = found(advance(content, state, outcome, worldOf(await catalogOf(hub))))
  }
}

/** The input for what became of a step that was told for an act: a question, a recording, a transfer. */
export const inputOf = (
  { id, kind }: Exclude<CallAct, { kind: 'hangUp' }>,
  result: StepResult
): FlowInput => {
  if (kind === 'listen') return { kind: 'result', id, result }
  return result.kind === 'failed'
    ? { kind: 'failed', id, code: `${kind}-failed`, detail: result.detail }
    : { kind: 'done', id }
}

const worldOf = (catalog: Catalog): World => ({ now: new Date(), calendar: (id) => catalog.calendar(id) })

function report(hub: Hub, before: FlowState, { callId, flowId, incidents }: FlowState) {
  const last = before.incidents[before.incidents.length - 1]
  const known = incidents.findLastIndex((incident) => isDeepStrictEqual(incident, last))
  for (const incident of incidents.slice(known + 1))
    hub.log.warn({ callId, flowId, ...incident }, 'an incident in a flow')
}

/** Published versions never change, so they are remembered; the oldest makes room. */
const contents = new Map<string, FlowContent>()
const kept = 200

async function contentAt(flowId: string, number: number): Promise<FlowContent> {
  const key = `${flowId}:${String(number)}`
  const known = contents.get(key)
  if (known) return known
  const { content } = found(
    (await FlowVersionModel.findOne({ flowId, number }).lean()) as FlowVersionDoc | null
  )
  const [oldest] = contents.keys()
  if (contents.size >= kept && oldest !== undefined) contents.delete(oldest)
  contents.set(key, content)
  return content
}

async function permittedFor(flowId: string, { hosts }: FlowContent): Promise<Permitted> {
  const { _id, secrets } = found((await FlowModel.findById(flowId, { secrets: 1 }).lean()) as FlowDoc | null)
  return { _id, secrets, hosts }
}
