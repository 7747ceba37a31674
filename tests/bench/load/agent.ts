import type { Interaction } from '@palabre/config/contract/interaction'
import { WebSocket } from 'ws'
import type { Login } from '../stage/stage.ts'
import { asked, type Line } from './line.ts'

export interface AgentClient {
  login: Login
  headers: Record<string, string>
  close(): void
}

export const headersOf = ({ token, csrf }: Pick<Login, 'token' | 'csrf'>) => ({
  cookie: `palabre_session=${token}`,
  'x-csrf-token': csrf
})

/**
 * An agent with the inbox open: a socket that hears what is theirs, and ready for work. `hear` gets each event frame as
 * text, to be parsed only by who needs it.
 */
export async function openAgent(
  port: number,
  line: Line,
  login: Login,
  { hear = () => {}, topics = [] }: { hear?: (frame: string) => void; topics?: string[] } = {}
): Promise<AgentClient> {
  const headers = headersOf(login)
  const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/api/live`, {
    headers: { cookie: headers.cookie },
    perMessageDeflate: false
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => {
      socket.send(JSON.stringify({ type: 'hello', topics }))
    })
    socket.on('message', (data: Buffer) => {
      const frame = data.toString()
      if (frame.startsWith('{"type":"event"')) hear(frame)
      else if (frame.startsWith('{"type":"ready"')) resolve()
    })
  })
  socket.on('error', () => {})
  await asked(line, { method: 'PUT', path: '/api/me/presence', headers, body: { state: 'ready' } })
  return {
    login,
    headers,
    close() {
      socket.terminate()
    }
  }
}

/** The interaction of an event that offers it to this agent; null for every other event. */
export function offerIn(frame: string, { agentId }: Login): Interaction | null {
  if (!frame.includes('"name":"interaction.changed"') || !frame.includes('"state":"offered"')) return null
  const { interaction } = (JSON.parse(frame) as { payload: { interaction: Interaction } }).payload
  return interaction.state === 'offered' && interaction.offer?.agentId === agentId ? interaction : null
}

export const accept = (line: Line, { headers }: AgentClient, { id, offer }: Interaction) =>
  asked<Interaction>(line, {
    method: 'POST',
    path: `/api/interactions/${id}/accept`,
    headers,
    body: { offerId: offer?.id }
  })

export const close = (line: Line, { headers }: AgentClient, id: string, dispositionId: string) =>
  asked<Interaction>(line, {
    method: 'POST',
    path: `/api/interactions/${id}/close`,
    headers,
    body: { dispositionId }
  })

/** Ends the contact without a disposition: where the queue has wrap-up, it begins. */
export const beginWrapUp = (line: Line, { headers }: AgentClient, id: string) =>
  asked<Interaction>(line, { method: 'POST', path: `/api/interactions/${id}/close`, headers, body: {} })

export const finishWrapUp = (line: Line, { headers }: AgentClient, id: string, dispositionId: string) =>
  asked<Interaction>(line, {
    method: 'POST',
    path: `/api/interactions/${id}/finish`,
    headers,
    body: { dispositionId }
  })

export const reply = (line: Line, { headers }: AgentClient, id: string, clientId: string, text: string) =>
  asked<{ id: string }>(line, {
    method: 'POST',
    path: `/api/interactions/${id}/messages`,
    headers,
    body: { clientId, text }
  })
