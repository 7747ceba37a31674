import { setTimeout as sleep } from 'node:timers/promises'
import { Agent } from '@palabre/hub/agents/agent.model'
import { Contact } from '@palabre/hub/contacts/contact.model'
import { Interaction, type InteractionDoc } from '@palabre/hub/interactions/interaction.model'
import { Message } from '@palabre/hub/messages/message.model'
import type { Walks } from './walks.ts'

/**
 * What is not at rest yet, in words; empty when everything that was begun has ended: all lines said and answered, all
 * interactions closed, all mail gone, everything told.
 */
export async function unrest({ visitors, threads, post }: Walks): Promise<string[]> {
  const left: string[] = []
  const note = (what: string, n: number) => {
    if (n > 0) left.push(`${String(n)} ${what}`)
  }
  for (const visitor of visitors)
    if (visitor.confirmed.length < visitor.lines.length)
      left.push(
        `${visitor.name} said ${String(visitor.confirmed.length)} of ${String(visitor.lines.length)} lines`
      )
  const expected = [...threads.values()].reduce((sum, n) => sum + n, 0)
  note('mails not taken', expected - post.accepted.length)
  const lines = visitors.reduce((sum, { confirmed }) => sum + confirmed.length, 0) + post.accepted.length
  // An agent may never have heard that its answer was taken: what counts is what is stored.
  note('lines not answered', lines - (await Message.countDocuments({ clientId: /^re-/ })))
  for (const state of ['queued', 'offered', 'active', 'wrapup'] as const)
    note(`interactions ${state}`, await Interaction.countDocuments({ state }))
  note('mails not sent', await Message.countDocuments({ sendAt: { $type: 'date' } }))
  note('messages not settled', await Message.countDocuments({ pendingAt: { $type: 'date' } }))
  note('agents with places', await Agent.countDocuments({ 'holds.0': { $exists: true } }))
  for (const model of [Interaction, Agent, Contact])
    note(
      `${model.collection.name} not told`,
      await model.collection.countDocuments({ relayAt: { $type: 'date' } } as never)
    )
  return left
}

/** Lines of customers that nobody answered, and every interaction that is not over, beside what its agent believes. */
async function stuck({ agents }: Walks): Promise<string[]> {
  const unanswered = await unansweredLines()
  const docs = (await Interaction.find({ state: { $ne: 'closed' } }).lean()) as InteractionDoc[]
  const open = docs.map(({ _id, state, version, medium, preview, agentId, offer, waitingFor }) => {
    const holder = (offer?.agentId ?? agentId)?.toHexString()
    const known = agents
      .find(({ id }) => id === holder)
      ?.held()
      .get(_id.toHexString())
    return `${medium} "${preview}" ${state} v${String(version)} waiting for ${waitingFor}, known as ${String(known)}`
  })
  return [...unanswered, ...open]
}

async function unansweredLines(): Promise<string[]> {
  const answers = await Message.find({ clientId: /^re-/ }, { clientId: 1 }).lean()
  const answered = new Set(answers.map(({ clientId }) => clientId))
  const lines = await Message.find({ kind: 'in' }).sort({ at: 1 }).lean()
  const left = lines.filter(({ _id }) => !answered.has(`re-${_id.toHexString()}`))
  const homes = await Interaction.find({
    _id: { $in: left.map(({ interactionId }) => interactionId) }
  }).lean()
  return left.map(({ text, at, interactionId }) => {
    const home = homes.find(({ _id }) => interactionId && _id.equals(interactionId))
    const story = home?.log.map((line) => `${line.name} ${line.at.toISOString().slice(14, 23)}`).join(', ')
    return `"${text.trim()}" of ${at.toISOString().slice(14, 23)} in ${home?.state ?? 'no interaction'} (${story ?? ''})`
  })
}

/**
 * Waits until nothing is left to do. Somebody is at the floor: an agent whom missed offers took off it comes back.
 * Throws with what is stuck.
 */
export async function settle(walks: Walks, ms: number): Promise<void> {
  const until = Date.now() + ms
  let nextReady = 0
  for (;;) {
    if (Date.now() > nextReady) {
      nextReady = Date.now() + 5000
      for (const agent of walks.agents) await agent.ready()
    }
    const left = await unrest(walks).catch((error: unknown) => [`MongoDB does not answer (${String(error)})`])
    if (left.length === 0) return
    if (Date.now() > until)
      throw new Error(`not at rest: ${[...left, ...(await stuck(walks).catch(String))].join(', ')}`)
    await sleep(250)
  }
}

/**
 * A worker that died while it was sending keeps its claim for two minutes. Lets that time pass at once for claims that
 * are older than any living worker's attempt can be. Returns how many there were.
 */
export async function passClaims(bornBefore: Date): Promise<number> {
  const stale = {
    state: 'sending',
    'claim.until': { $gt: new Date(), $lt: new Date(bornBefore.getTime() + 120_000) }
  }
  const { modifiedCount } = await Message.collection.updateMany(stale, {
    $set: { 'claim.until': new Date(0) }
  })
  return modifiedCount
}
