import { randomUUID } from 'node:crypto'
import type { Run } from '../stage.ts'

/** An SMS: kept for tests to read. The result's shape is not verified. */
export const message: Run = (stage, verb) => {
  const { to, from, text, media } = verb
  stage.platform.messages.push({ to, from, text, media })
  return stage.act(verb, { message_sid: randomUUID(), message_status: 'success' })
}
