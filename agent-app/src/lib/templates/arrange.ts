import type { MessageTemplate } from '@palabre/config/contract/template'

export interface Wanted {
  typed: string
  /** As the platform writes it; '' for all. */
  language: string
  category: string
  /** Ids of those sent lately, the last one first. */
  recent: readonly string[]
}

const plain = (text: string) =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('_', ' ')

/** Templates to choose from: those sent lately first, then by name; found by words of their name or text. */
export function arrange(templates: readonly MessageTemplate[], wanted: Wanted): MessageTemplate[] {
  const words = plain(wanted.typed).split(/\s+/).filter(Boolean)
  const place = ({ id }: MessageTemplate) => {
    const at = wanted.recent.indexOf(id)
    return at < 0 ? wanted.recent.length : at
  }
  return templates
    .filter(
      (one) =>
        one.state === 'approved' &&
        (!wanted.language || one.language === wanted.language) &&
        (!wanted.category || one.category === wanted.category)
    )
    .filter((one) => {
      const text = plain(`${one.name} ${one.header?.text ?? ''} ${one.body}`)
      return words.every((word) => text.includes(word))
    })
    .sort(
      (a, b) => place(a) - place(b) || a.name.localeCompare(b.name) || a.language.localeCompare(b.language)
    )
}

/** Each value once, in order. */
export const kindsOf = (templates: readonly MessageTemplate[], field: 'language' | 'category'): string[] =>
  [...new Set(templates.map((one) => one[field]))].sort((a, b) => a.localeCompare(b))

/** `en_US` and `en-us` are the same; `pt_BR` is Portuguese. */
const tagOf = (language: string) => language.replaceAll('_', '-').toLowerCase()
const baseOf = (language: string) => tagOf(language).split('-')[0] ?? ''

/** The language of the templates that the contact reads: the very same, else of the same family, else '' for all. */
export function languageFor(languages: readonly string[], locale: string | null | undefined): string {
  if (!locale) return ''
  return (
    languages.find((one) => tagOf(one) === tagOf(locale)) ??
    languages.find((one) => baseOf(one) === baseOf(locale)) ??
    ''
  )
}
