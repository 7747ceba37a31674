import { Type, type Static } from 'typebox'

/** Every refusal that Palabre gives, once: name → HTTP status and a sentence. The app translates the name. */
export const refusals = {
  'invalid-input': [400, 'The request is not of the declared form'],
  'malformed-body': [400, 'The body cannot be read'],
  'not-signed-in': [401, 'Sign in first'],
  'wrong-credentials': [401, 'The email address or the password is wrong'],
  'visitor-rejected': [401, 'The visitor identity is not valid'],
  'not-permitted': [403, 'Your role does not allow this'],
  'wrong-origin': [403, 'Requests from this origin are not taken'],
  'account-locked': [423, 'Too many wrong passwords; wait, or ask an administrator'],
  'password-change-required': [403, 'Choose a new password first'],
  'weak-password': [422, 'The password is too weak'],
  'not-found': [404, 'There is no such thing, or you may not see it'],
  'changed-meanwhile': [409, 'Somebody changed it meanwhile; look at it again'],
  'already-exists': [409, 'It exists already'],
  'still-in-use': [409, 'Something else still uses it'],
  'not-offered': [409, 'It is not offered to you any more'],
  'not-yours': [409, 'It is not in your hands'],
  'wrong-state': [409, 'Its state does not allow this'],
  'not-ready': [409, 'The agent cannot take it now'],
  'over-capacity': [409, 'The agent is at capacity'],
  'slot-taken': [409, 'This time is taken meanwhile; choose another'],
  'already-asked': [409, 'A callback of this number is waiting already'],
  'wrong-code': [422, 'The code is wrong, or too old'],
  'too-late': [409, 'It has left already'],
  'disposition-required': [422, 'Choose a disposition first'],
  'unknown-reference': [422, 'It refers to something that does not exist'],
  'not-deliverable': [422, 'This channel cannot carry the message'],
  'outside-hours': [409, 'It is closed now'],
  'too-large': [413, 'It is larger than the limit'],
  'wrong-type': [415, 'This type of content is not taken'],
  'too-many-requests': [429, 'Too many requests; wait a moment'],
  'channel-failed': [502, 'The far side did not take it'],
  'starting-up': [503, 'Palabre is starting or stopping; try again'],
  unexpected: [500, 'Something went wrong on our side']
} as const satisfies Record<string, readonly [number, string]>

export type RefusalName = keyof typeof refusals

/** The body of every answer that is not 2xx. */
export const RefusalReply = Type.Object({
  error: Type.String({ description: 'Name of the refusal' }),
  message: Type.String(),
  fields: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
  detail: Type.Optional(Type.String())
})
export type RefusalReply = Static<typeof RefusalReply>
