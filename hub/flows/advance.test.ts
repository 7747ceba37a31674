import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StepResult } from '@palabre/channels/call'
import type { FlowContent, FlowNode, FlowValue } from '@palabre/config/contract/flow'
import { advance, bounds } from './advance.ts'
import { problemsOf } from './check.ts'
import { demoFlow } from './demo.ts'
import { openState, type FlowInput, type FlowState, type Turn, type World } from './state.ts'

const id = (digit: string) => digit.repeat(24)
const world: World = {
  now: new Date('2026-11-23T10:00:00Z'),
  calendar: () =>
    ({
      timeZone: 'UTC',
      week: Array.from({ length: 7 }, () => [{ from: 0, to: 1440 }]),
      holidays: []
    }) as never
}
const demo = demoFlow({
  careQueueId: id('a'),
  loansQueueId: id('b'),
  cardsSkillId: id('c'),
  loansSkillId: id('d'),
  calendarId: id('e'),
  sourceId: id('f')
})
const blank: FlowContent = { ...demo, variables: [], nodes: [], start: 'n0', atFault: 'n0', maxMinutes: 60 }
const caller = { callId: 'c1', given: { 'call.from': '+221338000001' }, hasSpeech: true }
const open = (flow: FlowContent) => openState(flow, { flowId: id('1'), number: 1 }, caller, world.now)

/** A call that goes on as a test says; each turn is kept. */
class Walker {
  turn: Turn
  readonly flow: FlowContent
  constructor(flow: FlowContent, state: FlowState = open(flow)) {
    this.flow = flow
    this.turn = advance(flow, state, { kind: 'start' }, world)!
  }
  get awaited(): string {
    return this.turn.state.awaits?.id ?? ''
  }
  feed(input: FlowInput, at: World = world): this {
    const turn = advance(this.flow, this.turn.state, input, at)
    expect(turn).not.toBeNull()
    this.turn = turn!
    return this
  }
  result = (result: StepResult) => this.feed({ kind: 'result', id: this.awaited, result })
  press = (digits: string) => this.result({ kind: 'digits', digits })
  rows = (rows: Record<string, unknown>[]) => this.feed({ kind: 'rows', id: this.awaited, rows })
  fail = (code = 'lookup-timeout') => this.feed({ kind: 'failed', id: this.awaited, code, detail: '' })
  heard = () =>
    this.turn.steps
      .flatMap((step) => (step.kind === 'prompt' || step.kind === 'ask' ? step.prompts : []))
      .map((prompt) => (prompt.kind === 'say' ? prompt.text : prompt.kind))
      .join(' ')
}

describe('a call in the flow of the bank', () => {
  const greeted = () => new Walker(demo).rows([{ name: 'Aminata Ndiaye', segment: 'Premium' }])

  it('asks for the caller by number, and says something meanwhile', () => {
    const walker = new Walker(demo)
    expect(walker.heard()).toBe('Bienvenue à la Banque du Fleuve.')
    expect(walker.turn.act).toMatchObject({ kind: 'lookup', values: { phone: '+221338000001' } })
  })
  it('takes a caller id for text, whatever it is', () => {
    const given = { 'call.from': `a\u0000\u001b[31m${'9'.repeat(9000)}` }
    const { variables } = openState(demo, { flowId: id('1'), number: 1 }, { ...caller, given }, world.now)
    expect(variables['call.from']).toMatch(/^a \[31m9{494}$/)
  })
  it('greets by name and asks', () => {
    const walker = greeted()
    expect(walker.heard()).toContain('Bonjour Aminata Ndiaye.')
    expect(walker.turn.steps.map(({ kind }) => kind)).toEqual(['prompt', 'ask'])
    expect(walker.turn.steps[1]).toMatchObject({
      digits: { min: 1, max: 1 },
      speech: { language: 'fr-FR', hints: expect.arrayContaining(['crédit']) as never }
    })
  })
  it.each([
    ['nobody is found', (walker: Walker) => walker.rows([])],
    ['the look-up fails', (walker: Walker) => walker.fail()]
  ])('asks all the same when %s', (_name, meet) => {
    const walker = meet(new Walker(demo))
    expect(walker.heard()).not.toContain('Bonjour')
    expect(walker.turn.act.kind).toBe('listen')
  })
  it('keeps what failed as an incident', () =>
    expect(new Walker(demo).fail().turn.state.incidents).toMatchObject([
      { nodeId: 'find', code: 'lookup-timeout' }
    ]))
  it('takes digits, reads them back one by one, and shows all to the agent', () => {
    const walker = greeted().press('1').press('4242')
    expect(walker.heard()).toBe('Merci. Carte finissant par 4, 2, 4, 2.')
    expect(walker.turn.act).toEqual({
      kind: 'queue',
      id: walker.awaited,
      queueId: id('a'),
      requirements: [{ skillId: id('c'), level: 3 }],
      priority: 5,
      values: [
        { name: 'customer', label: 'Client', value: 'Aminata Ndiaye' },
        { name: 'segment', label: 'Segment', value: 'Premium' },
        { name: 'subject', label: 'Motif', value: 'Cartes' },
        { name: 'card', label: 'Carte, quatre derniers chiffres', value: '4242' }
      ]
    })
  })
  it.each([
    ['crédit', 'queue', id('b')],
    ['Je voudrais parler de mon CREDIT, merci', 'queue', id('b')]
  ])('understands “%s”', (text, kind, queueId) =>
    expect(greeted().result({ kind: 'speech', text, confidence: 0.9 }).turn.act).toMatchObject({
      kind,
      queueId
    })
  )
  it.each<[string, StepResult]>([
    ['words that name two choices', { kind: 'speech', text: 'carte ou crédit', confidence: 1 }],
    ['a part of a word', { kind: 'speech', text: 'écartement', confidence: 1 }],
    ['words that were hardly heard', { kind: 'speech', text: 'crédit', confidence: 0.1 }],
    ['a key that is no choice', { kind: 'digits', digits: '9' }]
  ])('does not understand %s, and asks again', (_name, result) => {
    const walker = greeted().result(result)
    expect(walker.heard()).toMatch(/^Désolé, je n’ai pas compris. Pour vos cartes/)
  })
  it('goes on by itself after the last try', () => {
    const walker = greeted().press('9').result({ kind: 'silence' })
    expect(walker.heard()).toMatch(/^Je n’ai rien entendu./)
    expect(walker.press('8').turn.act).toMatchObject({ kind: 'queue', priority: 0 })
  })
  it('wants no more speech from a recogniser that failed', () => {
    const walker = greeted().result({ kind: 'failed', detail: 'no such service' })
    expect(walker.turn.steps[0]).not.toHaveProperty('speech')
    expect(walker.turn.state.incidents).toMatchObject([{ code: 'listening-failed' }])
  })
  it('leaves a message when the queue takes nobody', () => {
    const walker = greeted().press('2').fail('queue-failed')
    expect(walker.turn.act).toMatchObject({ kind: 'voicemail', seconds: 120 })
    walker.feed({ kind: 'done', id: walker.awaited })
    expect(walker.turn.act.kind).toBe('hangUp')
    expect(walker.turn.steps.map(({ kind }) => kind)).toEqual(['prompt', 'hangUp'])
  })
  it('takes no answer twice, and none that is late', () => {
    const walker = greeted()
    const stale: FlowInput = { kind: 'result', id: walker.awaited, result: { kind: 'digits', digits: '1' } }
    walker.feed(stale)
    expect(advance(demo, walker.turn.state, stale, world)).toBeNull()
    expect(advance(demo, walker.turn.state, { kind: 'start' }, world)).toBeNull()
  })
  it('asks again where another node takes over, with the tries that are left', () => {
    const walker = greeted().press('9').press('9')
    const before = walker.turn.state
    walker.feed({ kind: 'again' })
    expect(walker.heard()).toMatch(/^Pour vos cartes/)
    expect(walker.turn.state.awaits?.misses).toBe(before.awaits?.misses)
    expect(walker.press('9').turn.act.kind).toBe('queue')
  })
  it('makes an interrupted look-up again under its old number', () => {
    const walker = new Walker(demo)
    const { act } = walker.turn
    expect(walker.feed({ kind: 'again' }).turn.act).toEqual(act)
    expect(walker.feed({ kind: 'again' }).turn.act).toEqual(act)
    expect(walker.rows([]).turn.act.kind).toBe('listen')
  })
  it('says nothing that a voice would take for markup', () => {
    const walker = new Walker(demo).rows([{ name: '<speak><audio src="https://x"/>Eve & {{segment}}\u0007' }])
    expect(walker.heard()).toMatch(/^Bonjour  speak audio src="https:\/\/x"\/ Eve   {{segment}}\. /)
  })
  it('ends for whoever stays longer than it may', () => {
    const walker = greeted()
    const later = { ...world, now: new Date(world.now.getTime() + 11 * 60_000) }
    walker.feed({ kind: 'result', id: walker.awaited, result: { kind: 'silence' } }, later)
    expect(walker.turn.act.kind).toBe('queue')
    expect(walker.turn.state.incidents).toMatchObject([{ code: 'bound-minutes' }])
  })
})

const circle = (nodes: FlowNode[], more: Partial<FlowContent> = {}): FlowContent => ({
  ...blank,
  nodes,
  ...more
})

describe('a flow that should never have been published', () => {
  const round: FlowNode[] = [
    { id: 'n0', kind: 'say', text: 'a', next: 'n1' },
    { id: 'n1', kind: 'say', text: 'b', next: 'n0' }
  ]
  it('ends with a word of regret when it runs in a circle', () => {
    const { turn, heard } = new Walker(circle(round, { language: 'en' }))
    expect(turn.act.kind).toBe('hangUp')
    expect(heard()).toMatch(/technical problem at the moment/)
    expect(turn.state.incidents.map(({ code }) => code)).toEqual(['bound-visits', 'bound-visits'])
  })
  it('sends the caller to where faults go', () => {
    const nodes: FlowNode[] = [
      ...round,
      { id: 'help', kind: 'queue', queueId: id('a'), requirements: [], priority: 0, failed: '' }
    ]
    expect(new Walker(circle(nodes, { atFault: 'help' })).turn.act).toMatchObject({ kind: 'queue' })
    expect(new Walker(circle(nodes, { atFault: 'help', start: 'gone' })).turn.act.kind).toBe('queue')
    expect(new Walker(circle(nodes, { atFault: 'help' })).fail().turn.act.kind).toBe('hangUp')
  })
  it('makes no more look-ups than it may without a word of the caller', () => {
    const again: FlowNode = {
      id: 'n0',
      kind: 'lookup',
      sourceId: id('f'),
      query: 'SELECT 1',
      parameters: [],
      takes: [],
      countInto: null,
      next: 'n0',
      none: 'n0',
      failed: 'n0'
    }
    const walker = new Walker(circle([again], { atFault: '' }))
    let asked = 0
    for (; walker.turn.act.kind === 'lookup'; asked++) walker.rows([{}])
    expect(asked).toBe(bounds.effects)
    expect(walker.turn.act.kind).toBe('hangUp')
  })
  it('survives variables and nodes with the names of an object’s own', () => {
    const nodes: FlowNode[] = [
      { id: 'constructor', kind: 'say', text: '{{toString}}{{hasOwnProperty}}x', next: 'valueOf' },
      { id: 'valueOf', kind: 'hangUp', prompts: [] }
    ]
    const walker = new Walker(circle(nodes, { start: 'constructor' }))
    expect(walker.heard()).toBe('x')
    expect(walker.turn.state.visits).toEqual({ constructor: 1, valueOf: 1 })
  })
})

// Flows at random: any node, leading anywhere, or nowhere.
const size = 7
const exitArb = fc.constantFrom(...Array.from({ length: size }, (_, i) => `n${String(i)}`), 'nowhere', '')
const nameArb = fc.constantFrom('text', 'digits', 'number', 'boolean', 'date')
const valueArb: fc.Arbitrary<FlowValue> = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    '{{text}}',
    '{{number | money:XOF}}',
    '{{date | date}}',
    '{{call.from}}',
    '{{nobody}}',
    '{{'
  ),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.boolean(),
  fc.constant(null)
)
const textArb = valueArb.map((value) => String(value) || ' ')
const promptsArb = fc.array(
  textArb.map((text) => ({ kind: 'say' as const, text })),
  { maxLength: 2 }
)
const operatorArb = fc.constantFrom(
  ...([
    'equals',
    'differs',
    'below',
    'at-most',
    'above',
    'at-least',
    'contains',
    'starts-with',
    'filled',
    'empty'
  ] as const)
)
const conditionArb = fc.record({ variable: nameArb, is: operatorArb, value: valueArb })
const askingArb = {
  prompts: promptsArb,
  speech: fc.boolean(),
  seconds: fc.constant(5),
  tries: fc.integer({ min: 1, max: 5 }),
  notUnderstood: promptsArb,
  silent: promptsArb
}

/** Any node; `to` draws where it leads, `anywhere` where a question leads. */
const nodeArb = (
  nodeId: string,
  to: fc.Arbitrary<string>,
  anywhere: fc.Arbitrary<string>
): fc.Arbitrary<FlowNode> => {
  const node = <K extends FlowNode['kind']>(kind: K, rest: Record<string, fc.Arbitrary<unknown>>) =>
    fc.record({
      id: fc.constant(nodeId),
      kind: fc.constant(kind),
      ...rest
    }) as unknown as fc.Arbitrary<FlowNode>
  const queued = { queueId: fc.constant(id('a')), requirements: fc.constant([]), priority: fc.constant(0) }
  return fc.oneof(
    node('say', { text: textArb, next: to }),
    node('menu', {
      ...askingArb,
      choices: fc.uniqueArray(
        fc.record({ key: fc.constantFrom('1', '2'), words: fc.constant([]), next: anywhere }),
        {
          selector: ({ key }) => key,
          minLength: 1
        }
      ),
      otherwise: anywhere
    }),
    node('collect', {
      ...askingArb,
      digits: fc.constant({ min: 1, max: 4 }),
      into: nameArb,
      next: anywhere,
      otherwise: anywhere
    }),
    node('condition', {
      cases: fc.array(fc.record({ when: conditionArb, next: to }), { minLength: 1, maxLength: 2 }),
      otherwise: to
    }),
    node('set', {
      values: fc.array(fc.record({ variable: nameArb, value: valueArb }), { minLength: 1 }),
      next: to
    }),
    node('lookup', {
      sourceId: fc.constant(id('f')),
      query: fc.constant('SELECT :a'),
      parameters: fc.constant([{ name: 'a', value: '{{text}}' }]),
      takes: fc.array(fc.record({ column: fc.constantFrom('a', 'B'), into: nameArb }), { maxLength: 2 }),
      countInto: fc.constantFrom(null, 'number'),
      next: to,
      none: to,
      failed: to
    }),
    node('request', {
      method: fc.constantFrom('GET', 'POST'),
      url: fc.constant('https://api.example/{{text}}'),
      headers: fc.constant([{ name: 'x', value: '{{text}}' }]),
      body: fc.constant([]),
      takes: fc.array(fc.record({ path: fc.constant('a'), into: nameArb }), { maxLength: 2 }),
      timeoutMs: fc.constant(1000),
      next: to,
      failed: to
    }),
    node('queue', { ...queued, failed: to }),
    node('transfer', { to: fc.constantFrom('+33123', '{{text}}'), failed: to }),
    node('voicemail', {
      queueId: queued.queueId,
      prompts: promptsArb,
      seconds: fc.constant(9),
      next: to,
      failed: to
    }),
    node('callback', {
      ...queued,
      number: fc.constantFrom('{{call.from}}', '{{text}}'),
      next: to,
      failed: to
    }),
    node('hangUp', { prompts: promptsArb })
  )
}

const variables = (['text', 'digits', 'number', 'boolean', 'date'] as const).map((type) => ({
  name: type,
  type,
  start: null,
  label: '',
  shown: 'yes' as const
}))
const anyFlow: fc.Arbitrary<FlowContent> = fc
  .tuple(...Array.from({ length: size }, (_, i) => nodeArb(`n${String(i)}`, exitArb, exitArb)))
  .chain((nodes) =>
    fc
      .record({ atFault: exitArb })
      .map(({ atFault }) => ({ ...blank, variables, nodes, start: 'n0', atFault }))
  )

const cellArb = fc.oneof(valueArb, fc.constant(undefined), fc.object({ maxDepth: 1 }), fc.bigInt())
const rowArb = fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor'), cellArb)
const resultArb: fc.Arbitrary<StepResult> = fc.oneof(
  fc.record({
    kind: fc.constant('digits' as const),
    digits: fc.constantFrom('1', '2', '12', '12345', '', '*#', 'x')
  }),
  fc.record({
    kind: fc.constant('speech' as const),
    text: fc.string({ maxLength: 20 }),
    confidence: fc.double({ min: 0, max: 1 })
  }),
  fc.constant({ kind: 'silence' as const }),
  fc.constant({ kind: 'left' as const }),
  fc.constant({ kind: 'failed' as const, detail: 'x' })
)
/** Any input for whatever is awaited, fitting or not. */
const inputArb: fc.Arbitrary<(awaited: string) => FlowInput> = fc.oneof(
  {
    weight: 5,
    arbitrary: resultArb.map((result) => (at: string): FlowInput => ({ kind: 'result', id: at, result }))
  },
  {
    weight: 2,
    arbitrary: fc
      .array(rowArb, { maxLength: 2 })
      .map((rows) => (at: string): FlowInput => ({ kind: 'rows', id: at, rows }))
  },
  {
    weight: 2,
    arbitrary: fc
      .array(cellArb, { maxLength: 3 })
      .map((values) => (at: string): FlowInput => ({ kind: 'reply', id: at, values }))
  },
  { weight: 2, arbitrary: fc.constant((at: string): FlowInput => ({ kind: 'done', id: at })) },
  {
    weight: 1,
    arbitrary: fc.constant((at: string): FlowInput => ({ kind: 'failed', id: at, code: 'x', detail: '' }))
  },
  { weight: 1, arbitrary: fc.constant((): FlowInput => ({ kind: 'again' })) }
)

/** Inputs that fit what is awaited, as the world would give them. */
const fitting = (turn: Turn, choice: number): FlowInput => {
  const at = turn.state.awaits?.id ?? ''
  if (choice % 4 === 3) return { kind: 'failed', id: at, code: 'x', detail: '' }
  switch (turn.act.kind) {
    case 'listen':
      return { kind: 'result', id: at, result: { kind: 'digits', digits: ['1', '2', '9'][choice % 3] ?? '' } }
    case 'lookup':
      return { kind: 'rows', id: at, rows: choice % 2 ? [{ a: '1', b: 2 }] : [] }
    case 'request':
      return { kind: 'reply', id: at, values: [choice] }
    default:
      return { kind: 'done', id: at }
  }
}

const nodesIn = (flow: FlowContent) => new Set(flow.nodes.map(({ id: one }) => one))

describe('any flow at all', () => {
  it('throws on no input, and every state can be kept as JSON and gone on from', () => {
    fc.assert(
      fc.property(anyFlow, fc.array(inputArb, { maxLength: 30 }), (flow, inputs) => {
        let turn = advance(flow, open(flow), { kind: 'start' }, world)
        for (const input of inputs) {
          if (!turn?.state.awaits) return
          const kept = JSON.parse(JSON.stringify(turn.state)) as FlowState
          expect(kept).toEqual(turn.state)
          const given = input(turn.state.awaits.id)
          const fromMemory = advance(flow, turn.state, given, world)
          expect(advance(flow, kept, given, world)).toEqual(fromMemory)
          expect(
            advance(
              flow,
              kept,
              given.kind === 'again' ? given : ({ ...given, id: 'f0' } as FlowInput),
              world
            ) === null
          ).toBe(given.kind !== 'again')
          turn = fromMemory
        }
      }),
      { numRuns: 300 }
    )
  })

  it('comes to an end however it is answered', () => {
    fc.assert(
      fc.property(anyFlow, fc.array(fc.nat(11), { minLength: 5, maxLength: 5 }), (flow, choices) => {
        let turn = advance(flow, open(flow), { kind: 'start' }, world)!
        let turns = 0
        while (turn.state.awaits) {
          turn = advance(flow, turn.state, fitting(turn, choices[turns % choices.length] ?? 0), world)!
          expect(++turns).toBeLessThanOrEqual(2 * bounds.turns + 2)
        }
        expect(turn.act.kind).toBe('hangUp')
        expect(JSON.stringify(turn.state).length).toBeLessThan(30_000)
      }),
      { numRuns: 300 }
    )
  })
})

// Flows that should pass: only questions lead back; what is never reached is left out.
const forwardFrom = (i: number) =>
  fc.constantFrom(...Array.from({ length: size - i }, (_, j) => `n${String(i + 1 + j)}`))
const goodFlow: fc.Arbitrary<FlowContent> = fc
  .tuple(
    ...Array.from({ length: size }, (_, i) =>
      nodeArb(
        `n${String(i)}`,
        forwardFrom(i),
        fc.constantFrom(...Array.from({ length: size }, (__, j) => `n${String(j)}`))
      )
    )
  )
  .map((nodes) => ({
    ...blank,
    variables,
    hosts: ['api.example'],
    nodes: [...nodes, { id: `n${String(size)}`, kind: 'hangUp' as const, prompts: [] }],
    start: 'n0',
    atFault: `n${String(size)}`
  }))

describe('a flow that passes the check', () => {
  it('never reaches the bound of nodes, and never a node that is not there', () => {
    let passed = 0
    fc.assert(
      fc.property(goodFlow, fc.array(fc.nat(11), { minLength: 5, maxLength: 5 }), (flow, choices) => {
        const structure = new Set(['missing-exit', 'unknown-node', 'loop', 'same-id', 'no-end'])
        // Texts and values are at random too; here it is about how nodes lead on.
        if (problemsOf(flow, () => true).some(({ code }) => structure.has(code))) return
        passed++
        let turn = advance(flow, open(flow), { kind: 'start' }, world)!
        for (let turns = 0; turn.state.awaits; turns++) {
          expect(nodesIn(flow)).toContain(turn.state.nodeId)
          turn = advance(flow, turn.state, fitting(turn, choices[turns % choices.length] ?? 0), world)!
        }
        const codes = turn.state.incidents.map(({ code }) => code)
        expect(codes).not.toContain('bound-moves')
        expect(codes).not.toContain('bound-node')
      }),
      { numRuns: 300 }
    )
    expect(passed).toBeGreaterThan(50)
  })
})
