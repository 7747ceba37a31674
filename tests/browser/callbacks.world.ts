import type { Callback } from '@palabre/config/contract/callback'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { CallbackBook } from '../simulators/api-hub/callbacks.ts'
import { addInteraction, addMessage, contactOf, offered } from '../simulators/api-hub/desk.ts'
import { ago, newId, type World } from '../simulators/api-hub/world.ts'

export const number = '+221771234567'
const minutes = (count: number) => ago(-count * 60)

/** A queue's day: late, due, of today, tried, far ahead, over; names of every length. */
export function furnishCallbacks(world: World, book: CallbackBook): void {
  const [awa, sam] = world.agents
  const other = world.settings.queue[1]!.id
  const call = () => newId()
  book.furnish(world)
  book.add(world, {
    name: 'Moussa Traoré',
    number: '+22670123456',
    state: 'queued',
    nextAt: null,
    interactionId: newId(),
    slot: { from: minutes(-42), to: minutes(-12) },
    createdAt: ago(90_000)
  })
  book.add(world, {
    name: 'Fatou Ndiaye',
    number: '+221775550101',
    state: 'queued',
    nextAt: null,
    interactionId: newId(),
    slot: { from: minutes(-10), to: minutes(20) },
    agentId: awa!.id,
    reason: 'Wants to know why the transfer of Monday was refused, and what to do so that the rent is paid.'
  })
  book.add(world, {
    name: '',
    number: '+33612345678',
    source: 'missed-call',
    state: 'queued',
    nextAt: null,
    interactionId: newId(),
    reason: '',
    createdAt: ago(260)
  })
  book.add(world, {
    name: 'Jean-Baptiste Ouédraogo-Kaboré de la Compagnie générale des transports du Sahel',
    reason: 'x'.repeat(40).replace(/x/g, 'Very long. '),
    agentId: sam!.id,
    attempts: [
      { at: ago(7200), interactionId: call(), agentId: awa!.id, cause: 'noAnswer' },
      { at: ago(3000), interactionId: call(), agentId: sam!.id, cause: 'busy' }
    ],
    nextAt: minutes(25)
  })
  book.add(world, {
    name: 'أمينة بن علي',
    number: '+213550123456',
    nextAt: minutes(1),
    agentId: awa!.id,
    locale: 'fr'
  })
  book.add(world, {
    name: 'Grace Mensah',
    number: '+233241234567',
    queueId: other,
    slot: book.offer.slots[3]!,
    nextAt: book.offer.slots[3]!.from,
    locale: 'en',
    email: 'grace@shop.example'
  })
  book.add(world, {
    name: 'Ibrahim Sow',
    state: 'done',
    nextAt: null,
    kept: true,
    endedAt: ago(5000),
    interactionId: newId(),
    attempts: [{ at: ago(5400), interactionId: call(), agentId: awa!.id, cause: null }]
  })
  book.add(world, { name: 'Aïcha Koné', state: 'failed', nextAt: null, kept: false, endedAt: ago(9000) })
  book.add(world, { name: 'Paul Martin', state: 'cancelled', nextAt: null, endedAt: ago(90_000) })
}

/** A conversation by chat with somebody whose number is known. */
export function chatOf(world: World): Interaction {
  const contact = contactOf('Amina Diallo', {
    points: [
      { kind: 'phone', value: number, verified: true },
      { kind: 'email', value: 'amina@mail.example', verified: true }
    ]
  })
  const interaction = addInteraction(world, contact)
  addMessage(world, interaction, { text: 'Pouvez-vous m’appeler demain ?' })
  return interaction
}

/** Work of a callback in the agent's hands, with its record. */
export function callbackWork(
  world: World,
  book: CallbackBook,
  change: Partial<Interaction> = {},
  more: Partial<NonNullable<Interaction['callback']>> = {}
): { interaction: Interaction; callback: Callback } {
  const interaction = addInteraction(
    world,
    contactOf('Amina Diallo', { points: [{ kind: 'phone', value: number, verified: true }] }),
    {
      medium: 'callback',
      channel: 'voice',
      customerOnline: null,
      preview: 'My card was swallowed by the machine at the station.',
      acceptedAt: ago(60),
      callback: {
        id: newId(),
        number,
        slot: { from: minutes(-40), to: minutes(-10) },
        askedAt: ago(2400),
        attempts: 0,
        lastCause: null,
        ...more
      },
      ...change
    }
  )
  return { interaction, callback: book.of(world, interaction) }
}

export const offeredWork = (world: World, book: CallbackBook) =>
  callbackWork(world, book, { ...offered(world, 600), channel: 'voice' })
