import { each, until } from '../figures.ts'
import type { Stage } from '../stage/stage.ts'
import { accept, offerIn, openAgent, type AgentClient } from './agent.ts'
import type { Line } from './line.ts'
import { openVisitor, type Visitor } from './visitor.ts'

/** An open conversation: a customer, the agent who has accepted, and what each of them wrote so far. */
export interface OpenConversation {
  interactionId: string
  conversationId: string
  visitor: Visitor
  agent: AgentClient
  wroteIn: string[]
  wroteOut: string[]
}

let marks = 0

/** A text that is found again in events and in the database, and an id of the writer's own. */
export function nextMark(): { clientId: string; text: string } {
  marks += 1
  const mark = String(marks).padStart(9, '0')
  return { clientId: `bench-${mark}`, text: `mark ${mark} Good morning, about my card: is it on its way?` }
}

export const markIn = (frame: string): string | undefined => /mark \d{9}/.exec(frame)?.[0]

/**
 * Brings so many conversations about as people do: the customers write, the hub routes, the agents accept. `hear`
 * gets all events of all agents' sockets, `hearVisitor` the messages that reach customers.
 */
export async function openConversations(
  stage: Stage,
  line: Line,
  count: number,
  hear: (frame: string) => void = () => {},
  hearVisitor: (frame: string) => void = () => {}
): Promise<{ open: OpenConversation[]; agents: AgentClient[] }> {
  const { port } = stage.hub
  const agents: AgentClient[] = []
  const byMark = new Map<string, OpenConversation>()
  const failures: Error[] = []
  let accepted = 0
  await each(stage.agents, 16, async (login) => {
    let client: AgentClient | null = null
    const take = (frame: string) => {
      hear(frame)
      const interaction = offerIn(frame, login)
      const one = interaction && byMark.get(markIn(interaction.preview) ?? '')
      if (!one || !client || one.interactionId) return
      one.interactionId = interaction.id
      one.conversationId = interaction.conversationId
      one.agent = client
      accept(line, client, interaction).then(
        () => (accepted += 1),
        (error: Error) => failures.push(error)
      )
    }
    client = await openAgent(port, line, login, { hear: take })
    agents.push(client)
  })
  await each(Array.from({ length: count }), 16, async () => {
    const visitor = await openVisitor(port, line, stage.accountId, hearVisitor)
    const { clientId, text } = nextMark()
    byMark.set(markIn(text)!, {
      visitor,
      interactionId: '',
      conversationId: '',
      agent: agents[0]!,
      wroteIn: [text],
      wroteOut: []
    })
    await visitor.say(clientId, text)
  })
  await until('all conversations are accepted', () => accepted === count || failures.length > 0, {
    ms: 60_000
  })
  if (failures[0]) throw failures[0]
  return { open: [...byMark.values()], agents }
}

export function closeConversations({ open, agents }: { open: OpenConversation[]; agents: AgentClient[] }) {
  for (const { visitor } of open) visitor.close()
  for (const agent of agents) agent.close()
}
