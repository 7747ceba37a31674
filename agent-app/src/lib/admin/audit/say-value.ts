import type { Boost, OverflowRule, Relaxation, Requirement } from '@palabre/config/contract/routing'
import {
  sayBoost,
  sayOverflowRule,
  sayRelaxation,
  sayRequirements,
  type Saying
} from '../queues/say-rules.ts'
import { format, t, words, type WordKey } from '../../words.svelte.ts'
import { namespaces } from '../../words/list.ts'
import { sayInterval, type Interval } from '../calendars/intervals.ts'

const known = (key: string): WordKey | null => {
  const [namespace = '', ...rest] = key.split('.')
  const texts = (namespaces as Record<string, Record<string, Record<string, string>>>)[namespace]
  return texts && rest.join('.') in texts[words.locale]! ? (key as WordKey) : null
}

/** A text if there is one under this key, else null. */
export function sayIf(key: string): string | null {
  const found = known(key)
  return found && t(found)
}

/** Name of a field as its form calls it. */
export const sayField = (noun: string, field: string): string =>
  sayIf(`adminRecord.${noun}-${field}`) ?? sayIf(`adminRecord.any-${field}`) ?? field

type Names = (id: string) => string | undefined
const isId = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{24}$/.test(value)
const isInterval = (value: unknown): value is Interval =>
  typeof value === 'object' && value !== null && 'from' in value && 'to' in value

const dayName = (n: number) =>
  new Intl.DateTimeFormat(words.locale, { weekday: 'short', timeZone: 'UTC' }).format(
    // 5 January 1970 was a Monday.
    Date.UTC(1970, 0, 5 + n)
  )

/** One value of a record in words: ids become names, seconds become minutes, flags become yes and no. */
export function sayValue(noun: string, field: string, value: unknown, nameOf: Names): string {
  if (value === null || value === undefined || value === '') return t('admin.nothing')
  if (typeof value === 'boolean') return t(value ? 'admin.yes' : 'admin.no')
  if (typeof value === 'number')
    return /seconds$/i.test(field) ? format.spell(value * 1000) : format.number(value, { useGrouping: false })
  if (typeof value === 'string') {
    if (isId(value)) return nameOf(value) ?? t('admin.unknown-record')
    return sayIf(`adminRecord.${noun}-${field}-${value}`) ?? sayIf(`adminRecord.any-${value}`) ?? value
  }
  if (Array.isArray(value)) return sayList(noun, field, value, nameOf)
  return sayObject(noun, field, value as Record<string, unknown>, nameOf)
}

function sayList(noun: string, field: string, list: unknown[], nameOf: Names): string {
  if (!list.length) return t('admin.nothing')
  if (field === 'week')
    return list.map((day, n) => `${dayName(n)} ${sayValue(noun, 'intervals', day, nameOf)}`).join(' · ')
  if (field === 'requirements')
    return sayRequirements({ locale: words.locale, nameOf, spell: format.spell }, list as Requirement[])
  return list.map((one) => sayValue(noun, field, one, nameOf)).join(field === 'overflow' ? ' · ' : ', ')
}

/** Rules of queues are said as their form says them. */
function sayRule(field: string, value: object, nameOf: Names): string | null {
  const saying: Saying = { locale: words.locale, nameOf, spell: format.spell }
  if (field === 'relaxation') return sayRelaxation(saying, value as Relaxation)
  if (field === 'overflow') return sayOverflowRule(saying, value as OverflowRule)
  return field === 'boosts' ? sayBoost(saying, value as Boost) : null
}

function sayObject(noun: string, field: string, value: Record<string, unknown>, nameOf: Names): string {
  const rule = sayRule(field, value, nameOf)
  if (rule !== null) return rule
  if (isInterval(value)) return sayInterval(value)
  if ('skillId' in value && 'level' in value)
    return t('admin.skill-at', {
      skill: sayValue(noun, field, value['skillId'], nameOf),
      level: Number(value['level'])
    })
  if ('medium' in value && 'seconds' in value)
    return `${sayIf(`app.medium-${String(value['medium'])}`) ?? String(value['medium'])}: ${sayValue(noun, 'seconds', value['seconds'], nameOf)}`
  return Object.entries(value)
    .map(([name, part]) => {
      const label =
        sayIf(`app.medium-${name}`) ?? sayIf(`adminRecord.${noun}-${field}-${name}`) ?? sayField(noun, name)
      return `${label}: ${sayValue(noun, name, part, nameOf)}`
    })
    .join(' · ')
}

/** What happened, in words: 'queue.update' → "Queue changed". */
export function sayAction(action: string): string {
  const whole = sayIf(`adminTrace.action-${action.replace('.', '-')}`)
  if (whole) return whole
  const [noun = '', verb = ''] = action.split('.')
  const what = sayIf(`adminTrace.noun-${noun}`) ?? noun
  const did = sayIf(`adminTrace.verb-${verb}`) ?? verb
  return `${what}: ${did}`
}
