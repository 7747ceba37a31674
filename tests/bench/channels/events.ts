import { diceOf } from '../dice.ts'
import {
  callOf,
  messageChange,
  metaJson,
  signatureOf,
  type GraphNumber
} from '../../simulators/graph/webhooks.ts'

/** One call of the webhook, signed, as it goes out; several may carry the same event. */
export interface Call {
  externalId: string
  body: string
  signature: string
}

/** Events of one customer come up to so many places earlier or later than they were written. */
const disorder = 60
const perCustomer = 7

/**
 * So many calls, of which a share repeats what another one carries, in an order that is not that of the events. The same
 * ones in every run.
 */
export function stormOf(number: GraphNumber, count: number, repeated: number): Call[] {
  const dice = diceOf(7)
  const distinct = Math.round(count * (1 - repeated))
  const customers = Math.ceil(distinct / perCustomer)
  const calls = Array.from({ length: distinct }, (_, i): Call & { place: number } => {
    const externalId = `wamid.${Buffer.from(`storm-${String(i)}`).toString('base64')}`
    const from = `22177${String(1_000_000 + dice.between(0, customers - 1))}`
    const text = `Question ${String(i)}: ${'where is my card? '.repeat(dice.between(1, 6))}`
    const change = messageChange(number, from, { type: 'text', text: { body: text } }, { id: externalId })
    const body = metaJson(callOf(number, [change]))
    const place = (i / distinct) * count + dice.between(0, disorder)
    return { externalId, body, signature: signatureOf(body, number.appSecret), place }
  })
  const repeats = dice
    .some(
      calls.map((_, i) => i),
      count - distinct
    )
    .map((i) => ({ ...calls[i]!, place: calls[i]!.place + dice.between(0, disorder * 5) }))
  return [...calls, ...repeats].sort((a, b) => a.place - b.place)
}
