import type { Socket } from 'node:net'
import type { WebSocket } from '@fastify/websocket'
import { Types } from 'mongoose'
import { Compile } from 'typebox/compile'
import { VisitorFrame, type VisitorServerFrame } from '@palabre/config/contract/visitor'
import type { Message as MessageWire } from '@palabre/config/contract/message'
import type { EventPayload } from '@palabre/config/contract/event'
import { refusals } from '@palabre/config/contract/errors'
import type { AccountDoc } from '../accounts/account.model.ts'
import { loadInteraction } from '../interactions/find.ts'
import type { InteractionDoc, InteractionHints } from '../interactions/interaction.model.ts'
import type { Hub } from '../hub.ts'
import { closeCodes } from '../live/socket.ts'
import type { Board, Listener } from '../live/board.ts'
import { gatherFrames } from '../live/gather.ts'
import { setDelivery } from '../messages/delivery.ts'
import { presentMessage, type MessageDoc } from '../messages/message.model.ts'
import { Refusal } from '../refuse.ts'
import { heardStanding, newerStanding, nowhere, readStanding, standingOf, type Standing } from './standing.ts'
import { isShown, messagesForVisitor, policyOf, presentForVisitor, stateOf } from './state.ts'
import { endVisit, noteOnline, rateVisit, sayInVisit } from './speak.ts'
import { visitOf, type Visit } from './token.ts'

const frames = Compile(VisitorFrame)
const framesPerSecond = 20
/** What was said is told as an event within a moment; after this time it is read. */
const heardMs = 50
/** Changes within this time are told as one. */
const gatherMs = 20
/** Positions and estimates are told at most this often. */
const positionMs = 1000

export interface VisitorSocket extends Listener {
  close(code: number, reason: string): void
  /** Sends where the visitor stands, read anew, in a moment. */
  refresh(): void
}

/** One customer's client, from the upgrade to the close. Speaks only after `hello` with a valid token. */
export function attachVisitor(
  hub: Hub,
  board: Board,
  socket: WebSocket,
  raw: Socket,
  account: AccountDoc
): VisitorSocket {
  let visit: Visit | null = null
  let standing = nowhere
  /** Something was missed: where the visitor stands has to be read again before it is told. */
  let isStale = false
  /** Called when the interaction of what was just said may have been heard. */
  let heard: (() => void) | null = null
  let budget = framesPerSecond
  let telling: NodeJS.Timeout | null = null
  let tellAt = 0
  let toldState = ''
  const refill = setInterval(() => (budget = framesPerSecond), 1000)
  const send = gatherFrames(socket, raw)
  const write = (frame: VisitorServerFrame) => {
    send(JSON.stringify(frame))
  }

  const self: VisitorSocket = {
    topics: new Set(),
    send(_text, event) {
      if (!visit) return
      if (event.name === 'message.changed') {
        const { message } = JSON.parse(event.payload) as { message: MessageWire }
        // What is split off goes to another conversation, and is told to whoever had its interaction too.
        if (message.conversationId === standing.conversationId && isShown(message))
          write({ type: 'message', message: presentForVisitor(hub, account, message) })
      } else if (event.name === 'interaction.changed') {
        const { id, logged } = event.hints as InteractionHints
        const known = standing.interaction
        if (known?.id === id && logged <= known.logged) return
        const interaction = heardStanding(event)
        if (interaction.conversationId !== standing.conversationId) {
          // Merged into another conversation, where another interaction may be the newest.
          self.refresh()
          return
        }
        stand({ conversationId: interaction.conversationId, interaction })
        if (heard) heard()
        else tellWithin(gatherMs)
      } else if (event.name === 'queue.changed') {
        if (isWaiting()) tellWithin(positionMs)
      } else if (event.name === 'typing.changed') {
        const { by, on, name } = JSON.parse(event.payload) as EventPayload<'typing.changed'>
        if (by === 'agent') write({ type: 'typing', on, name: policyOf(hub, account).agentName(name) })
      }
    },
    close: (code, reason) => {
      socket.close(code, reason)
    },
    refresh() {
      isStale = true
      tellWithin(gatherMs)
    }
  }

  const isWaiting = () =>
    standing.interaction?.state === 'queued' || standing.interaction?.state === 'offered'

  function tellWithin(ms: number) {
    const at = Date.now() + ms
    if (telling && tellAt <= at) return
    if (telling) clearTimeout(telling)
    tellAt = at
    telling = setTimeout(() => {
      telling = null
      tellState().catch((error: unknown) => {
        hub.log.debug({ err: error }, 'a visitor could not be told')
      })
    }, ms)
  }

  async function standAnew(of: Visit) {
    isStale = false
    try {
      stand(await standingOf(account, of))
    } catch (error) {
      isStale = true
      throw error
    }
  }

  async function tellState() {
    if (!visit) return
    if (isStale) await standAnew(visit)
    const state = await stateOf(hub, account, visit, standing)
    const text = JSON.stringify(state)
    if (text === toldState) return
    toldState = text
    write({ type: 'state', state })
  }

  /** Takes where the visitor stands, unless more is known already, and listens to its conversation and queue. */
  function stand(next: Standing) {
    standing = newerStanding(standing, next)
    const { conversationId, interaction } = standing
    const wanted = [
      ...(conversationId === null ? [] : [`conversation:${conversationId}`]),
      // Tells that it was merged into another conversation, whose topic is not known here before.
      ...(interaction ? [`interaction:${interaction.id}`] : []),
      // Not the queue's own topic: that one carries the conversations of others too.
      ...(interaction && isWaiting() ? [`waiting:${interaction.queueId}`] : [])
    ]
    board.remove(
      self,
      [...self.topics].filter((topic) => !wanted.includes(topic))
    )
    board.add(
      self,
      wanted.filter((topic) => !self.topics.has(topic))
    )
  }

  const standAt = (doc: InteractionDoc) => {
    const interaction = readStanding(doc)
    stand({ conversationId: interaction.conversationId, interaction })
  }

  async function hello(token: string) {
    visit = visitOf(hub, account, token)
    standing = nowhere
    stand(await standingOf(account, visit))
    const state = await stateOf(hub, account, visit, standing)
    toldState = JSON.stringify(state)
    write({ type: 'ready', state, messages: await messagesForVisitor(hub, account, standing) })
    await noteOnline(hub, standing, true)
  }

  /** What was said leads to the interaction that it began, or was added to: its event is on the way. */
  async function follow({ conversationId, interactionId }: MessageDoc) {
    const id = interactionId?.toHexString()
    if (id !== undefined && id === standing.interaction?.id) return
    if (conversationId) stand({ conversationId: conversationId.toHexString(), interaction: null })
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, heardMs)
      heard = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    heard = null
    if (id === undefined) isStale = true
    else if (id !== standing.interaction?.id) {
      const doc = await loadInteraction(id)
      if (doc) standAt(doc)
      // A repeat of what another node is placing at this moment.
      else isStale = true
    }
    return tellState()
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
        return follow(said)
      }
      case 'typing':
        if (standing.interaction)
          hub.stream.publish({
            name: 'typing.changed',
            payload: {
              interactionId: standing.interaction.id,
              by: 'contact',
              agentId: null,
              name: standing.interaction.contactName,
              on: frame.on
            },
            topics: [
              `interaction:${standing.interaction.id}`,
              ...(standing.interaction.agentId ? [`agent:${standing.interaction.agentId}`] : [])
            ]
          })
        return
      case 'seen':
        if (standing.conversationId)
          await setDelivery(
            hub,
            { _id: new Types.ObjectId(frame.messageId), conversationId: standing.conversationId },
            frame.read ? 'read' : 'delivered'
          )
        return
      case 'end': {
        const ended = await endVisit(hub, standing)
        if (ended) standAt(ended)
        return tellState()
      }
      case 'rate':
        standAt(await rateVisit(hub, standing, frame))
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
    if (telling) clearTimeout(telling)
    board.remove(self)
    void noteOnline(hub, standing, false).catch((error: unknown) => {
      hub.log.debug({ err: error }, 'a departure could not be noted')
    })
  })
  return self
}
