import { dialRefusals } from '@palabre/config/contract/call'
import { explain, Refusal } from '../call.ts'
import { t } from '../words.svelte.ts'

/** Why a number was not called; the hub tells which rule in its detail. */
export function sayDialRefusal(error: unknown): string {
  const rule = error instanceof Refusal ? dialRefusals.find((name) => name === error.detail) : undefined
  return rule ? t(`call.dial-refused-${rule}`) : explain(error)
}
