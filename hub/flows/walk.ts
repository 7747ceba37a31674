import type { Prompt, Step, StepResult } from '@palabre/channels/call'
import type {
  FlowContent,
  FlowStub,
  FlowWalk,
  GivenVariable,
  TriedAnswer,
  WalkLine
} from '@palabre/config/contract/flow'
import type { Hub } from '../hub.ts'
import { catalogOf } from '../settings/catalog.ts'
import { advance } from './advance.ts'
import { isEffect, perform, type Effect, type Permitted } from './effect.ts'
import { valueAt } from './request.ts'
import { openState, type Act, type FlowInput, type FlowState, type World } from './state.ts'
import { shownValues } from './values.ts'

/** Somebody who tries a flow: who is said to call, what they do, and what the world answers. */
export interface Trial {
  given: Partial<Record<GivenVariable, string>>
  answers: TriedAnswer[]
  now: Date
  /** By node; what is not in it is asked for real. */
  stub?: FlowStub
}

/** The longest walk that is written down. */
const longest = 2000

/** Walks through a flow as a caller with these answers would, and writes down in plain words what happens. */
export async function walkThrough(
  hub: Hub,
  flow: FlowContent,
  permitted: Permitted,
  { given, answers, now, stub = {} }: Trial
): Promise<FlowWalk> {
  const catalog = await catalogOf(hub)
  const world: World = { now, calendar: (id) => catalog.calendar(id) }
  const lines: WalkLine[] = []
  const left = [...answers]
  let state = openState(
    flow,
    { flowId: permitted._id.toHexString(), number: 0 },
    { callId: 'trial', given, hasSpeech: true },
    now
  )
  const say = (kind: WalkLine['kind'], text: string) => {
    if (lines.length < longest) lines.push({ kind, nodeId: state.nodeId, text })
  }
  let input: FlowInput = { kind: 'start' }
  let ended = ''
  while (ended === '') {
    const known = state.incidents.length
    const { entered } = state
    const turn = advance(flow, state, input, world)
    if (!turn) break
    const { act, steps } = turn
    state = turn.state
    const nodes = state.trail.slice(-Math.max(0, state.entered - entered))
    if (state.entered > entered) say('node', nodes.join(' → '))
    for (const { code, detail } of state.incidents.slice(known))
      say('incident', detail === '' ? code : `${code}: ${detail}`)
    for (const prompt of steps.flatMap(promptsIn)) say('hears', promptText(prompt))
    const step = await meet(act, steps)
    if (typeof step === 'string') ended = step
    else input = step
  }
  return { lines, ended, values: shownValues(flow, state.variables), incidents: state.incidents.length }

  /** What comes of an act: the next input, or how it ended. */
  async function meet(act: Act, steps: Step[]): Promise<FlowInput | string> {
    if (isEffect(act)) return effect(act)
    if (act.kind === 'hangUp') {
      say('end', 'hangs up')
      return act.kind
    }
    if (act.kind === 'listen') {
      const ask = steps.find((step) => step.kind === 'ask')
      if (ask) say('asks', askText(ask))
      const answer = left.shift()
      if (!answer) return 'listening'
      const result = resultOf(answer, ask)
      say('caller', answerText(answer))
      return { kind: 'result', id: act.id, result }
    }
    say(
      'end',
      endText(act, (id) => catalog.queue(id)?.name ?? id)
    )
    if (left[0] && 'fail' in left[0]) {
      left.shift()
      say('answer', 'that fails')
      return { kind: 'failed', id: act.id, code: `${act.kind}-failed`, detail: 'as the trial wants it' }
    }
    return act.kind === 'queue' || act.kind === 'transfer' ? act.kind : { kind: 'done', id: act.id }
  }

  async function effect(act: Effect): Promise<FlowInput> {
    const { nodeId }: FlowState = state
    const outcome = Object.hasOwn(stub, nodeId)
      ? stubbed(act, stub[nodeId])
      : await perform(hub, () => Promise.resolve(permitted), state, act)
    if (outcome.kind === 'rows') say('answer', `${String(outcome.rows.length)} row(s)`)
    if (outcome.kind === 'reply') say('answer', 'an answer')
    return outcome
  }
}

function stubbed(act: Effect, answer: FlowStub[string] | undefined): FlowInput {
  const { id } = act
  if (act.kind === 'lookup' && Array.isArray(answer)) return { kind: 'rows', id, rows: answer }
  if (act.kind === 'request' && answer !== null && answer !== undefined && !Array.isArray(answer))
    return { kind: 'reply', id, values: act.paths.map((path) => valueAt(answer, path)) }
  return { kind: 'failed', id, code: `${act.kind}-failed`, detail: 'as the stub says' }
}

const promptsIn = (step: Step): Prompt[] =>
  step.kind === 'prompt' || step.kind === 'ask' ? step.prompts : []

const promptText = (prompt: Prompt): string => {
  switch (prompt.kind) {
    case 'say':
      return `“${prompt.text}”`
    case 'play':
      return `the sound ${prompt.url}`
    case 'pause':
      return `${String(prompt.seconds)} s of silence`
  }
}

type Ask = Extract<Step, { kind: 'ask' }>

function askText({ digits, speech, seconds }: Ask): string {
  const count =
    digits &&
    (digits.min === digits.max ? String(digits.min) : `${String(digits.min)} to ${String(digits.max)}`)
  const keys =
    digits && `${count ?? ''} key(s)${digits.until === undefined ? '' : `, ended by ${digits.until}`}`
  return `waits ${String(seconds)} s for ${[keys, speech && 'words'].filter(Boolean).join(', or ')}`
}

const answerText = (answer: TriedAnswer): string =>
  'press' in answer ? `presses ${answer.press}` : 'say' in answer ? `says “${answer.say}”` : 'says nothing'

/** As a media server would tell it: the key that ends the digits is not one of them. */
function resultOf(answer: TriedAnswer, ask: Ask | undefined): StepResult {
  if ('say' in answer)
    return ask?.speech ? { kind: 'speech', text: answer.say, confidence: 1 } : { kind: 'silence' }
  if (!('press' in answer)) return { kind: 'silence' }
  const { max = 40, until } = ask?.digits ?? {}
  const end = until === undefined ? -1 : answer.press.indexOf(until)
  return { kind: 'digits', digits: (end < 0 ? answer.press : answer.press.slice(0, end)).slice(0, max) }
}

function endText(
  act: Exclude<Act, Effect | { kind: 'listen' | 'hangUp' }>,
  queueName: (id: string) => string
): string {
  switch (act.kind) {
    case 'queue':
      return `into the queue ${queueName(act.queueId)}, priority ${String(act.priority)}, ${String(act.requirements.length)} requirement(s)`
    case 'transfer':
      return `is transferred to ${act.to}`
    case 'voicemail':
      return `speaks a message for the queue ${queueName(act.queueId)}, ${String(act.seconds)} s at most`
    case 'callback':
      return `is to be called back at ${act.number} by the queue ${queueName(act.queueId)}`
  }
}
