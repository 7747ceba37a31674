import type { ChannelKind, ChannelSetup } from '@palabre/config/contract/account'
import { t, words } from '../../../words.svelte.ts'
import { groupsOf, type SettingField, type Settings } from '../settings-form.ts'

type Step = ChannelSetup['steps'][number]

/** A page of the wizard: which channel, name and queue, the channel's own steps, the end. */
export type Page = { kind: 'choose' | 'general' | 'finish' } | { kind: 'step'; step: Step }

/** A channel that declares no steps is connected by one page with all of its settings, and its test. */
function stepsOf({ setup, settings, testable }: ChannelKind): readonly Step[] {
  if (setup) return setup.steps
  const title = { en: '', fr: '' }
  const all = Object.keys((settings as { properties?: object }).properties ?? {})
  return [{ title, text: title, fields: all, ...(testable && { shows: 'test' as const }) }]
}

/** The steps that these settings lead through. */
export const stepsFor = (kind: ChannelKind, values: Settings): Step[] =>
  stepsOf(kind).filter(({ when }) => !when || values[when.field] === when.is)

export const pagesOf = (kind: ChannelKind | undefined, values: Settings): Page[] => [
  { kind: 'choose' },
  { kind: 'general' },
  ...(kind ? stepsFor(kind, values).map((step) => ({ kind: 'step' as const, step })) : []),
  { kind: 'finish' }
]

/** What stands there hangs on the account: its id, its webhook, its listener. */
export const needsAccount = (page: Page | undefined): boolean =>
  page?.kind === 'finish' ||
  (page?.kind === 'step' &&
    (page.step.addresses !== undefined || (page.step.shows !== undefined && page.step.shows !== 'test')))

/** Somebody scans a code there, which only an account that runs asks for. */
export const needsRunning = (page: Page | undefined): boolean =>
  page?.kind === 'step' && page.step.shows === 'pairing'

export function titleOf(page: Page): string {
  if (page.kind !== 'step') return t(`adminChannel.step-${page.kind}`)
  return page.step.title[words.locale] || t('adminChannel.step-further')
}

/** The fields of a step that are shown for these values, in the order of the step. */
export function fieldsOf(schema: object, values: Settings, { fields = [] }: Step): SettingField[] {
  const shown = groupsOf(schema, values, words.locale).flatMap((group) => group.fields)
  return fields.flatMap((name) => shown.filter((field) => field.name === name))
}
