import type { WebSocket } from '@fastify/websocket'
import { Types } from 'mongoose'
import { Compile } from 'typebox/compile'
import { VisitorFrame, type VisitorServerFrame } from '@palabre/config/contract/visitor'
import type { Message as MessageWire } from '@palabre/config/contract/message'
import type { EventPayload } from '@palabre/config/contract/event'
import { refusals } from '@palabre/config/contract/errors'
import type { AccountDoc } from '../accounts/account.model.ts'
import type { InteractionHints } from '../interactions/interaction.model.ts'
import { idText } from '../wire.ts'
import type { Hub } from '../hub.ts'
import { closeCodes } from '../live/socket.ts'
import type { Board, Listener } from '../live/board.ts'
import { setDelivery } from '../messages/delivery.ts'
import { presentMessage } from '../messages/message.model.ts'
import { Refusal } from '../refuse.ts'
import {
  isShown,
  messagesForVisitor,
  policyOf,
  presentForVisitor,
  standingOf,
  stateOf,
  type Standing
} from './state.ts'
import { endVisit, noteOnline, rateVisit, sayInVisit } from './speak.ts'
import { visitOf, type Visit } from './token.ts'

const frames = Compile(VisitorFrame)
const framesPerSecond = 20
/** Positions and estimates are told at most this often. */
const positionMs = 1000

export interface VisitorSocket extends Listener {
  close(code: number, reason: string): void
  /** Sends where the visitor stands, read anew, within so many milliseconds. */
  refresh(withinMs?: number): void
}

/** One customer's client, from the upgrade to the close. Speaks only after `hello` with a valid token. */
export function attachVisitor(hub: Hub, board: Board, socket: WebSocket, account: AccountDoc): VisitorSocket {
  let visit: Visit | null = null
  let standing: Standing = { conversation: null, interaction: null }
  let budget = framesPerSecond
  let refreshing: NodeJS.Timeout | null = null
  let refreshAt = 0
  let toldState = ''
  const refill = setInterval(() => (budget = framesPerSecond), 1000)
  const write = (frame: VisitorServerFrame) => {
    socket.send(JSON.stringify(frame))
  }

  const self: VisitorSocket = {
    topics: new Set(),
    send(_text, event) {
      if (!visit) return
      if (event.name === 'message.changed') {
        const { message } = JSON.parse(event.payload) as { message: MessageWire }
        if (isShown(message)) write({ type: 'message', message: presentForVisitor(hub, account, message) })
      } else if (event.name === 'interaction.changed') {
        const { id, state, agentId } = event.hints as InteractionHints
        const known = standing.interaction
        const same =
          known?._id.toHexString() === id && known.state === state && idText(known.agentId) === agentId
        if (!same) self.refresh()
      } else if (event.name === 'queue.changed') {
        if (standing.interaction?.state === 'queued' || standing.interaction?.state === 'offered')
          self.refresh(positionMs)
      } else if (event.name === 'typing.changed') {
        const { by, on, name } = JSON.parse(event.payload) as EventPayload<'typing.changed'>
        if (by === 'agent') write({ type: 'typing', on, name: policyOf(hub, account).agentName(name) })
      }
    },
    close: (code, reason) => {
      socket.close(code, reason)
    },
    refresh(withinMs = 20) {
      const at = Date.now() + withinMs
      if (refreshing && refreshAt <= at) return
      if (refreshing) clearTimeout(refreshing)
      refreshAt = at
      refreshing = setTimeout(() => {
        refreshing = null
        tellState().catch((error: unknown) => {
          hub.log.debug({ err: error }, 'a visitor could not be told')
        })
      }, withinMs)
    }
  }

  async function tellState() {
    if (!visit) return
    await stand()
    const state = await stateOf(hub, account, visit, standing)
    const text = JSON.stringify(state)
    if (text === toldState) return
    toldState = text
    write({ type: 'state', state })
  }

  /** Reads where the visitor stands and listens to its conversation and queue. */
  async function stand() {
    if (!visit) return
    standing = await standingOf(account, visit)
    const wanted = [
      ...(standing.conversation ? [`conversation:${standing.conversation._id.toHexString()}`] : []),
      // Not the queue's own topic: that one carries the conversations of others too.
      ...(standing.interaction?.state === 'queued' || standing.interaction?.state === 'offered'
        ? [`waiting:${standing.interaction.queueId.toHexString()}`]
        : [])
    ]
    board.remove(
      self,
      [...self.topics].filter((topic) => !wanted.includes(topic))
    )
    board.add(self, wanted)
  }

  async function hello(token: string) {
    visit = visitOf(hub, account, token)
    await stand()
    const state = await stateOf(hub, account, visit, standing)
    toldState = JSON.stringify(state)
    write({ type: 'ready', state, messages: await messagesForVisitor(hub, account, standing) })
    await noteOnline(hub, standing, true)
  }

  async function take(frame: VisitorFrame) {
    if (frame.type === 'ping') {
      write({ type: 'pong' })
      return
    }
    if (frame.type === 'hello') return hello(frame.token)
    if (!visit) throw new Refusal('visitor-rejected')
    switch (frame.type) {
      case 'say': {
        const said = await sayInVisit(hub, account, visit, standing, frame)
        if (frame.form?.name) visit = { ...visit, name: visit.verified ? visit.name : frame.form.name }
        write({
          type: 'said',
          clientId: frame.clientId,
          message: presentForVisitor(hub, account, presentMessage(said))
        })
        if (!standing.interaction?._id.equals(said.interactionId ?? new Types.ObjectId())) await tellState()
        return
      }
      case 'typing':
        if (standing.interaction)
          hub.stream.publish({
            name: 'typing.changed',
            payload: {
              interactionId: standing.interaction._id.toHexString(),
              by: 'contact',
              agentId: null,
              name: standing.interaction.contactName,
              on: frame.on
            },
            topics: [
              `interaction:${standing.interaction._id.toHexString()}`,
              ...(standing.interaction.agentId ? [`agent:${standing.interaction.agentId.toHexString()}`] : [])
            ]
          })
        return
      case 'seen':
        if (standing.conversation)
          await setDelivery(
            hub,
            { _id: new Types.ObjectId(frame.messageId), conversationId: standing.conversation._id },
            frame.read ? 'read' : 'delivered'
          )
        return
      case 'end':
        await endVisit(hub, standing)
        return tellState()
      case 'rate':
        await rateVisit(hub, standing, frame)
        return tellState()
    }
  }

  let turn = Promise.resolve()
  socket.on('message', (data: Buffer) => {
    let frame: unknown
    try {
      frame = JSON.parse(data.toString())
    } catch {
      frame = null
    }
    if (--budget < 0 || !frames.Check(frame)) {
      socket.close(closeCodes.policy, budget < 0 ? 'too many frames' : 'not a frame')
      return
    }
    const valid = frame
    turn = turn
      .then(() => take(valid))
      .catch((error: unknown) => {
        const name = error instanceof Refusal ? error.refusal : 'unexpected'
        if (name === 'unexpected') hub.log.error({ err: error }, 'a visitor frame failed')
        const clientId = valid.type === 'say' ? valid.clientId : null
        write({ type: 'refused', clientId, error: name, message: refusals[name][1] })
        if (name === 'visitor-rejected') socket.close(closeCodes.policy, 'visitor rejected')
      })
  })
  socket.on('close', () => {
    clearInterval(refill)
    if (refreshing) clearTimeout(refreshing)
    board.remove(self)
    void noteOnline(hub, standing, false).catch((error: unknown) => {
      hub.log.debug({ err: error }, 'a departure could not be noted')
    })
  })
  return self
}
