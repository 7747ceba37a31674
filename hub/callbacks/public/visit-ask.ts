import type { askVisitCallback, codeVisitCallback } from '@palabre/config/contract/callback'
import type { Input, Reply } from '@palabre/config/contract/define'
import { checkNumber } from '../../calls/check-number.ts'
import type { Hub } from '../../hub.ts'
import { Refusal, refuse } from '../../refuse.ts'
import { catalogOf } from '../../settings/catalog.ts'
import { isOpen } from '../../settings/opening.ts'
import { estimateOf } from '../../visitors/wait.ts'
import { momentOf } from '../../wire.ts'
import { askCallback } from '../ask.ts'
import { Callback, type CallbackDoc } from '../callback.model.ts'
import { lookSoon } from '../notices/look-at.ts'
import { checkCode, newCode, type Proved } from './code.ts'
import { consentOf } from './consent.ts'
import type { CallbackDesk } from './desk.ts'
import { countOne, networkOf } from './limits.ts'
import { mayBeAsked } from './number-rules.ts'
import { sendCode } from './send-code.ts'
import { pagePath } from './token.ts'

/** From where somebody asks. */
export interface Asker {
  /** Who they are at the account: a key of theirs is nobody else's. */
  visit: string
  /** Of the network. */
  address: string
  /** The origin of the page. */
  site: string
}

type Body = Input<typeof askVisitCallback>['body']
type Done = Reply<typeof askVisitCallback>

/** The number in its one form. Refuses `invalid-input`, and `not-deliverable` for those that nobody may have called. */
async function numberFor({ queue, door }: CallbackDesk, text: string): Promise<string> {
  const { number, refusal } = await checkNumber(door, text, new Date(), { isAsked: true })
  if (number === null)
    return refuse('invalid-input', 'not-a-number', [{ path: 'number', message: 'is no telephone number' }])
  return refusal === null && mayBeAsked(number, queue.callbacks.limits.blocked)
    ? number
    : refuse('not-deliverable', 'number')
}

const provedBy = ({ queue }: CallbackDesk, number: string, email: string | undefined): Proved => ({
  queueId: queue.id,
  number,
  email: queue.callbacks.limits.code === 'mail' ? (email ?? '') : ''
})

/** Sends the code that proves a number, or the address. Refuses like asking does, and `wrong-state` where none is wanted. */
export async function askForCode(
  hub: Hub,
  desk: CallbackDesk,
  { address }: Asker,
  { number: text, email, locale }: Input<typeof codeVisitCallback>['body']
): Promise<void> {
  const { code: way, perAddressHourly, perNumberDaily } = desk.queue.callbacks.limits
  if (way === 'off') return refuse('wrong-state')
  await countOne({ what: 'code-address', whose: networkOf(address), most: perAddressHourly, per: 'hour' })
  const number = await numberFor(desk, text)
  checkEmail(desk, email)
  const proved = provedBy(desk, number, email)
  // Whoever has a code sent to others fills their mailbox, or their phone.
  const whose = way === 'mail' ? proved.email.toLowerCase() : number
  await countOne({ what: 'code', whose, most: perNumberDaily, per: 'day' })
  await sendCode(hub, desk.queue, { ...proved, locale, code: await newCode(hub, proved) })
}

/** An address where the code or nothing goes to it. */
function checkEmail({ queue }: CallbackDesk, email: string | undefined) {
  if (queue.callbacks.limits.code === 'mail' && !email)
    refuse('invalid-input', undefined, [{ path: 'email', message: 'is needed for the code' }])
}

/**
 * Asks for a callback on the web. What is refused says nothing of whether a number is known here. Refuses
 * `too-many-requests` by address, site and number, `wrong-code`, `outside-hours` for now while it is closed, and what
 * asking for a callback refuses.
 */
export async function askOnWeb(hub: Hub, desk: CallbackDesk, asker: Asker, body: Body): Promise<Done> {
  const { queue } = desk
  if (body.consent !== consentOf(queue, body.locale))
    return refuse('invalid-input', undefined, [{ path: 'consent', message: 'is not what is agreed to' }])
  const key = `web:${asker.visit}:${body.key}`
  const known = (await Callback.findOne({
    askedKey: { $eq: key, $type: 'string' }
  }).lean()) as CallbackDoc | null
  if (known) return answer(hub, known)

  const { limits } = queue.callbacks
  await countOne({
    what: 'address',
    whose: networkOf(asker.address),
    most: limits.perAddressHourly,
    per: 'hour'
  })
  await countOne({ what: 'site', whose: asker.site, most: limits.perSiteHourly, per: 'hour' })
  const number = await numberFor(desk, body.number)
  checkEmail(desk, body.email)
  if (body.slot === undefined) await checkNow(hub, desk)
  const isProved = limits.code !== 'off'
  const useCode = isProved
    ? await checkCode(hub, provedBy(desk, number, body.email), body.code)
    : async () => {}
  const giveBack = await countOne({
    what: 'number',
    whose: number,
    most: limits.perNumberDaily,
    per: 'day'
  })
  try {
    const doc = await askCallback(hub, {
      source: 'web',
      queueId: queue.id,
      number,
      name: body.name,
      email: body.email,
      reason: body.reason,
      locale: body.locale,
      ...(body.slot !== undefined && { slotFrom: momentOf(body.slot, 'slot') }),
      key,
      consent: { text: body.consent, address: asker.address, site: asker.site }
    })
    await useCode()
    lookSoon(hub, doc)
    return answer(hub, doc)
  } catch (error) {
    // What was not taken is no call to the number.
    if (error instanceof Refusal) await giveBack()
    throw error
  }
}

async function checkNow(hub: Hub, { queue }: CallbackDesk) {
  const calendar = (await catalogOf(hub)).calendar(queue.calendarId)
  if (!queue.callbacks.now || !isOpen(calendar, new Date())) refuse('outside-hours')
}

const answer = (hub: Hub, doc: CallbackDoc): Done => ({
  state: doc.state,
  number: doc.number,
  slot: doc.slot && { from: doc.slot.from.toISOString(), to: doc.slot.to.toISOString() },
  estimatedWaitS: doc.slot ? null : estimateOf(hub, doc.queueId.toHexString()),
  link: pagePath(hub, doc._id)
})
