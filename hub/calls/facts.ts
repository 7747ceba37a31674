import type { PartyEnd } from '@palabre/channels/call'
import type { CallFacts } from '@palabre/config/contract/call'
import type { LogLine } from '../record/logged.ts'
import { customerTag, type CallDoc, type PartyDoc } from './call.model.ts'

type Told = Pick<LogLine, 'at' | 'name' | 'figures'>

/** What reports need of a call that ends now, from its own story. */
export function factsOf(
  call: Pick<CallDoc, 'direction' | 'startedAt' | 'log'>,
  parties: PartyDoc[],
  endedBy: CallFacts['endedBy'],
  end: PartyEnd | null,
  now: Date
): CallFacts {
  const customer = parties.find(({ tag }) => tag === customerTag)
  const { talkMs, firstTalkAt } = talkIn(call, now)
  const heldMs =
    (customer?.heldMs ?? 0) + (customer?.heldSince ? now.getTime() - customer.heldSince.getTime() : 0)
  const count = (isSo: (line: Told) => boolean) => call.log.filter(isSo).length
  return {
    direction: call.direction,
    waitSeconds: seconds((firstTalkAt ?? now.getTime()) - call.startedAt.getTime()),
    alertSeconds: seconds(alertIn(call, now)),
    talkSeconds: seconds(talkMs),
    holdSeconds: seconds(heldMs),
    holds: count(
      ({ name, figures }) =>
        (name === 'held' && (figures['tag'] ?? customerTag) === customerTag) ||
        (name === 'invited' && figures['privately'] === 1)
    ),
    offered: new Set(parties.flatMap(({ offerId }) => offerId?.toHexString() ?? [])).size,
    transfers: count(({ name }) => name === 'handedOver' || name === 'passedOn'),
    endedBy,
    cause: end?.cause ?? null,
    sipStatus: end?.sipStatus ?? null
  }
}

const seconds = (ms: number) => Math.max(0, Math.round(ms / 1000))

/** The time in which the customer and somebody else were on the line together. */
function talkIn({ direction, log }: Pick<CallDoc, 'direction' | 'log'>, now: Date) {
  const talkers = new Set<string>()
  let isCustomerIn = direction === 'in'
  let since: number | null = null
  let talkMs = 0
  let firstTalkAt: number | null = null
  const settle = (at: number) => {
    const talks = isCustomerIn && talkers.size > 0
    if (talks && since === null) {
      since = at
      firstTalkAt ??= at
    } else if (!talks && since !== null) {
      talkMs += at - since
      since = null
    }
  }
  for (const { at, name, figures } of log) {
    const tag = String(figures['tag'])
    if ((name === 'joined' || name === 'confirmed') && tag === customerTag) isCustomerIn = true
    else if ((name === 'joined' && figures['talks'] === 1) || name === 'confirmed') talkers.add(tag)
    else if (name === 'left') talkers.delete(tag)
    settle(at.getTime())
  }
  isCustomerIn = false
  settle(now.getTime())
  return { talkMs, firstTalkAt }
}

/** The time in which phones rang. */
function alertIn({ log }: Pick<CallDoc, 'log'>, now: Date): number {
  let since: number | null = null
  let ms = 0
  const stop = (at: number) => {
    if (since !== null) ms += at - since
    since = null
  }
  for (const { at, name, figures } of log) {
    if (name === 'ringing' || name === 'dialled') since ??= at.getTime()
    else if (name === 'waiting' || name === 'voicemail' || name === 'confirmed') stop(at.getTime())
    else if (name === 'joined' && (figures['tag'] === customerTag || log[0]?.name !== 'dialled'))
      stop(at.getTime())
  }
  stop(now.getTime())
  return ms
}
