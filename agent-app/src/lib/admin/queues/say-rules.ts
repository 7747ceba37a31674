import type { Boost, OverflowRule, Relaxation, Requirement } from '@palabre/config/contract/routing'
import { say, type Locale, type Values } from '@palabre/config/i18n/catalogue'
import { adminQueue } from '@palabre/config/i18n/words/admin-queue'
import { app } from '@palabre/config/i18n/words/app'

/** How the rules of a queue are said: in which language, with which names, and times written by whom. */
export interface Saying {
  locale: Locale
  nameOf: (id: string) => string | undefined
  /** A length of time in words, from ms. */
  spell: (ms: number) => string
}

type Key = keyof (typeof adminQueue)['en']
const word = ({ locale }: Saying, key: Key, values?: Values) => say(locale, adminQueue[locale][key], values)
const list = ({ locale }: Saying, items: string[], type: 'conjunction' | 'disjunction') =>
  new Intl.ListFormat(locale === 'en' ? 'en-GB' : 'fr-FR', { type }).format(items)
const names = (saying: Saying, ids: readonly string[], type: 'conjunction' | 'disjunction') =>
  list(
    saying,
    ids.map((id) => saying.nameOf(id) ?? '…'),
    type
  )

function saySkill(
  saying: Saying,
  required: Extract<Requirement, { skillId: string }>,
  negated: boolean
): string {
  const { level, upTo = 5 } = required
  const verb = negated ? 'lacks' : 'has'
  const skill = saying.nameOf(required.skillId) ?? '…'
  const range =
    upTo < 5
      ? upTo === level
        ? 'exactly'
        : 'between'
      : level === 5
        ? 'exactly'
        : level > 1
          ? 'from'
          : 'skill'
  return word(saying, `${verb}-${range}`, { skill, level, upTo })
}

/** One requirement as what an agent has or is; "not" is carried down to the words that it turns round. */
function sayOne(saying: Saying, required: Requirement, negated: boolean, nested: boolean): string {
  if ('skillId' in required) return saySkill(saying, required, negated)
  if ('agentIds' in required)
    return word(saying, negated ? 'is-not' : 'is', { names: names(saying, required.agentIds, 'disjunction') })
  if ('not' in required) return sayOne(saying, required.not, !negated, nested)
  const [children, all] = 'all' in required ? [required.all, !negated] : [required.any, negated]
  const parts = children.map((one) => sayOne(saying, one, negated, true))
  const said = list(saying, parts, all ? 'conjunction' : 'disjunction')
  return nested && parts.length > 1 ? `(${said})` : said
}

/** What requirements mean, as one plain sentence. */
export function sayRequirements(saying: Saying, requirements: readonly Requirement[]): string {
  if (!requirements.length) return word(saying, 'goes-to-anyone')
  const parts = requirements.map((one) => sayOne(saying, one, false, requirements.length > 1))
  return word(saying, 'goes-to', { what: list(saying, parts, 'conjunction') })
}

/** How requirements give way, in one line. */
export function sayRelaxation(saying: Saying, { steps, ending }: Relaxation): string {
  const said = steps.map(({ afterSeconds, lowerLevelsBy, dropSkillIds, addQueueIds, addTeamIds }) =>
    word(saying, 'say-step', {
      time: saying.spell(afterSeconds * 1000),
      what: [
        ...(lowerLevelsBy ? [word(saying, 'say-lower', { n: lowerLevelsBy })] : []),
        ...(dropSkillIds.length
          ? [word(saying, 'say-drop', { names: names(saying, dropSkillIds, 'conjunction') })]
          : []),
        ...(addQueueIds.length + addTeamIds.length
          ? [
              word(saying, 'say-add', {
                names: names(saying, [...addQueueIds, ...addTeamIds], 'conjunction')
              })
            ]
          : [])
      ].join(', ')
    })
  )
  const last =
    ending.rule === 'never'
      ? word(saying, 'say-never')
      : word(saying, 'say-anyone', { time: saying.spell(ending.afterSeconds * 1000) })
  return [...said, last].join(' · ')
}

/** A rule of overflow, in one line. */
export function sayOverflowRule(saying: Saying, { media, when, then }: OverflowRule): string {
  const time = 'seconds' in when ? saying.spell(when.seconds * 1000) : ''
  const cause =
    when.kind === 'waited'
      ? word(saying, 'say-waited', { time })
      : when.kind === 'estimate'
        ? word(saying, 'say-estimate', { time })
        : when.kind === 'length'
          ? word(saying, 'say-length', { count: when.over })
          : word(saying, `when-${when.kind}`)
  const action =
    then.kind === 'queue'
      ? word(saying, 'say-queue', { queue: saying.nameOf(then.queueId) ?? '…' })
      : then.kind === 'suggest'
        ? word(saying, `then-${then.what}`)
        : word(saying, 'then-message')
  return word(saying, 'say-rule', {
    cause,
    media: media.length
      ? media.map((medium) => app[saying.locale][`medium-${medium}`]).join(', ')
      : word(saying, 'every-medium'),
    action
  })
}

/** What a boost does, in one line. */
export const sayBoost = (saying: Saying, { attribute, value, points }: Boost): string =>
  word(saying, value ? 'say-boost' : 'say-boost-any', { attribute, value, points })
