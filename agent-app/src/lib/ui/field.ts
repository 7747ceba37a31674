import { getContext, setContext } from 'svelte'

export interface FieldContext {
  readonly id: string
  readonly describedBy: string | undefined
  readonly invalid: boolean
  readonly required: boolean
}
const key = Symbol('field')

/** Called by Field: its control finds id, description and validity by itself. */
export const provideField = (field: FieldContext) => setContext(key, field)

/** Attributes for the control inside a Field; nothing outside of one. */
export function fieldAttributes() {
  const field = getContext<FieldContext | undefined>(key)
  return () =>
    field
      ? {
          id: field.id,
          'aria-describedby': field.describedBy,
          'aria-invalid': field.invalid ? ('true' as const) : undefined,
          'aria-required': field.required ? ('true' as const) : undefined
        }
      : {}
}
