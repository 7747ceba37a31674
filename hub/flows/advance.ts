import type { Prompt, Step, StepResult } from '@palabre/channels/call'
import type {
  FlowContent,
  FlowNode,
  FlowNodeKind,
  FlowPrompt,
  FlowValue,
  NodeOf
} from '@palabre/config/contract/flow'
import type { Locale } from '@palabre/config/i18n/catalogue'
import { flow as words } from '@palabre/config/i18n/words/flow'
import { holds } from './holds.ts'
import type { Act, FlowInput, FlowState, Turn, World } from './state.ts'
import { fill, soleVariable, spoken } from './text.ts'
import { understandChoice, understandDigits, type Understood } from './understand.ts'
import { convert, own, shownValues, typeOf } from './values.ts'

/** What keeps any flow, however it is drawn, from running without end. */
export const bounds = {
  /** Nodes between two answers of the caller or the world. */
  moves: 200,
  /** Times that a call comes to one node. */
  visits: 25,
  /** Answers in all. */
  turns: 300,
  /** Look-ups and requests in a row without a word of the caller. */
  effects: 20
} as const
const keptTrail = 60
const keptIncidents = 30

/** One call of `advance`: the state as it becomes, and what the caller is told on the way. */
interface Walk {
  flow: FlowContent
  state: FlowState
  world: World
  steps: Step[]
  moves: number
}

/** Where a node sends the call: to another node, or to something that has to be done and answered first. */
type Way = { to: string } | { act: Act }

/**
 * Takes a call one turn further: from what was awaited to what has to come next. Pure: it knows no clock, no database
 * and no line, changes nothing it is given, and throws for no input. An answer to something that is not awaited (late,
 * or twice) changes nothing: then null.
 */
export function advance(flow: FlowContent, before: FlowState, input: FlowInput, world: World): Turn | null {
  const walk: Walk = { flow, state: structuredClone(before), world, steps: [], moves: 0 }
  const { state } = walk
  if (input.kind === 'again') return again(walk)
  if (input.kind === 'start') {
    if (state.nodeId !== '') return null
    return follow(walk, { to: flow.start })
  }
  if (state.awaits?.id !== input.id) return null
  state.turns++
  const node = nodeOf(flow, state.nodeId)
  if (!node) return follow(walk, fault(walk, 'bound-node', 'The node is not in this flow'))
  const over = overdue(walk)
  if (over) return follow(walk, fault(walk, over, 'The call has been in the flow for too long'))
  return follow(walk, answer(walk, node, input))
}

const nodeOf = (flow: FlowContent, id: string): FlowNode | undefined =>
  flow.nodes.find((node) => node.id === id)

/** A way out of the flow is given up to twice as much as the flow itself. */
function overdue({ flow, state, world }: Walk): string | null {
  const share = state.isFaulty ? 2 : 1
  const minutes = (world.now.getTime() - Date.parse(state.since)) / 60_000
  if (minutes > flow.maxMinutes * share) return 'bound-minutes'
  return state.turns > bounds.turns * share ? 'bound-turns' : null
}

/** Goes from node to node until something has to come from outside. */
function follow(walk: Walk, first: Way): Turn {
  const { state } = walk
  let way = first
  while ('to' in way) way = enter(walk, way.to)
  state.awaits =
    way.act.kind === 'hangUp'
      ? null
      : {
          id: way.act.id,
          kind: way.act.kind,
          misses: state.awaits?.id === way.act.id ? state.awaits.misses : 0
        }
  return { state, steps: walk.steps, act: way.act }
}

function enter(walk: Walk, id: string): Way {
  const { flow, state } = walk
  const node = nodeOf(flow, id)
  if (!node) return fault(walk, 'bound-node', id === '' ? 'An exit leads nowhere' : `There is no node ${id}`)
  state.nodeId = id
  state.awaits = null
  state.entered++
  state.trail = [...state.trail, id].slice(-keptTrail)
  const visits = (own(state.visits, id) ?? 0) + 1
  state.visits[id] = visits
  if (++walk.moves > bounds.moves)
    return fault(walk, 'bound-moves', 'Too many nodes without an answer between them')
  if (visits > bounds.visits) return fault(walk, 'bound-visits', 'The same node too often')
  return ways[node.kind](walk, node as never)
}

/** What a node does when a call comes to it. */
const ways: { [K in FlowNodeKind]: (walk: Walk, node: NodeOf<K>) => Way } = {
  say(walk, { text, language, next }) {
    tell(walk, [{ kind: 'say', text, ...(language !== undefined && { language }) }])
    return { to: next }
  },
  play(walk, { url, next }) {
    tell(walk, [{ kind: 'play', url }])
    return { to: next }
  },
  menu: (walk, node) => ask(walk, node, node.prompts),
  collect: (walk, node) => ask(walk, node, node.prompts),
  condition({ flow, state, world }, { cases, otherwise }) {
    return { to: cases.find(({ when }) => holds(when, flow, state, world))?.next ?? otherwise }
  },
  set({ flow, state }, { values, next }) {
    for (const { variable, value } of values) {
      const given = typeof value === 'string' ? written(value, state.variables) : value
      put(flow, state, variable, given)
    }
    return { to: next }
  },
  lookup: (walk, node) => effect(walk, () => lookUpAct(walk, node)),
  request: (walk, node) => effect(walk, () => requestAct(walk, node)),
  queue: (walk, { queueId, requirements, priority }) => ({
    act: { kind: 'queue', id: nextId(walk), queueId, requirements, priority, values: shown(walk) }
  }),
  transfer(walk, { to, failed }) {
    const target = written(to, walk.state.variables).trim()
    if (!/^(\+?[0-9]{2,20}|sips?:[^\s@]+@[^\s@]+)$/.test(target)) {
      note(walk, 'transfer-nowhere', 'It is not a number')
      return { to: failed }
    }
    return { act: { kind: 'transfer', id: nextId(walk), to: target, values: shown(walk) } }
  },
  voicemail(walk, { queueId, prompts, seconds }) {
    tell(walk, prompts)
    return { act: { kind: 'voicemail', id: nextId(walk), queueId, seconds, values: shown(walk) } }
  },
  callback(walk, { queueId, requirements, priority, number: text, failed }) {
    const number = written(text, walk.state.variables).replace(/[\s().-]/g, '')
    if (!/^\+?[0-9]{2,20}$/.test(number)) {
      note(walk, 'callback-nowhere', 'It is not a number')
      return { to: failed }
    }
    const values = shown(walk)
    return { act: { kind: 'callback', id: nextId(walk), queueId, requirements, priority, number, values } }
  },
  hangUp(walk, { prompts }) {
    tell(walk, prompts)
    walk.steps.push({ kind: 'hangUp' })
    return { act: { kind: 'hangUp', values: shown(walk) } }
  }
}

/** What comes of an answer to what a node awaits. */
function answer(walk: Walk, node: FlowNode, input: Exclude<FlowInput, { kind: 'start' | 'again' }>): Way {
  if (input.kind === 'failed') {
    note(walk, input.code, input.detail)
    if ('failed' in node) return { to: node.failed }
    return heard(walk, node, { kind: 'failed', detail: input.detail })
  }
  if (input.kind === 'result') return heard(walk, node, input.result)
  if (input.kind === 'done') return 'next' in node ? { to: node.next } : unfit(walk)
  if (input.kind === 'rows') return node.kind === 'lookup' ? takeRows(walk, node, input.rows) : unfit(walk)
  return node.kind === 'request' ? takeReply(walk, node, input.values) : unfit(walk)
}

/** An answer of a kind that this node cannot have asked for. */
const unfit = (walk: Walk): Way => fault(walk, 'unfit-answer', 'An answer of another kind came back')

function heard(walk: Walk, node: FlowNode, result: StepResult): Way {
  const { flow, state } = walk
  if (result.kind === 'failed') {
    note(walk, 'listening-failed', result.detail)
    state.hasSpeech = false
  }
  if (node.kind !== 'menu' && node.kind !== 'collect') return unfit(walk)
  if (result.kind === 'digits' || result.kind === 'speech') state.effects = 0
  if (node.kind === 'menu') {
    const understood = understandChoice(node, result)
    return understood.kind === 'answer' ? { to: understood.answer.next } : missed(walk, node, understood)
  }
  const understood = understandDigits(node, result)
  if (understood.kind !== 'answer') return missed(walk, node, understood)
  put(flow, state, node.into, understood.answer)
  return { to: node.next }
}

type Asking = NodeOf<'menu'> | NodeOf<'collect'>

function missed(walk: Walk, node: Asking, { kind }: Exclude<Understood<never>, { kind: 'answer' }>): Way {
  const misses = (walk.state.awaits?.misses ?? 0) + 1
  if (misses >= node.tries) return { to: node.otherwise }
  const own = kind === 'silent' ? node.silent : node.notUnderstood
  const sorry: FlowPrompt[] = own.length > 0 ? own : [{ kind: 'say', text: usual(walk.flow, kind) }]
  const way = ask(walk, node, [...sorry, ...node.prompts])
  walk.state.awaits = { id: way.act.id, kind: 'listen', misses }
  return way
}

function ask(walk: Walk, node: Asking, prompts: FlowPrompt[]): { act: Extract<Act, { kind: 'listen' }> } {
  const { flow, state } = walk
  const id = nextId(walk)
  const digits = node.kind === 'menu' ? { min: 1, max: 1 } : node.digits
  const hints = node.kind === 'menu' ? node.choices.flatMap(({ words: said }) => said) : []
  walk.steps.push({
    kind: 'ask',
    id,
    prompts: promptsOf(walk, prompts),
    digits,
    ...(node.speech && state.hasSpeech && { speech: { language: flow.language, hints } }),
    seconds: node.seconds
  })
  return { act: { kind: 'listen', id } }
}

function effect(walk: Walk, act: () => Act): Way {
  if (++walk.state.effects > bounds.effects)
    return fault(walk, 'bound-effects', 'Too many look-ups without an answer of the caller')
  return { act: act() }
}

function lookUpAct(walk: Walk, { sourceId, query, parameters }: NodeOf<'lookup'>): Act {
  const values = Object.fromEntries(parameters.map(({ name, value }) => [name, bound(walk, value)]))
  return { kind: 'lookup', id: nextId(walk), sourceId, query, values }
}

function requestAct(walk: Walk, node: NodeOf<'request'>): Act {
  const { variables } = walk.state
  const { method, headers, body, takes, timeoutMs } = node
  return {
    kind: 'request',
    id: nextId(walk),
    method,
    // A value is one part of a path or one value of a query, never more.
    url: fill(node.url, variables, (value) => encodeURIComponent(String(value))),
    headers: headers.map(({ name, value, secret }) => ({
      name,
      ...(secret === undefined ? { value: oneLine(written(value ?? '', variables)) } : { secret })
    })),
    body: Object.fromEntries(body.map(({ name, value }) => [name, bound(walk, value)])),
    paths: takes.map(({ path }) => path),
    timeoutMs
  }
}

const oneLine = (text: string) => text.replace(/[^\x20-\x7e]/g, ' ')

function takeRows({ flow, state }: Walk, node: NodeOf<'lookup'>, rows: Record<string, unknown>[]): Way {
  if (node.countInto !== null) put(flow, state, node.countInto, rows.length)
  const [row] = rows
  if (!row) return { to: node.none }
  // Databases differ over the case of names that were written without quotes.
  const columns = new Map(Object.entries(row).map(([column, cell]) => [column.toLowerCase(), cell]))
  for (const { column, into } of node.takes)
    put(flow, state, into, Object.hasOwn(row, column) ? row[column] : columns.get(column.toLowerCase()))
  return { to: node.next }
}

function takeReply(walk: Walk, node: NodeOf<'request'>, values: unknown[]): Way {
  const { flow, state } = walk
  if (node.takes.length > 0 && values.every((value) => value === undefined)) {
    note(walk, 'request-empty', 'None of its paths leads anywhere')
    return { to: node.failed }
  }
  node.takes.forEach(({ into }, i) => put(flow, state, into, values[i]))
  return { to: node.next }
}

/**
 * Tells what is awaited once more. A question is a new one; anything else keeps its id, by which whoever does it knows
 * that it may be done already.
 */
function again(walk: Walk): Turn | null {
  const { flow, state } = walk
  const { awaits } = state
  const node = nodeOf(flow, state.nodeId)
  if (!awaits || !node) return null
  if (awaits.kind !== 'listen') state.count--
  const turn = follow(walk, ways[node.kind](walk, node as never))
  if (turn.state.awaits) turn.state.awaits.misses = awaits.misses
  return turn
}

/**
 * The flow itself failed. Once the caller is sent to `atFault`, with all bounds anew; when that fails too, there is a
 * word of regret and the end.
 */
function fault(walk: Walk, code: string, detail: string): Way {
  const { flow, state } = walk
  note(walk, code, detail)
  if (!state.isFaulty && nodeOf(flow, flow.atFault)) {
    state.isFaulty = true
    state.visits = {}
    state.effects = 0
    walk.moves = 0
    return { to: flow.atFault }
  }
  tell(walk, [{ kind: 'say', text: usual(flow, 'fault') }])
  walk.steps.push({ kind: 'hangUp' })
  return { act: { kind: 'hangUp', values: shown(walk) } }
}

function note({ state, world }: Walk, code: string, detail: string) {
  const incident = { at: world.now.toISOString(), nodeId: state.nodeId, code, detail: detail.slice(0, 300) }
  state.incidents = [...state.incidents, incident].slice(-keptIncidents)
}

function put(flow: FlowContent, state: FlowState, name: string, value: unknown) {
  const declared = flow.variables.find((variable) => variable.name === name)
  if (declared) state.variables[name] = convert(value, declared.type)
}

const nextId = ({ state }: Walk) => `f${String(++state.count)}`
const shown = ({ flow, state }: Walk) => shownValues(flow, state.variables)
const written = (text: string, variables: Record<string, FlowValue>) => fill(text, variables, String)

/** A value to be bound: a lone variable keeps its type, anything else is text. */
function bound({ flow, state }: Walk, text: string): FlowValue {
  const name = soleVariable(text)
  if (name === null) return written(text, state.variables)
  return typeOf(flow, name) === undefined ? null : (own(state.variables, name) ?? null)
}

const localeOf = (language: string): Locale => (language.startsWith('fr') ? 'fr' : 'en')
const usual = ({ language }: FlowContent, word: keyof (typeof words)['en']) => words[localeOf(language)][word]

function tell(walk: Walk, prompts: FlowPrompt[]) {
  const heardNow = promptsOf(walk, prompts)
  const last = walk.steps[walk.steps.length - 1]
  if (heardNow.length === 0) return
  if (last?.kind === 'prompt') last.prompts.push(...heardNow)
  else walk.steps.push({ kind: 'prompt', prompts: heardNow })
}

const promptsOf = ({ flow, state }: Walk, prompts: FlowPrompt[]): Prompt[] =>
  prompts.flatMap((prompt): Prompt[] => {
    if (prompt.kind !== 'say') return [prompt]
    const language = prompt.language ?? flow.language
    const text = spoken(prompt.text, state.variables, { language, timeZone: flow.timeZone })
    return text.trim() === '' ? [] : [{ kind: 'say', text, language }]
  })
