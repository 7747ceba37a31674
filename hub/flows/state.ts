import type { Step, StepResult } from '@palabre/channels/call'
import type { FlowContent, FlowValue, GivenVariable, ShownValue } from '@palabre/config/contract/flow'
import type { Requirement } from '@palabre/config/contract/routing'
import type { Calendar } from '@palabre/config/contract/setting'
import { convert } from './values.ts'

/**
 * Where a call is in its flow. Plain JSON, kept in the call's record: with it and the version of the flow any hub node
 * goes on.
 */
export interface FlowState {
  flowId: string
  /** The published version; 0 for a draft that is tried. */
  number: number
  callId: string
  /** The flow's variables, and what is known of the call. */
  variables: Record<string, FlowValue>
  nodeId: string
  /** What has to come before it goes on; null before the start, and after the end. */
  awaits: { id: string; kind: Act['kind']; /** Answers so far that were none. */ misses: number } | null
  /** Numbers what is awaited, so that an answer that comes twice or late is known. */
  count: number
  visits: Record<string, number>
  /** Look-ups and requests since the caller last said something. */
  effects: number
  turns: number
  since: string
  /** It has been sent to `atFault` already. */
  isFaulty: boolean
  /** The account recognises speech, and that has not failed in this call. */
  hasSpeech: boolean
  incidents: Incident[]
  /** Nodes entered so far, and the last of them, newest last. */
  entered: number
  trail: string[]
}

/** Something that went wrong on the way, to be seen in the call's record. */
export interface Incident {
  at: string
  nodeId: string
  /** 'lookup-timeout', 'request-failed', 'bound-visits' … */
  code: string
  detail: string
}

/** What is known of a call when its flow starts. */
export interface Caller {
  callId: string
  given: Partial<Record<GivenVariable, string>>
  hasSpeech: boolean
}

export type FlowInput =
  | { kind: 'start' }
  /** What became of the step `ask` with this id. */
  | { kind: 'result'; id: string; result: StepResult }
  | { kind: 'rows'; id: string; rows: Record<string, unknown>[] }
  /** Values in the order of the node's `takes`; undefined where a path leads nowhere. */
  | { kind: 'reply'; id: string; values: unknown[] }
  /** A voicemail was recorded, a callback was noted. */
  | { kind: 'done'; id: string }
  /** Whatever was to be done could not be. `code` names the incident. */
  | { kind: 'failed'; id: string; code: string; detail: string }
  /** Tells again what is awaited; for a node that takes the call over. */
  | { kind: 'again' }

/** What is to be done next, after the steps were told. All but `hangUp` go on with an input of this id. */
export type Act =
  | { kind: 'listen'; id: string }
  | { kind: 'lookup'; id: string; sourceId: string; query: string; values: Record<string, FlowValue> }
  | {
      kind: 'request'
      id: string
      method: 'GET' | 'POST'
      url: string
      headers: { name: string; value?: string | undefined; secret?: string | undefined }[]
      body: Record<string, FlowValue>
      paths: string[]
      timeoutMs: number
    }
  | {
      kind: 'queue'
      id: string
      queueId: string
      requirements: Requirement[]
      priority: number
      values: ShownValue[]
    }
  | { kind: 'transfer'; id: string; to: string; values: ShownValue[] }
  | { kind: 'voicemail'; id: string; queueId: string; seconds: number; values: ShownValue[] }
  | {
      kind: 'callback'
      id: string
      queueId: string
      requirements: Requirement[]
      priority: number
      number: string
      values: ShownValue[]
    }
  | { kind: 'hangUp'; values: ShownValue[] }

export interface Turn {
  state: FlowState
  /** To be told to the caller's line, in order. */
  steps: Step[]
  act: Act
}

/** What the interpreter may know of the world. */
export interface World {
  now: Date
  calendar(id: string): Calendar | undefined
}

/** The state of a call that has not entered its flow yet; go on with `{ kind: 'start' }`. */
export const openState = (
  flow: FlowContent,
  version: { flowId: string; number: number },
  caller: Caller,
  now: Date
): FlowState => ({
  ...version,
  callId: caller.callId,
  variables: {
    ...Object.fromEntries(flow.variables.map(({ name, start }) => [name, start])),
    // A caller id is whatever the network was told.
    ...Object.fromEntries(Object.entries(caller.given).map(([name, value]) => [name, convert(value, 'text')]))
  },
  nodeId: '',
  awaits: null,
  count: 0,
  visits: {},
  effects: 0,
  turns: 0,
  since: now.toISOString(),
  isFaulty: false,
  hasSpeech: caller.hasSpeech,
  incidents: [],
  entered: 0,
  trail: []
})
