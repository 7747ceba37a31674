import { isFields, type Verb } from '../frame.ts'
import type { Session } from '../session.ts'
import type { Run } from '../stage.ts'
import { detect } from './amd.ts'
import { openStream } from './listen.ts'

/** Settings of the session; of these, background listen, notifyEvents and amd have an effect here. */
export const config: Run<Session> = (session, verb) => {
  configure(session, verb)
  return Promise.resolve()
}

export function configure(session: Session, verb: Verb) {
  if (typeof verb['notifyEvents'] === 'boolean') session.notifies = verb['notifyEvents']
  if (isFields(verb['amd'])) detect(session, session.leg, verb['amd'], (verbs) => session.redirect(verbs))
  const listen = verb['listen'] ?? verb['stream']
  if (!isFields(listen)) return
  session.background?.stop()
  session.background = undefined
  if (listen['enable'] === false) return
  session.leg.answer()
  session.background = openStream(session, listen)
}
