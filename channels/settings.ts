import { Type, type TSchema, type TSchemaOptions } from 'typebox'

/** A label in both languages of the app. */
export interface Words {
  en: string
  fr: string
}

/**
 * How a setting is shown in the administration form, declared beside its type. `help` states the consequence.
 * `secret` settings are encrypted at rest and never leave the hub; `when` shows a field only for one value of another.
 */
export interface FieldHints {
  label: Words
  help?: Words
  secret?: boolean
  control?: 'text' | 'number' | 'switch' | 'choice' | 'color' | 'lines' | 'password' | 'textarea' | 'words'
  choices?: { value: string; label: Words }[]
  when?: { field: string; is: string | boolean }
  group?: string
}

/**
 * A copy of a TypeBox schema with form hints: `field(Type.String(), { label: … })`. The schema itself stays as it is, so
 * that several fields can share one; a spread would lose TypeBox's own properties, which cannot be enumerated.
 */
export const field = <T extends TSchema>(schema: T, hints: FieldHints & TSchemaOptions): T =>
  Object.assign(Object.defineProperties({}, Object.getOwnPropertyDescriptors(schema)) as T, hints)

/** A setting that is one of a few words. */
export const choice = <const V extends readonly string[]>(values: V, standard: V[number]) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: [...values], default: standard })

/** The names of a settings schema's fields that hold secrets. */
export const secretFields = (settings: { properties: Record<string, TSchema> }): string[] =>
  Object.entries(settings.properties)
    .filter(([, schema]) => (schema as { secret?: boolean }).secret === true)
    .map(([name]) => name)

/** Text in both languages as a setting (a greeting, a notice). */
export const WordsSchema = Type.Object({ en: Type.String(), fr: Type.String() })
