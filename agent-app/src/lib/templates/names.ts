import { t, words } from '../words.svelte.ts'

const known = ['marketing', 'utility', 'authentication'] as const
type Known = (typeof known)[number]

const sentence = (text: string) => {
  const spaced = text.replaceAll('_', ' ').trim()
  return spaced.charAt(0).toLocaleUpperCase() + spaced.slice(1)
}

/** `order_shipped` as a title. */
export const titleOf = (name: string): string => sentence(name)

/** A platform's category in words; one that is new says its own name. */
export const categoryName = (category: string): string => {
  const name = category.toLowerCase()
  return known.includes(name as Known) ? t(`template.category-${name as Known}`) : sentence(name)
}

/** `pt_BR` as the reader calls it: "Portuguese (Brazil)". */
export function languageName(language: string): string {
  const tag = language.replaceAll('_', '-')
  try {
    const name = new Intl.DisplayNames(words.locale, { type: 'language', languageDisplay: 'standard' }).of(
      tag
    )
    return name ? sentence(name) : language
  } catch {
    // No language that anybody knows.
    return language
  }
}
