import type { NumberCheck } from '@palabre/config/contract/call'
import { channelNamed } from '@palabre/channels/registry'
import { contactAt } from '../contacts/find.ts'
import type { VoiceDoor } from './door.ts'
import { clockText, minutesIn } from './local-time.ts'

/**
 * What a number is, and why it may not be called now: no number, a beginning that the account does not allow (toll
 * fraud), a contact who asked not to be called, or the wrong time of day where they live; where a country has several
 * times, at one of them. Whoever asked to be called back (`isAsked`) wants it at any time.
 */
export async function checkNumber(
  door: VoiceDoor | null,
  text: string,
  now: Date,
  { isAsked = false } = {}
): Promise<NumberCheck> {
  if (!door) return { ...unknown, refusal: 'no-line' }
  const number = door.calls.number(text, door.opened)
  if (number === null) return { ...unknown, refusal: 'not-a-number' }
  const { prefixes, hours } = door.policy.dialling
  const country = door.calls.country(number)
  const times = minutesIn(country, now)
  const contact = await contactAt(channelNamed(door.account.channel).point, number)
  const [time] = times
  const refusal = !prefixes.some((prefix) => number.startsWith(prefix))
    ? 'not-allowed'
    : contact?.doNotCall && !isAsked
      ? 'do-not-call'
      : times.some((minutes) => minutes < hours.from || minutes >= hours.to) && !isAsked
        ? 'out-of-hours'
        : null
  return {
    number,
    country,
    localTime: times.length === 1 && time !== undefined ? clockText(time) : null,
    contact: contact && { id: contact._id.toHexString(), name: contact.name },
    refusal
  }
}

const unknown = { number: null, country: null, localTime: null, contact: null }
