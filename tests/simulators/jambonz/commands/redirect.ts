import { isFields, type Command, type Fields } from '../frame.ts'
import type { Session } from '../session.ts'
import { validate } from '../verbs/validate.ts'

/** New verbs for the call, or addresses to ask for them: for the caller, and for whom the caller's dial reached. */
export function redirectCall(session: Session, { data, queueCommand }: Command) {
  if (Array.isArray(data)) return session.redirect(validate(data), queueCommand)
  if (!isFields(data)) return
  // `{parent_call, child_call}` is a TypeError in 0.9.8, and nothing happens.
  const { call_hook, child_call_hook } = data
  if (child_call_hook !== undefined) void redirectBoth(session, data)
  else if (call_hook !== undefined)
    void session.ask('session:redirect', call_hook, session.about()).then((verbs) => {
      if (verbs) session.redirect(verbs)
    })
}

/** Splits a connected dial: both are asked at once on the caller's line, then the child gets a session of its own. */
async function redirectBoth(session: Session, { call_hook, child_call_hook }: Fields) {
  const { dial, leg } = session
  const child = dial?.connected
  if (!dial || !child) return
  const parent = leg.info.toJson()
  const [own, childs] = await Promise.all([
    session.ask('session:redirect', call_hook, parent),
    session.ask('session:redirect', child_call_hook, child.info.toJson())
  ])
  if (!childs) return
  dial.split = () => session.platform.adult(child, session.server, session.requestor.base, parent, childs)
  // Without verbs of its own the caller goes on behind the dial.
  session.redirect(own ?? session.stack)
}
