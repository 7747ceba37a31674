import type { Types } from 'mongoose'
import { systemActor, type Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { found, refuse } from '../refuse.ts'
import { actorOf, isAgentWithin, scopeOf, type Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'
import { Agent, type AgentDoc, type Loan } from './agent.model.ts'
import { floorOf } from './floor.ts'
import { tellAgent } from './tell.ts'

/** How many at most queues of others an agent works at once. */
const mostLoans = 20

/**
 * Has agents work a queue for some minutes beside their own. A loan to the same queue is prolonged or shortened. Who works
 * it anyway is left alone. Refuses `not-found` for a queue or agent out of scope, `unknown-reference` for one out of use.
 */
export async function lendAgents(
  hub: Hub,
  who: Who,
  queueId: string,
  { agentIds, minutes }: { agentIds: readonly string[]; minutes: number }
): Promise<AgentDoc[]> {
  const [catalog, floor, scope] = await Promise.all([catalogOf(hub), floorOf(hub), scopeOf(hub, who)])
  const queue = found(catalog.queue(queueId) ?? null)
  if (!scope.all && !scope.queueIds.has(queueId)) refuse('not-found')
  if (queue.archived) refuse('unknown-reference', 'id')
  for (const id of agentIds) {
    const agent = floor.agents.get(id)
    if (!agent || agent.archived || !isAgentWithin(scope, agent)) refuse('not-found', 'agentIds')
  }
  const by = actorOf(who)
  const loan: Loan = {
    queueId,
    until: new Date(Date.now() + minutes * 60_000),
    by: { id: by.id ?? '', name: by.name }
  }
  const lent: AgentDoc[] = []
  for (const id of agentIds) {
    const { doc, changed } = found(
      await change(Agent, id, (agent) => {
        const teamId = agent.teamId?.toHexString()
        if (teamId && catalog.team(teamId)?.queueIds.includes(queueId)) return null
        const others = (agent.loans ?? []).filter((one) => one.queueId !== queueId)
        if (others.length >= mostLoans) return refuse('wrong-state', 'Is lent to as many queues as can be')
        return {
          set: { loans: [...others, loan] },
          entries: [
            {
              name: 'lent',
              by,
              figures: { queueId, until: loan.until.toISOString() },
              action: 'agent.lend',
              changes: { loans: [null, `${queue.name}, ${loan.until.toISOString()}`] }
            }
          ]
        }
      })
    )
    if (changed) await tellAgent(hub, doc)
    lent.push(doc)
  }
  return lent
}

/** Ends a loan before its time. One that is over already is no error. */
export async function recallAgent(hub: Hub, who: Who, id: string, queueId: string): Promise<AgentDoc> {
  const [floor, scope] = await Promise.all([floorOf(hub), scopeOf(hub, who)])
  const agent = floor.agents.get(id)
  if (!agent || !(isAgentWithin(scope, agent) || (!scope.all && scope.queueIds.has(queueId))))
    return refuse('not-found')
  const { doc, changed } = found(
    await change(Agent, id, ({ loans = [] }) =>
      loans.some((loan) => loan.queueId === queueId)
        ? {
            set: { loans: loans.filter((loan) => loan.queueId !== queueId) },
            entries: [
              {
                name: 'recalled',
                by: actorOf(who),
                figures: { queueId },
                action: 'agent.recall',
                changes: { loans: [queueId, null] }
              }
            ]
          }
        : null
    )
  )
  if (changed) await tellAgent(hub, doc)
  return doc
}

/** Ends the loans whose time is over; returns of how many agents. */
export async function endLoans(hub: Hub, now: Date): Promise<number> {
  const over = (await Agent.find({ 'loans.until': { $lte: now } }, { _id: 1 }).lean()) as {
    _id: Types.ObjectId
  }[]
  for (const { _id } of over) {
    const written = await change(Agent, _id, ({ loans = [] }) => {
      const left = loans.filter(({ until }) => until > now)
      return left.length === loans.length
        ? null
        : { set: { loans: left }, entries: [{ name: 'loan-ended', by: systemActor, figures: {} }] }
    })
    if (written?.changed) await tellAgent(hub, written.doc)
  }
  return over.length
}
