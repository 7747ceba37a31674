import type { Choices } from '@palabre/config/contract/message'

export const longestTitle = 24
export const longestDescription = 72
export const longestOpener = 20

/** Choices while they are written: rows may be empty. */
export interface DraftChoices {
  as: Choices['as']
  /** What opens the list. */
  button: string
  options: { key: string; title: string; description: string }[]
}
export type Most = { buttons: number; list: number }

export const emptyOption = () => ({ key: crypto.randomUUID(), title: '', description: '' })

/** Buttons where the channel has them, else a list; one empty row to begin with. */
export const newChoices = (most: Most, opener: string): DraftChoices => ({
  as: most.buttons > 0 ? 'buttons' : 'list',
  button: opener.slice(0, longestOpener),
  options: [emptyOption()]
})

/** What is written of them; null while nothing is. */
export function writtenChoices(draft: DraftChoices | null): Choices | null {
  if (!draft) return null
  const options = draft.options
    .map(({ title, description }) => ({ title: title.trim(), description: description.trim() }))
    .filter(({ title }) => title)
    .map(({ title, description }) =>
      draft.as === 'list' && description ? { title, description } : { title }
    )
  if (!options.length) return null
  return draft.as === 'list'
    ? { as: 'list', button: draft.button.trim(), options }
    : { as: 'buttons', options }
}

/** Choices of a message, to be written on. */
export const draftOfChoices = (choices: Choices): DraftChoices => ({
  as: choices.as,
  button: choices.button ?? '',
  options: choices.options.map(({ title, description = '' }) => ({ ...emptyOption(), title, description }))
})

export type ChoicesFault = 'no-text' | 'none' | 'twice' | 'too-many' | 'no-opener'

/** Why they cannot be sent so; null when they can, or when there are none. */
export function choicesFault(draft: DraftChoices | null, text: string, most: Most): ChoicesFault | null {
  if (!draft) return null
  const choices = writtenChoices(draft)
  if (!choices) return 'none'
  if (!text.trim()) return 'no-text'
  if (choices.options.length > most[choices.as]) return 'too-many'
  if (new Set(choices.options.map(({ title }) => title)).size < choices.options.length) return 'twice'
  return choices.as === 'list' && !choices.button ? 'no-opener' : null
}
