import { Value } from 'typebox/value'
import type { TSchema } from 'typebox'
import { explain, type Refusal } from '../../call.ts'
import { t, type WordKey } from '../../words.svelte.ts'

/** `path` is written with slashes and without the request's outer shell: `name`, `holidays/0/day`. */
export interface FieldError {
  path: string
  message: string
}

interface SchemaError {
  keyword: string
  instancePath: string
  params: Record<string, unknown>
}

const word = ({ keyword, params }: SchemaError, value: unknown): string => {
  const limit = Number(params['limit'] ?? 0)
  if (value === '' || value === null || value === undefined) return t('admin.error-needed')
  if (keyword === 'minLength' || keyword === 'minItems')
    return limit > 1 ? t('admin.error-min-length', { limit }) : t('admin.error-needed')
  if (keyword === 'maxLength') return t('admin.error-max-length', { limit })
  if (keyword === 'maxItems') return t('admin.error-max-items', { limit })
  if (keyword === 'minimum') return t('admin.error-minimum', { limit })
  if (keyword === 'maximum') return t('admin.error-maximum', { limit })
  if (keyword === 'format' && params['format'] === 'email') return t('admin.error-email')
  if (keyword === 'pattern' && typeof value === 'string' && !value.trim()) return t('admin.error-needed')
  return t('admin.error-form')
}

const at = (value: unknown, path: string): unknown =>
  path.split('/').reduce<unknown>((part, key) => (part as Record<string, unknown> | null)?.[key], value)

/** What does not fit a declared form, in plain words, at most one line a path. */
export function check(schema: TSchema | object, value: object): FieldError[] {
  const found = new Map<string, string>()
  for (const error of Value.Errors(schema as TSchema, value) as unknown as SchemaError[]) {
    const path = error.instancePath.slice(1)
    if (error.keyword === 'required') {
      for (const name of (error.params['requiredProperties'] as string[] | undefined) ?? [])
        found.set(path ? `${path}/${name}` : name, t('admin.error-needed'))
    } else if (path && !found.has(path)) found.set(path, word(error, at(value, path)))
  }
  return [...found].map(([path, message]) => ({ path, message }))
}

const shell = /^\/?(body\/)?(change\/)?(agent\/)?/

const sentences: [RegExp, WordKey][] = [
  [/taken/, 'admin.error-taken'],
  [/overlap/, 'admin.error-overlap'],
  [/time zone/, 'admin.error-zone'],
  [/ever meet/, 'adminQueue.fault-contrary'],
  [/ends below/, 'adminQueue.fault-levels'],
  [/later than the one before/, 'adminQueue.fault-step-order'],
  [/after the last step/, 'adminQueue.fault-ending-order'],
  [/without end/, 'adminQueue.fault-circle'],
  [/needs time/, 'adminQueue.fault-time'],
  [/does not exist|names no/, 'admin.error-reference']
]

/**
 * The hub's complaints about fields, in the reader's language where the hub's own sentence is known.
 * @param blames field that a refusal is about when it names none
 */
export function complaintsOf(refusal: Refusal, blames: Partial<Record<string, string>> = {}): FieldError[] {
  const blamed = blames[refusal.name]
  if (!refusal.fields.length && blamed) return [{ path: blamed, message: explain(refusal) }]
  return refusal.fields.map(({ path, message }) => ({
    path: path.replaceAll('.', '/').replace(shell, ''),
    message: t(sentences.find(([known]) => known.test(message))?.[1] ?? 'admin.error-form')
  }))
}
