type Words = { en: string; fr: string }

/** One property of the schema that a channel declares for its settings, as it arrives over the wire. */
interface Property {
  type?: string
  enum?: unknown[]
  default?: unknown
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  label?: Words
  help?: Words
  secret?: boolean
  control?: string
  choices?: { value: string; label: Words }[]
  when?: { field: string; is: string | boolean }
  group?: string
}

export type Control =
  'text' | 'textarea' | 'number' | 'switch' | 'choice' | 'color' | 'lines' | 'secret' | 'words' | 'account'

export interface SettingField {
  name: string
  label: string
  help?: string
  control: Control
  required: boolean
  choices: { value: string; label: string }[]
  minimum?: number
  maximum?: number
  maxLength?: number
}

export type Settings = Record<string, unknown>
type Locale = keyof Words

const propertiesOf = (schema: object): Record<string, Property> =>
  (schema as { properties?: Record<string, Property> }).properties ?? {}

/** What stands in the form of a set secret; the hub keeps what it has when it gets it back. */
export const setSecret = '•••'

/** Settings of a new account: every default that is declared. */
export const defaultsOf = (schema: object): Settings =>
  Object.fromEntries(
    Object.entries(propertiesOf(schema)).map(([name, property]) => [
      name,
      structuredClone(property.default ?? emptyOf(property))
    ])
  )

function emptyOf({ type, enum: values, secret }: Property): unknown {
  if (secret) return ''
  if (values) return values[0]
  if (type === 'boolean') return false
  if (type === 'array') return []
  return type === 'integer' || type === 'number' ? null : ''
}

/** Settings of an account with defaults where it has none: a setting may be newer than the account. */
export function settingsOf(schema: object, kept: Settings): Settings {
  const defaults = defaultsOf(schema)
  return Object.fromEntries(
    Object.keys(defaults).map((name) => [name, structuredClone(kept[name] ?? defaults[name])])
  )
}

/** True when `when` of the setting, and of what it hangs on, says so. */
export function isShown(schema: object, values: Settings, name: string, seen: string[] = []): boolean {
  const when = propertiesOf(schema)[name]?.when
  if (!when || seen.includes(name)) return true
  return values[when.field] === when.is && isShown(schema, values, when.field, [...seen, name])
}

/** "Receiving / Réception" in one language; a group without a slash is the same in both. */
export function groupTitle(group: string, locale: Locale): string {
  const [en = '', fr = en] = group.split(' / ')
  return locale === 'fr' ? fr : en
}

function controlOf(name: string, { control, secret, choices, enum: values, type }: Property): Control {
  if (secret || control === 'password') return 'secret'
  if (control) return control as Control
  if (choices || values) return 'choice'
  // The declaration has no control for a reference yet; its name says what it is.
  if (name.endsWith('AccountId')) return 'account'
  if (type === 'boolean') return 'switch'
  if (type === 'array') return 'lines'
  return type === 'integer' || type === 'number' ? 'number' : 'text'
}

/** The form that a channel's settings declare, in the order of their declaration, by group. */
export function groupsOf(
  schema: object,
  values: Settings,
  locale: Locale
): { title: string; fields: SettingField[] }[] {
  const groups = new Map<string, SettingField[]>()
  for (const [name, property] of Object.entries(propertiesOf(schema))) {
    const title = groupTitle(property.group ?? '', locale)
    if (!groups.has(title)) groups.set(title, [])
    if (!isShown(schema, values, name)) continue
    const { label, help, choices, enum: listed, minimum, maximum, maxLength, minLength } = property
    groups.get(title)?.push({
      name,
      label: label?.[locale] ?? name,
      help: help?.[locale],
      control: controlOf(name, property),
      required: (minLength ?? 0) > 0 && property.default === undefined,
      choices:
        choices?.map((choice) => ({ value: choice.value, label: choice.label[locale] })) ??
        listed?.map((value) => ({ value: String(value), label: String(value) })) ??
        [],
      minimum,
      maximum,
      maxLength
    })
  }
  return [...groups].map(([title, fields]) => ({ title, fields })).filter(({ fields }) => fields.length)
}

/** Lines of a text as the list they are kept as: trimmed, without empty ones. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** What is checked: a secret that is set counts as left out, one that is not as empty. */
export const checkable = (schema: object, values: Settings): Settings =>
  Object.fromEntries(
    Object.entries(propertiesOf(schema)).map(([name, property]) => {
      const value = values[name]
      if (!property.secret) return [name, value]
      return [name, value === setSecret ? (property.default ?? '') : (value ?? '')]
    })
  )

/** Is the setting at this path a secret that the hub has and that is not to be changed? There is nothing to check. */
export const isKeptSecret = (values: Settings, path: string): boolean =>
  values[path.split('/')[0] ?? ''] === setSecret

/** What a setting is called, when this channel declares it. */
export const labelOf = (schema: object, name: string, locale: Locale): string | undefined =>
  propertiesOf(schema)[name]?.label?.[locale]
