import type { Socket } from 'node:net'
import type { WebSocket } from '@fastify/websocket'
import { Compile } from 'typebox/compile'
import { ClientFrame, type ServerFrame } from '@palabre/config/contract/event'
import type { Hub } from '../hub.ts'
import { findInteraction } from '../interactions/find.ts'
import { identify } from '../sessions/identify.ts'
import type { Who } from '../sessions/who.ts'
import { lookOn } from '../stepping/look-on.ts'
import { tellWriting } from '../stepping/tell-writing.ts'
import type { Board, Listener } from './board.ts'
import { frameOf } from './board.ts'
import { gatherFrames } from './gather.ts'
import { isAfter } from './stream.ts'
import { mayHear, ownTopics, topicsOfView, viewOf, type View } from './topics.ts'

const frames = Compile(ClientFrame)
/** A client that takes nothing while this much waits for it is cut off; it resumes when it comes back. */
const backlogBytes = 4_000_000
const framesPerSecond = 50

export const closeCodes = { restart: 1012, policy: 1008, tooSlow: 1013 } as const

export interface AgentSocket extends Listener {
  who: Who
  token: string
  close(code: number, reason: string): void
  /** Roles may have changed: who is it now, and what may they still hear? */
  recheck(): Promise<void>
}

/** One browser of a signed-in user, from the upgrade to the close. */
export function attachSocket(
  hub: Hub,
  board: Board,
  socket: WebSocket,
  raw: Socket,
  who: Who,
  token: string
): AgentSocket {
  let budget = framesPerSecond
  let phase: 'silent' | 'resuming' | 'ready' = 'silent'
  /** What is heard while the missed events are being read; some of it is among them. */
  let meanwhile: { text: string; seq: string | null }[] = []
  /** Views that the client asked for: which topics they are follows its scope. */
  const watched = new Set<View>()
  /** How often it was looked again at what may be heard. */
  let rechecks = 0
  /** The newest event sent. */
  let sent = '0-0'
  const refill = setInterval(() => (budget = framesPerSecond), 1000)
  const send = gatherFrames(socket, raw)
  const write = (frame: ServerFrame) => {
    send(JSON.stringify(frame))
  }

  const self: AgentSocket = {
    who,
    token,
    topics: new Set(),
    send(text, { seq }) {
      if (phase === 'resuming') meanwhile.push({ text, seq })
      else if (phase === 'ready') deliver(text, seq)
    },
    close: (code, reason) => {
      socket.close(code, reason)
    },
    async recheck() {
      const now = await identify(hub, token)
      if (!now) {
        socket.close(closeCodes.policy, 'signed out')
        return
      }
      self.who = now
      rechecks++
      const own = new Set(ownTopics(now))
      const lost: string[] = []
      for (const topic of self.topics)
        if (!viewOf(topic) && !own.has(topic) && !(await mayHear(hub, now, topic))) lost.push(topic)
      board.remove(self, lost)
      board.add(self, own)
      looking.end(lost)
      const refused = lost.filter((topic) => /^(interaction|queue|accounts|writing)/.test(topic))
      let moved = false
      for (const view of watched) {
        const topics = await topicsOfView(hub, now, view)
        moved = show(view, topics ?? []) || moved
        if (topics) continue
        watched.delete(view)
        refused.push(view)
      }
      if (refused.length > 0) write({ type: 'refused', topics: refused })
      // More or less is in scope than what the client has read.
      if (moved) write({ type: 'resync', seq: hub.stream.head() })
    }
  }

  const looking = lookOn(hub, { who: () => self.who, write, recheck: () => self.recheck() })

  /** Has the client hear a view by these topics and no others of it; true when that is a change. */
  function show(view: View, topics: readonly string[]): boolean {
    const before = [...self.topics].filter((topic) => viewOf(topic) === view)
    const gone = before.filter((topic) => !topics.includes(topic))
    board.remove(self, gone)
    board.add(self, topics)
    return gone.length > 0 || before.length < topics.length
  }

  /** Sends an event once, in order; those of the resume come again from the stream a moment later. */
  function deliver(text: string, seq: string | null) {
    if (seq !== null) {
      if (!isAfter(seq, sent)) return
      sent = seq
    }
    if (socket.bufferedAmount > backlogBytes) socket.close(closeCodes.tooSlow, 'too slow')
    else send(text)
  }

  async function watch(topics: string[]) {
    // Whoever was told that a change is in force may count on it here, before its event comes by.
    if ((await identify(hub, token)) !== self.who) await self.recheck()
    const before = rechecks
    const allowed: string[] = []
    const refused: string[] = []
    for (const topic of topics) {
      const view = viewOf(topic)
      const parts = view && (await topicsOfView(hub, self.who, view))
      if (view && parts) {
        watched.add(view)
        show(view, parts)
      } else if (!view && (await mayHear(hub, self.who, topic))) allowed.push(topic)
      else refused.push(topic)
    }
    await looking.begin(allowed)
    board.add(self, allowed)
    if (refused.length > 0) write({ type: 'refused', topics: refused })
    // Roles or scope changed while it was looked at: what was heard by then did not hold these topics yet.
    if (rechecks !== before) await self.recheck()
  }

  async function hello(since: string | undefined, topics: string[]) {
    await watch(topics)
    phase = 'resuming'
    const missed = since === undefined ? [] : await hub.stream.after(since)
    phase = 'ready'
    for (const event of missed ?? [])
      if (event.topics.some((topic) => self.topics.has(topic))) deliver(frameOf(event), event.seq)
    for (const { text, seq } of missed ? meanwhile : []) deliver(text, seq)
    meanwhile = []
    const head = hub.stream.head()
    write({ type: missed ? 'ready' : 'resync', seq: isAfter(sent, head) ? sent : head })
  }

  async function take(text: string) {
    let frame: unknown
    try {
      frame = JSON.parse(text)
    } catch {
      frame = null
    }
    if (--budget < 0 || !frames.Check(frame)) {
      socket.close(closeCodes.policy, budget < 0 ? 'too many frames' : 'not a frame')
      return
    }
    switch (frame.type) {
      case 'hello':
        return hello(frame.since, frame.topics ?? [])
      case 'watch':
        return watch(frame.topics)
      case 'unwatch':
        for (const topic of frame.topics) watched.delete(topic as View)
        looking.end(frame.topics)
        board.remove(
          self,
          [...self.topics].filter((topic) => frame.topics.includes(viewOf(topic) ?? topic))
        )
        return
      case 'typing': {
        const interaction = await findInteraction(hub, self.who, frame.interactionId)
        const agentId = self.who.agentId?.toHexString() ?? null
        hub.stream.publish({
          name: 'typing.changed',
          payload: {
            interactionId: frame.interactionId,
            by: 'agent',
            agentId,
            name: self.who.name,
            on: frame.on
          },
          topics: [
            `interaction:${frame.interactionId}`,
            `conversation:${interaction.conversationId.toHexString()}`
          ]
        })
        return
      }
      case 'writing':
        return tellWriting(hub, self.who, frame)
      case 'ping':
        write({ type: 'pong' })
    }
  }

  // Frames are taken one after the other, so that a watch is in force before what follows it.
  let turn = Promise.resolve()
  socket.on('message', (data: Buffer) => {
    turn = turn
      .then(() => take(data.toString()))
      .catch((error: unknown) => {
        hub.log.debug({ err: error }, 'a frame was refused')
      })
  })
  socket.on('close', () => {
    clearInterval(refill)
    board.remove(self)
    looking.endAll()
  })
  board.add(self, ownTopics(who))
  return self
}
