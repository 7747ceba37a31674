import type { Words } from '../settings.ts'

/** One question of the form before the chat. */
export interface FormField {
  /** English label; the key of the answer, and what agents read. At most 60 characters. */
  key: string
  label: Words
  required: boolean
  /** Choices to pick one from; without them the answer is typed. The English word is the answer. */
  choices?: Words[]
}

/**
 * How an administrator declares a question, on one line: `English / French * = A / B | C / D`.
 * French, `*` (required) and `=` (choices) may be left out. The slash between languages stands between spaces.
 */
export const formLine = /^[^=|*]{1,60}(\s+\/\s+[^=|*]{1,120})?\*?\s*(=[^=]+)?$/

/** Reads a declared question; null when the line is empty or not of that form. */
export function readFormField(line: string): FormField | null {
  const text = line.trim()
  if (!formLine.test(text)) return null
  const [head = '', tail] = text.split('=')
  const label = bothLanguages(head.replace('*', ''))
  const choices = (tail ?? '')
    .split('|')
    .map(bothLanguages)
    .filter((choice) => choice.en !== '')
  if (label.en === '') return null
  return {
    key: label.en.slice(0, 60),
    label,
    required: head.includes('*'),
    ...(choices.length > 0 ? { choices } : {})
  }
}

function bothLanguages(text: string): Words {
  const [en = '', fr] = text.split(/\s+\/\s+/).map((part) => part.trim())
  return { en, fr: fr || en }
}
