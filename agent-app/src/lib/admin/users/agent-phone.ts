import { Value } from 'typebox/value'
import { AgentPhone } from '@palabre/config/contract/agent'

export type PhoneKind = 'browser' | AgentPhone['kind']

/** Another kind of phone, blank; a voice box may answer anything but a browser, so that a key is asked for. */
export const blankPhone = (kind: PhoneKind): AgentPhone | null => {
  if (kind === 'browser') return null
  return kind === 'number' ? { kind, number: '', confirms: true } : { kind, uri: 'sip:', confirms: false }
}

/** As numbers are written by people: spaces, dots and brackets do not count, 00 is +. */
export const tidyNumber = (text: string): string => text.replace(/[\s().-]/g, '').replace(/^00/, '+')

/** Does it lead anywhere, as far as one can see? */
export const isPhone = (phone: AgentPhone | null): boolean => phone === null || Value.Check(AgentPhone, phone)
