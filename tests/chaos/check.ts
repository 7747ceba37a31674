import { defaultCapacity } from '@palabre/config/contract/routing'
import { Agent, type AgentDoc } from '@palabre/hub/agents/agent.model'
import { Interaction, type InteractionDoc } from '@palabre/hub/interactions/interaction.model'
import { Message, type MessageDoc } from '@palabre/hub/messages/message.model'
import { Fact, type FactDoc } from '@palabre/hub/record/fact.model'
import type { Struck } from './blows.ts'
import type { Walks } from './walks.ts'

/** What MongoDB holds, read once everything is at rest. */
export interface Record {
  messages: MessageDoc[]
  interactions: InteractionDoc[]
  agents: AgentDoc[]
  facts: FactDoc[]
}

export async function readRecord(): Promise<Record> {
  return {
    messages: (await Message.find().sort({ at: 1, _id: 1 }).lean()) as MessageDoc[],
    interactions: (await Interaction.find().lean()) as InteractionDoc[],
    agents: (await Agent.find().lean()) as AgentDoc[],
    facts: (await Fact.find().sort({ at: 1, n: 1 }).lean()) as FactDoc[]
  }
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** Invariants 1, 5 and 6: what was acknowledged is stored once, in order, in one interaction. */
export function wrongMessages(
  { messages, interactions }: Record,
  { visitors, post, agents }: Walks
): string[] {
  const wrong: string[] = []
  const ids = new Set(interactions.map(({ _id }) => _id.toHexString()))
  for (const { _id, interactionId, conversationId, text } of messages) {
    if (!interactionId || !ids.has(interactionId.toHexString()))
      wrong.push(`"${text}" (${_id.toHexString()}) belongs nowhere`)
    const home = interactions.find((one) => interactionId && one._id.equals(interactionId))
    if (home && !home.conversationId.equals(conversationId ?? ''))
      wrong.push(`"${text}" is in another conversation than its interaction`)
  }
  const incoming = messages.filter(({ kind }) => kind === 'in')
  for (const { name, confirmed } of visitors) {
    const stored = incoming.filter(({ author }) => author.name === name)
    if (
      !same(
        stored.map(({ text }) => text),
        confirmed.map(({ text }) => text)
      )
    )
      wrong.push(
        `${name} said ${confirmed.map(({ text }) => text).join(' | ')}; stored ${stored.map(({ text }) => text).join(' | ')}`
      )
    for (const { id, text } of confirmed)
      if (!stored.some(({ _id }) => _id.toHexString() === id))
        wrong.push(`"${text}" was confirmed as ${id}, which is not stored`)
    if (new Set(stored.map(({ interactionId }) => String(interactionId))).size > 1)
      wrong.push(`${name}'s lines are in several interactions`)
  }
  for (const { messageId, from } of post.accepted) {
    const stored = incoming.filter(({ externalId }) => externalId === messageId)
    if (stored.length !== 1) wrong.push(`mail ${messageId} is stored ${String(stored.length)} times`)
    const thread = incoming.filter(({ address }) => address === from)
    if (new Set(thread.map(({ interactionId }) => String(interactionId))).size > 1)
      wrong.push(`${from}'s mails are in several interactions`)
  }
  for (const interaction of interactions)
    if (!incoming.some(({ interactionId }) => interactionId?.equals(interaction._id)))
      wrong.push(
        `interaction ${interaction._id.toHexString()} ("${interaction.preview}") has no message of the customer`
      )
  const outgoing = messages.filter(({ kind }) => kind === 'out')
  for (const { id, clientId, text } of agents.flatMap(({ answered }) => answered)) {
    const stored = outgoing.filter((message) => message.clientId === clientId)
    if (stored.length !== 1 || stored[0]?._id.toHexString() !== id)
      wrong.push(`the answer "${text}" is stored ${String(stored.length)} times`)
  }
  for (const interaction of interactions) {
    const texts = (kind: string) =>
      messages
        .filter((one) => one.kind === kind && one.interactionId?.equals(interaction._id))
        .map(({ text }) => text.trim())
    const answers = texts('out').map((text) => text.replace('re: ', ''))
    if (!same(texts('in'), answers))
      wrong.push(`answers out of order: ${texts('in').join(' | ')} → ${answers.join(' | ')}`)
  }
  return wrong
}

/** Invariants 2 and 3: each interaction in one consistent state, each place with its interaction. */
export function wrongStates({ interactions, agents }: Record): string[] {
  const wrong: string[] = []
  for (const { _id, state, agentId, offer, openKey, closedAt } of interactions) {
    const id = _id.toHexString()
    const isOpen = state !== 'closed' && state !== 'wrapup'
    if (isOpen !== (openKey !== undefined))
      wrong.push(`${id} is ${state} and ${openKey ? 'keeps' : 'has lost'} its thread`)
    if ((state === 'offered') !== (offer !== null))
      wrong.push(`${id} is ${state} with offer ${JSON.stringify(offer)}`)
    if (state === 'active' && !agentId) wrong.push(`${id} is active in nobody's hands`)
    if ((state === 'closed') !== (closedAt !== null))
      wrong.push(`${id} is ${state}, closed at ${String(closedAt)}`)
    const holder =
      state === 'offered' ? offer?.agentId : state === 'active' || state === 'wrapup' ? agentId : null
    const places = agents.flatMap((agent) =>
      agent.holds.filter((hold) => hold.interactionId.equals(_id)).map(() => agent._id.toHexString())
    )
    if (!same(places, holder ? [holder.toHexString()] : []))
      wrong.push(`${id} is ${state} with ${String(holder)}, places at ${places.join(' ') || 'nobody'}`)
  }
  return wrong
}

const takes = new Set(['offered', 'assigned'])
const gives = new Set(['declined', 'expired', 'withdrawn', 'requeued', 'closed', 'abandoned', 'merged'])

/** Invariants 2 and 4 from the facts: an interaction is with one agent at a time, an agent never over capacity. */
export function wrongStories({ interactions, agents, facts }: Record): string[] {
  const wrong: string[] = []
  const mediumOf = new Map(interactions.map(({ _id, medium }) => [_id.toHexString(), medium]))
  const holder = new Map<string, string>()
  // What was given back at the same millisecond was given back first: the place is taken after it was seen free.
  const story = facts
    .filter(({ noun }) => noun === 'interaction')
    .sort((a, b) => +a.at - +b.at || Number(takes.has(a.name)) - Number(takes.has(b.name)) || a.n - b.n)
  for (const { recordId, name, figures, at } of story) {
    const id = recordId.toHexString()
    const agentId = figures['agentId']
    if (takes.has(name) && typeof agentId === 'string') {
      if (holder.has(id)) wrong.push(`${id} was offered to ${agentId} while with ${holder.get(id) ?? ''}`)
      holder.set(id, agentId)
      const agent = agents.find(({ _id }) => _id.toHexString() === agentId)
      const medium = mediumOf.get(id) ?? 'chat'
      const held = [...holder].filter(([one, by]) => by === agentId && mediumOf.get(one) === medium).length
      if (agent && held > ((agent.capacity ?? defaultCapacity.places)[medium] ?? 0))
        wrong.push(`${agent.name} held ${String(held)} ${medium} at ${at.toISOString()}`)
    } else if (name === 'accepted') {
      if (holder.get(id) !== agentId)
        wrong.push(`${id} was accepted by ${String(agentId)} while with ${holder.get(id) ?? 'nobody'}`)
    } else if (gives.has(name)) holder.delete(id)
  }
  return wrong
}

/** Reporting: each logged line is a fact, once, and no fact is more. */
export function wrongFacts({ interactions, agents, facts }: Record): string[] {
  const wrong: string[] = []
  const names = new Map(
    facts.map(({ noun, recordId, n, name }) => [`${noun}:${recordId.toHexString()}:${String(n)}`, name])
  )
  const records = [
    ...interactions.map((doc) => ({ noun: 'interaction', doc })),
    ...agents.map((doc) => ({ noun: 'agent', doc }))
  ]
  let lines = 0
  for (const { noun, doc } of records) {
    lines += doc.logged
    for (let n = 1; n <= doc.logged; n++) {
      const told = names.get(`${noun}:${doc._id.toHexString()}:${String(n)}`)
      const line = doc.log.find((one) => one.n === n)
      if (told === undefined)
        wrong.push(`line ${String(n)} of ${noun} ${doc._id.toHexString()} (${line?.name ?? '?'}) is no fact`)
      else if (line && line.name !== told) wrong.push(`line ${String(n)} is ${line.name}, its fact ${told}`)
    }
  }
  const counted = facts.filter(({ noun }) => noun === 'interaction' || noun === 'agent').length
  if (counted !== lines) wrong.push(`${String(lines)} lines, ${String(counted)} facts`)
  return wrong
}

/** How far back a blow may lie that came between a mail server's 250 and our note of it. */
const windowMs = 3000

/**
 * Every mail left. One that left twice did so because a process or MongoDB was struck between the far side's 250 and
 * our note of it: those are counted apart. It then has the same Message-ID, by which the far side knows the repeat.
 */
export function outgoingMail({ messages }: Record, { arrivals }: Walks, struck: Struck[]) {
  const wrong: string[] = []
  let inWindow = 0
  const mails = messages.filter(({ kind, to }) => kind === 'out' && to.length > 0)
  for (const { externalId, state, text, failure, attempts } of mails) {
    const times = arrivals.filter(({ messageId }) => messageId === externalId).map(({ at }) => at)
    if (state !== 'sent') wrong.push(`"${text}" is ${state}: ${failure?.reason ?? ''}`)
    if (times.length === 0) wrong.push(`"${text}" never left (attempts: ${String(attempts)})`)
    if (times.length < 2) continue
    const excused = struck.some(
      ({ blow, at, until }) =>
        /worker|MongoDB/.test(blow) &&
        times.slice(0, -1).some((time) => time > at - windowMs && time < until + windowMs)
    )
    if (excused && times.length <= attempts) inWindow += times.length - 1
    else wrong.push(`"${text}" left ${String(times.length)} times in ${String(attempts)} attempts`)
  }
  return { wrong, inWindow, mails: mails.length }
}
