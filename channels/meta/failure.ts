import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { cleanLine } from '../clean-text.ts'
import { ChannelError, type ChannelFailure } from '../channel.ts'
import { limits } from './limits.ts'

/** An error as the Graph API answers it, and as statuses of messages carry it. */
export const MetaError = Type.Object({
  code: Type.Integer(),
  error_subcode: Type.Optional(Type.Integer()),
  title: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
  error_data: Type.Optional(Type.Object({ details: Type.Optional(Type.String()) }))
})
export type MetaError = Static<typeof MetaError>

interface Known {
  is: ChannelFailure
  words: string
  /** Seconds to wait where Meta does not say how long. */
  wait?: number
}

const refused = (words: string): Known => ({ is: 'refused', words })
const limited = (words: string, wait: number): Known => ({ is: 'rate-limited', words, wait })
const unauthorized = (words: string): Known => ({ is: 'unauthorized', words })
const away = (words: string): Known => ({ is: 'unreachable', words })

/** Codes of Graph and Cloud API (developers.facebook.com, "Error codes"), in plain words. */
const codes: Record<number, Known> = {
  0: unauthorized('Meta does not accept the access token.'),
  1: away('Meta has a fault of its own.'),
  2: away('Meta is away for a moment.'),
  3: unauthorized('The access token lacks the permission for this.'),
  4: limited('The app has asked Meta too often.', 60),
  10: unauthorized('The access token lacks the permission for this.'),
  17: limited('Meta was asked too often.', 60),
  32: limited('Meta was asked too often.', 60),
  102: unauthorized('The access token has expired.'),
  190: unauthorized('Meta does not accept the access token.'),
  368: refused('Meta has blocked the account for breaking its policies.'),
  613: limited('Meta was asked too often.', 60),
  230: refused('Meta does not allow this with the customer: they have not agreed to it.'),
  551: refused('The customer cannot be reached now: they have blocked the account, or are gone.'),
  1200: away('Meta could not send it this time.'),
  10900: refused('The comment was answered in private already; Meta allows that once.'),
  10903: refused('Meta does not allow an answer to this comment.'),
  80001: limited('The page has asked Meta too often.', 300),
  80002: limited('The Instagram account has asked Meta too often.', 300),
  80006: limited('More messages were sent in a moment than the page may.', 60),
  80007: limited('The business account has asked Meta too often.', 60),
  130429: limited('More messages were sent in a moment than the number may.', 5),
  130472: refused('Meta keeps this message from the customer (an experiment of Meta’s).'),
  130497: refused('The account may not write to customers in this country.'),
  131000: away('Meta has a fault of its own.'),
  131005: unauthorized('The access token lacks the permission for this.'),
  131008: refused('Meta misses a part of the message.'),
  131009: refused('Meta does not take a part of the message.'),
  131016: away('Meta is away for a moment.'),
  131021: refused('The number cannot write to itself.'),
  131026: refused(
    'It cannot be delivered: the customer has no WhatsApp at this number, an old version of it, or has not agreed to its terms.'
  ),
  131030: refused('A test number only writes to the recipients listed at Meta.'),
  131031: refused('Meta has locked the account.'),
  131042: refused('Meta has no valid payment method for the account.'),
  131045: refused('The number is not registered with Meta.'),
  131047: refused(
    'More than 24 hours have passed since the customer last wrote: only an approved template may be sent.'
  ),
  131048: limited('Customers have blocked or reported the number; Meta lets fewer messages through.', 3600),
  131049: refused('Meta holds it back, because the customer gets much of this kind.'),
  131050: refused('The customer does not want messages of this kind.'),
  131051: refused('WhatsApp does not carry a message of this type.'),
  131052: refused('Meta could not fetch the file that the customer sent.'),
  131053: refused('Meta does not take the file.'),
  131056: limited('Too many messages to one customer in a moment.', 6),
  132000: refused('The values given are not as many as the template has blanks.'),
  132001: refused('Meta has no approved template of this name in this language.'),
  132005: refused('Filled in, the template is too long.'),
  132007: refused('The template breaks a rule of WhatsApp’s.'),
  132012: refused('A value, or the file, is not of the kind that the template takes there.'),
  132015: refused('Meta has paused the template for a while, because customers did not like it.'),
  132016: refused('Meta has disabled the template, because customers did not like it.'),
  132018: refused('A value of the template has a line break, a tab or more than four spaces in a row.'),
  133004: away('Meta is away for a moment.'),
  133010: refused('The number is not registered with Meta.')
}

const outside = refused(
  'The customer last wrote too long ago: Meta lets answers through for 24 hours, and for 7 days what a person wrote.'
)
const unwilling = refused('The customer takes no messages from this account now.')
const nobody = refused('Meta knows nobody of this ID: they wrote to another account, or are gone.')

/** Where the code alone says too little ("Messenger Platform: common error codes"; 25… are Instagram's). */
const subcodes: Record<number, Known> = {
  463: unauthorized('The access token has expired.'),
  467: unauthorized('The access token has expired.'),
  1545041: unwilling,
  2018001: nobody,
  2018028: unauthorized('Until Meta has reviewed the app, it may only write to people with a role in it.'),
  2018047: refused('Meta does not take the file.'),
  2018065: outside,
  2018108: unwilling,
  2018109: refused('The file is larger than Meta takes.'),
  2018278: outside,
  2534014: nobody,
  2534022: outside
}

function knownOf({ code, error_subcode: sub }: MetaError): Known | undefined {
  const finer = sub === undefined ? undefined : subcodes[sub]
  if (finer) return finer
  // What may not be seen is not told apart from what is not there.
  if (code === 100 && sub === 33)
    return refused('Meta has nothing of this ID, or the access token may not see it.')
  // 200 to 299 are permissions, one number each.
  return codes[code] ?? (code >= 200 && code < 300 ? codes[10] : undefined)
}

/** Why, in plain words, with Meta's number for those who look it up. */
export function reasonOf(error: MetaError): string {
  const said = error.error_data?.details ?? error.message ?? error.title ?? ''
  const words = knownOf(error)?.words ?? `Meta says: ${cleanLine(said, limits.detailChars) || 'nothing'}.`
  return `${words} (${String(error.code)})`
}

/** What became of a request that Meta answered with a failure. `waitSeconds`: what its headers say. */
export function failureOf(status: number, body: unknown, waitSeconds: number | null): ChannelError {
  const given = (body as { error?: unknown } | null)?.error
  const error = Value.Check(MetaError, given) ? given : null
  const known = error ? knownOf(error) : undefined
  const words = error ? reasonOf(error) : `Meta answered ${String(status)}.`
  const is = known?.is ?? byStatus(status)
  const wait = waitSeconds ?? known?.wait
  return new ChannelError(is, words, {
    ...(is === 'rate-limited' && { retryAfterMs: (wait ?? 30) * 1000 })
  })
}

function byStatus(status: number): ChannelFailure {
  if (status === 401) return 'unauthorized'
  if (status === 429) return 'rate-limited'
  return status >= 500 || status === 408 ? 'unreachable' : 'refused'
}
