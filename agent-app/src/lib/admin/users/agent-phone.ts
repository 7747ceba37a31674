import { updateAgent, type AgentPhone } from '@palabre/config/contract/agent'
import { t } from '../../words.svelte.ts'
import { check, type FieldError } from '../records/check.ts'

export type PhoneKind = 'browser' | AgentPhone['kind']

/** Another kind of phone, blank; a voice box may answer anything but a browser, so that a key is asked for. */
export const blankPhone = (kind: PhoneKind): AgentPhone | null => {
  if (kind === 'browser') return null
  return kind === 'number' ? { kind, number: '', confirms: true } : { kind, uri: 'sip:', confirms: false }
}

/** As numbers are written by people: spaces, dots and brackets do not count, 00 is +. */
export const tidyNumber = (text: string): string => text.replace(/[\s().-]/g, '').replace(/^00/, '+')

/** What is wrong with a phone, in words. */
export function checkPhone(phone: AgentPhone | null): FieldError[] {
  if (phone === null || check(updateAgent.body, { change: { phone } }).length === 0) return []
  return [{ path: 'phone', message: t(`admin.error-phone-${phone.kind}`) }]
}
