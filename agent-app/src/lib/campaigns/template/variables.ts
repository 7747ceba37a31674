/** What every contact has, by the name that Liquid knows it by. */
export const known = {
  first_name: 'var-first-name',
  name: 'var-name',
  phone: 'var-phone',
  locale: 'var-locale'
} as const

/** What stands in a text for something that is known of each person; names that are no word are put into brackets. */
export const variableOf = (field: string): string =>
  /^[A-Za-z_][\w-]*$/.test(field) ? `{{ contact.${field} }}` : `{{ contact[${JSON.stringify(field)}] }}`

/** Fields of a contact that texts take, each once, in order: those for which one can say what stands there instead. */
export function fieldsIn(texts: readonly string[]): string[] {
  const found = texts.flatMap((text) =>
    [...text.matchAll(/\{[{%][^}]*?\bcontact\.([\w-]{1,60})/g)].map(([, field]) => field ?? '')
  )
  return [...new Set(found)]
}

/** A text with something put where the caret is, and where the caret is then. */
export function inserted(text: string, put: string, from: number, to: number) {
  const before = text.slice(0, from)
  const gap = before !== '' && !/\s$/.test(before) && !/[('"«/=?&-]$/.test(before) ? ' ' : ''
  return { text: `${before}${gap}${put}${text.slice(to)}`, caret: from + gap.length + put.length }
}
