import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { cleanLine } from '../clean-text.ts'
import { ChannelError, type ChannelFailure } from '../channel.ts'
import { limits } from './limits.ts'

const text = Type.Optional(Type.String())

/** RFC 9457 as version 2 of the API answers it, and the older `errors` with numbers, which come as well. */
const Problem = Type.Object({
  title: text,
  detail: text,
  type: text,
  reason: text,
  errors: Type.Optional(
    Type.Array(Type.Object({ code: Type.Optional(Type.Integer()), message: text, detail: text, title: text }))
  )
})
type Problem = Static<typeof Problem>

interface Known {
  is: ChannelFailure
  words: string
}

const refused = (words: string): Known => ({ is: 'refused', words })
const unauthorized = (words: string): Known => ({ is: 'unauthorized', words })
const away = (words: string): Known => ({ is: 'unreachable', words })
const limited = (words: string): Known => ({ is: 'rate-limited', words })

const keys = unauthorized('X does not accept the keys of the app or of the account.')
const revoked = unauthorized('X does not accept the access token: it is wrong, has expired or was revoked.')
const locked = unauthorized('X has locked or suspended the account.')
const level = unauthorized('The app lacks the permission or the access level for this.')
const noMessages = refused(
  'This person takes no direct messages from the account: they do not follow it, or have closed or blocked it.'
)
const twice = refused('The account has already posted these very words; X does not take them twice.')
const gone = refused('The post or the person is not there any more, or is not shown to the account.')
const notSummoned = refused(
  'X lets the account answer only who has mentioned or quoted it, and as they allow answers.'
)

/** Numbers of X (docs.x.com, "Response codes"; developer.x.com, "Error codes"), in plain words. */
const codes: Record<number, Known> = {
  17: gone,
  32: keys,
  34: gone,
  50: gone,
  63: refused('X has suspended this person.'),
  64: locked,
  88: limited('X was asked too often.'),
  89: revoked,
  99: keys,
  108: gone,
  130: away('X is overloaded.'),
  131: away('X has a fault of its own.'),
  135: unauthorized('X does not accept the signature: is the clock of this server right?'),
  136: refused('This person has blocked the account.'),
  144: gone,
  150: noMessages,
  151: refused('X did not send the direct message.'),
  179: gone,
  185: limited('The account has posted as much as X allows for now.'),
  186: refused('The text is too long for X.'),
  187: twice,
  215: keys,
  220: level,
  226: refused('X takes it for automated and did not send it.'),
  261: level,
  324: refused('X does not take the file.'),
  325: refused('X does not know the file any more.'),
  326: locked,
  349: noMessages,
  385: gone,
  415: keys,
  416: locked,
  433: notSummoned,
  453: level
}

/** Words of problems that come without a number. The first that fits counts. */
const phrases: [pattern: RegExp, known: Known][] = [
  [/duplicate content/i, twice],
  [/dm one or more participants|cannot send messages to this user|send.*direct message/i, noMessages],
  [/reply to this conversation is not allowed|not.*(mentioned|engaged|summoned)/i, notSummoned],
  [/problems\/(client-forbidden|unsupported-authentication)|oauth1-permissions|client-not-enrolled/i, level],
  [
    /problems\/(usage-capped|credits?-depleted)/i,
    limited('The app has used up what its access level allows.')
  ],
  [/problems\/(resource-not-found|not-authorized-for-resource|resource-unavailable)/i, gone],
  [/suspended|account is temporarily locked/i, locked]
]

const statuses: Record<number, Known> = {
  401: revoked,
  402: unauthorized('X wants to be paid: the credits of the developer account are used up.'),
  404: gone,
  408: away('X did not answer in time.'),
  429: limited('X was asked too often.')
}

/** What became of a question that X answered with a failure; `waitMs`: how long X wants to be left alone. */
export function failureOf(status: number, body: unknown, waitMs: number | null): ChannelError {
  const problem = Value.Check(Problem, body) ? body : {}
  const code = problem.errors?.find((error) => error.code !== undefined)?.code
  const known =
    (code === undefined ? undefined : codes[code]) ??
    (status < 500 && status !== 401 && status !== 429 ? phraseOf(problem) : undefined) ??
    statuses[status]
  const number = code === undefined ? String(status) : `${String(status)}, ${String(code)}`
  const is = known?.is ?? (status >= 500 ? 'unreachable' : 'refused')
  const words = known?.words ?? otherWords(status, problem)
  return new ChannelError(is, `${words} (${number})`, {
    ...(is === 'rate-limited' && { retryAfterMs: waitMs ?? limits.usualLimitMs })
  })
}

const saidIn = ({ title, detail, type, reason, errors = [] }: Problem): (string | undefined)[] => [
  detail,
  ...errors.flatMap((error) => [error.message, error.detail]),
  title,
  type,
  reason
]

function phraseOf(problem: Problem): Known | undefined {
  const said = saidIn(problem).join(' ')
  return phrases.find(([pattern]) => pattern.test(said))?.[1]
}

function otherWords(status: number, problem: Problem): string {
  if (status >= 500) return 'X has a fault of its own.'
  const said = cleanLine(saidIn(problem).find((one) => one) ?? '', limits.detailChars)
  return said === '' ? 'X does not take it.' : `X says: ${said}`
}
