import type { Alert } from '@palabre/config/contract/alert'
import { format, t } from '../words.svelte.ts'

/** What is wrong, in one sentence. */
export function sayAlert({ kind, subject, figures }: Alert): string {
  const at = figures['expiresAt'] ?? figures['lastAt']
  return t(`alert.${kind}`, { name: subject.name, when: typeof at === 'string' ? format.date(at) : '' })
}

/** Where one can do something about it. */
export const placeOf = ({ subject }: Alert): string => `/admin/accounts/${subject.id}`
