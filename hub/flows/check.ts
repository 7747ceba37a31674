import {
  type Condition,
  type FlowContent,
  type FlowNode,
  type FlowProblem,
  type FlowPrompt,
  type Operator,
  type VariableType
} from '@palabre/config/contract/flow'
import { agentsIn, skillsIn, type Requirement } from '@palabre/config/contract/routing'
import { readStatement } from '../sources/statement.ts'
import { checkGraph } from './check-graph.ts'
import type { NamedNoun } from './named.ts'
import { placesOf } from './text.ts'
import { convert, typeOf } from './values.ts'

/** Is there such a thing, in use? A secret goes by its name. */
export type Knows = (noun: NamedNoun | 'secret', id: string) => boolean
export type Report = (path: string, code: string, message: string) => void

interface Checking {
  flow: FlowContent
  knows: Knows
  report: Report
  /** Variables that hold what a caller pressed or said, or is said to be. */
  fromCaller: Set<string>
}

/**
 * Everything that speaks against publishing a flow, with the path of the field. A flow without problems never runs
 * without end, and each of its ways has an end.
 */
export function problemsOf(flow: FlowContent, knows: Knows): FlowProblem[] {
  const problems: FlowProblem[] = []
  const report: Report = (path, code, message) => problems.push({ path, code, message })
  const fromCaller = new Set(flow.nodes.flatMap((node) => (node.kind === 'collect' ? [node.into] : [])))
  const checking = { flow, knows, report, fromCaller }
  checkGraph(flow, report)
  checkHead(checking)
  for (const node of flow.nodes) checkNode(checking, node)
  return problems
}

function checkHead({ flow, report }: Checking) {
  const { variables, timeZone, language } = flow
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    report('timeZone', 'unknown-zone', 'It is not a time zone')
  }
  variables.forEach(({ name, type, start }, i) => {
    const path = `variables/${String(i)}`
    if (variables.findIndex((other) => other.name === name) !== i)
      report(`${path}/name`, 'same-name', `There is another variable ${name}`)
    if (start !== null && convert(start, type) !== start)
      report(`${path}/start`, 'wrong-value', `It is not of the type ${type}`)
  })
  if (/^(en|fr)\b/.test(language)) return
  for (const node of flow.nodes)
    if (node.kind === 'menu' || node.kind === 'collect')
      for (const field of ['notUnderstood', 'silent'] as const)
        if (node[field].length === 0 && node.tries > 1)
          report(`nodes/${node.id}/${field}`, 'no-words', 'There are no usual words in this language')
}

function checkNode(checking: Checking, node: FlowNode) {
  const { flow, report } = checking
  const at = (path: string) => `nodes/${node.id}/${path}`
  switch (node.kind) {
    case 'say':
      return checkText(checking, at('text'), node.text)
    case 'menu':
      checkAsking(checking, node)
      node.choices.forEach(({ key, words }, i) => {
        if (node.choices.findIndex((other) => other.key === key) !== i)
          report(at(`choices/${String(i)}/key`), 'same-key', `Another choice has the key ${key}`)
        const twice = words.find((word) =>
          node.choices.some((other, j) => j !== i && other.words.includes(word))
        )
        if (twice !== undefined)
          report(at(`choices/${String(i)}/words`), 'same-words', `“${twice}” names two choices`)
      })
      return
    case 'collect':
      checkAsking(checking, node)
      if (node.digits.min > node.digits.max)
        report(at('digits/min'), 'wrong-order', 'The least is more than the most')
      return checkInto(checking, at('into'), node.into, ['text', 'digits', 'number'])
    case 'condition':
      return node.cases.forEach(({ when }, i) =>
        checkCondition(checking, at(`cases/${String(i)}/when`), when)
      )
    case 'set':
      return node.values.forEach(({ variable, value }, i) => {
        const path = at(`values/${String(i)}`)
        checkInto(checking, `${path}/variable`, variable)
        const type = typeOf(flow, variable)
        if (typeof value === 'string') checkText(checking, `${path}/value`, value)
        if (type && value !== null && !isTemplate(value) && convert(value, type) === null)
          report(`${path}/value`, 'wrong-value', `It is not of the type ${type}`)
      })
    case 'lookup':
      return checkLookup(checking, node)
    case 'request':
      return checkRequest(checking, node)
    case 'queue':
      checkKnown(checking, at('queueId'), 'queue', node.queueId)
      return checkRequirements(checking, at('requirements'), node.requirements)
    case 'transfer':
      checkText(checking, at('to'), node.to)
      for (const place of placesOf(node.to))
        if (place && (checking.fromCaller.has(place.name) || place.name.startsWith('call.')))
          report(at('to'), 'callers-number', 'A caller must not choose where a call goes that you pay for')
      return
    case 'voicemail':
      checkKnown(checking, at('queueId'), 'queue', node.queueId)
      return checkPrompts(checking, at('prompts'), node.prompts)
    case 'callback':
      checkKnown(checking, at('queueId'), 'queue', node.queueId)
      checkText(checking, at('number'), node.number)
      return checkRequirements(checking, at('requirements'), node.requirements)
    case 'hangUp':
      return checkPrompts(checking, at('prompts'), node.prompts)
    case 'play':
      return
  }
}

const isTemplate = (value: unknown) => typeof value === 'string' && value.includes('{{')

function checkAsking(checking: Checking, node: Extract<FlowNode, { kind: 'menu' | 'collect' }>) {
  for (const field of ['prompts', 'notUnderstood', 'silent'] as const)
    checkPrompts(checking, `nodes/${node.id}/${field}`, node[field])
  if (node.prompts.length === 0)
    checking.report(`nodes/${node.id}/prompts`, 'no-words', 'The caller is asked without a word')
}

function checkLookup(checking: Checking, node: Extract<FlowNode, { kind: 'lookup' }>) {
  const { report } = checking
  const at = (path: string) => `nodes/${node.id}/${path}`
  checkKnown(checking, at('sourceId'), 'source', node.sourceId)
  const statement = readStatement(node.query)
  if (typeof statement === 'string') report(at('query'), 'wrong-query', statement)
  const names = typeof statement === 'string' ? [] : statement.names
  for (const name of new Set(names))
    if (!node.parameters.some((parameter) => parameter.name === name))
      report(at('parameters'), 'missing-parameter', `The query asks for :${name}`)
  node.parameters.forEach(({ name, value }, i) => {
    const path = at(`parameters/${String(i)}`)
    checkText(checking, `${path}/value`, value)
    if (typeof statement !== 'string' && !names.includes(name))
      report(`${path}/name`, 'unused-parameter', `The query does not ask for :${name}`)
    if (node.parameters.findIndex((other) => other.name === name) !== i)
      report(`${path}/name`, 'same-name', `There is another parameter ${name}`)
  })
  node.takes.forEach(({ into }, i) => checkInto(checking, at(`takes/${String(i)}/into`), into))
  if (node.countInto !== null)
    checkInto(checking, at('countInto'), node.countInto, ['number', 'text', 'digits'])
}

function checkRequest(checking: Checking, node: Extract<FlowNode, { kind: 'request' }>) {
  const { flow, report } = checking
  const at = (path: string) => `nodes/${node.id}/${path}`
  const [, host] = /^https?:\/\/([^/?#{}\s@\\]+)(?=[/?#]|$)/.exec(node.url) ?? []
  if (host === undefined)
    report(at('url'), 'wrong-address', 'It begins with https:// and a host without variables')
  else if (!flow.hosts.includes(host.toLowerCase()))
    report(at('url'), 'unknown-host', `${host} is not among the hosts of this flow`)
  checkText(checking, at('url'), node.url)
  node.headers.forEach(({ value, secret }, i) => {
    const path = at(`headers/${String(i)}`)
    if ((value === undefined) === (secret === undefined))
      report(path, 'wrong-header', 'Either a text or a secret')
    if (value !== undefined) checkText(checking, path, value)
    if (secret !== undefined) checkKnown(checking, path, 'secret', secret)
  })
  node.body.forEach(({ value }, i) => checkText(checking, at(`body/${String(i)}/value`), value))
  if (node.method === 'GET' && node.body.length > 0) report(at('body'), 'wrong-body', 'A GET has no body')
  node.takes.forEach(({ into }, i) => checkInto(checking, at(`takes/${String(i)}/into`), into))
}

function checkCondition(checking: Checking, path: string, condition: Condition): void {
  const { flow, report } = checking
  if ('all' in condition)
    return condition.all.forEach((one, i) => checkCondition(checking, `${path}/all/${String(i)}`, one))
  if ('any' in condition)
    return condition.any.forEach((one, i) => checkCondition(checking, `${path}/any/${String(i)}`, one))
  if ('not' in condition) return checkCondition(checking, `${path}/not`, condition.not)
  if ('open' in condition) return checkKnown(checking, `${path}/open`, 'calendar', condition.open)
  const type = typeOf(flow, condition.variable)
  if (!type)
    return report(`${path}/variable`, 'unknown-variable', `There is no variable ${condition.variable}`)
  if (!operatorsOf[type].includes(condition.is))
    return report(`${path}/is`, 'wrong-operator', `${condition.is} does not go with the type ${type}`)
  if (condition.is === 'filled' || condition.is === 'empty') return
  if (condition.value === null || convert(condition.value, type) === null)
    report(`${path}/value`, 'wrong-value', `It is not of the type ${type}`)
}

const always: Operator[] = ['equals', 'differs', 'filled', 'empty']
const inOrder: Operator[] = ['below', 'at-most', 'above', 'at-least']
const operatorsOf: Record<VariableType, Operator[]> = {
  text: [...always, 'contains', 'starts-with'],
  digits: [...always, 'contains', 'starts-with'],
  number: [...always, ...inOrder],
  date: [...always, ...inOrder],
  boolean: always
}

function checkPrompts(checking: Checking, path: string, prompts: FlowPrompt[]) {
  prompts.forEach((prompt, i) => {
    if (prompt.kind === 'say') checkText(checking, `${path}/${String(i)}/text`, prompt.text)
  })
}

function checkText({ flow, report }: Checking, path: string, text: string) {
  for (const place of placesOf(text))
    if (!place) report(path, 'wrong-place', 'Something in braces is no variable, or has no such filter')
    else if (!typeOf(flow, place.name)) report(path, 'unknown-variable', `There is no variable ${place.name}`)
}

function checkInto({ flow, report }: Checking, path: string, name: string, types?: VariableType[]) {
  const type = flow.variables.find((variable) => variable.name === name)?.type
  if (!type) report(path, 'unknown-variable', `There is no variable ${name}`)
  else if (types && !types.includes(type))
    report(path, 'wrong-type', `A variable of the type ${type} cannot hold it`)
}

function checkKnown({ knows, report }: Checking, path: string, noun: Parameters<Knows>[0], id: string) {
  if (!knows(noun, id)) report(path, `unknown-${noun}`, `There is no such ${noun}`)
}

function checkRequirements(checking: Checking, path: string, requirements: Requirement[]) {
  for (const id of skillsIn(requirements)) checkKnown(checking, path, 'skill', id)
  for (const id of agentsIn(requirements)) checkKnown(checking, path, 'agent', id)
}
