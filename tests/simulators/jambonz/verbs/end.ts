import type { Run } from '../stage.ts'

/** Hangs up what is answered. Unanswered callers are left hanging: a trap of 0.9.8, `sip:decline` is for them. */
export const hangup: Run = ({ leg }) => {
  leg.bye()
  return Promise.resolve()
}

/** Refuses a call that is not answered yet; afterwards it does nothing. */
export const decline: Run = ({ leg }, verb) => {
  if (leg.info.kind === 'inbound') leg.refuse(Number(verb['status']), true)
  return Promise.resolve()
}
