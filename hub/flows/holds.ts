import type { Condition, FlowContent, FlowValue, Operator } from '@palabre/config/contract/flow'
import { isOpen } from '../settings/opening.ts'
import type { FlowState, World } from './state.ts'
import { convert, own, typeOf } from './values.ts'

/** Does a condition hold now? What has no value is `empty`, differs from everything, and holds in no other comparison. */
export function holds(condition: Condition, flow: FlowContent, state: FlowState, world: World): boolean {
  if ('all' in condition) return condition.all.every((one) => holds(one, flow, state, world))
  if ('any' in condition) return condition.any.some((one) => holds(one, flow, state, world))
  if ('not' in condition) return !holds(condition.not, flow, state, world)
  if ('open' in condition) {
    const calendar = world.calendar(condition.open)
    return calendar !== undefined && isOpen(calendar, world.now)
  }
  const type = typeOf(flow, condition.variable) ?? 'text'
  return compare(
    own(state.variables, condition.variable) ?? null,
    condition.is,
    convert(condition.value, type === 'digits' ? 'text' : type)
  )
}

function compare(value: FlowValue, operator: Operator, other: FlowValue): boolean {
  const isEmpty = value === null || value === ''
  if (operator === 'empty') return isEmpty
  if (operator === 'filled') return !isEmpty
  if (value === null || other === null) return operator === 'differs' && value !== other
  const [a, b] = [comparable(value), comparable(other)]
  switch (operator) {
    case 'equals':
      return a === b
    case 'differs':
      return a !== b
    case 'below':
      return a < b
    case 'at-most':
      return a <= b
    case 'above':
      return a > b
    case 'at-least':
      return a >= b
    case 'contains':
      return String(a).includes(String(b))
    case 'starts-with':
      return String(a).startsWith(String(b))
  }
}

/** Text without regard to case; numbers as they are; dates are ISO, whose order is that of time. */
const comparable = (value: string | number | boolean): string | number =>
  typeof value === 'string' ? value.trim().toLowerCase() : Number(value)
