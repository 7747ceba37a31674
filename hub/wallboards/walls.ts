import { tickMs, type TileStates } from '@palabre/config/contract/wallboard'
import type { Hub } from '../hub.ts'
import { closeCodes } from '../live/socket.ts'
import { hashToken } from '../sessions/identify.ts'
import type { Scope } from '../sessions/who.ts'
import type { Pictures } from '../supervision/pictures.ts'
import { scopeOfKeeper } from './keeper.ts'
import { noteSeen, openLink, whyClosed } from './link.ts'
import type { WallSocket } from './socket.ts'
import { isShownAlike, statesOf } from './states.ts'
import { look, unitOf, wallOf } from './wall.ts'
import { WallboardModel, type WallboardDoc } from './wallboard.model.ts'

/** Figures change on a screen at most so often. */
const tellMs = 250
/** Some figures change by time alone: what is late, whose day it is. */
const timeMs = 1000
const seenMs = 60_000

/** A wallboard with screens at this node. */
interface Shown {
  doc: WallboardDoc
  sockets: Set<WallSocket>
  /** What its screens show. */
  told: TileStates
  /** Null: to be found out. */
  scope: Promise<Scope> | null
}

/** The wallboards that this node shows: worked out once each, however many screens, and told as far as they changed. */
export interface Walls {
  /** Takes a screen that has said hello, or refuses it. */
  enter(socket: WallSocket, token: string): Promise<void>
  leave(socket: WallSocket): void
  drain(): void
  stop(): void
}

const concernsScopes = /"resource":"(queue|team)"/

export function openWalls(hub: Hub, pictures: Pictures): Walls {
  const shown = new Map<string, Shown>()
  let soon: NodeJS.Timeout | null = null
  let clock: NodeJS.Timeout | null = null
  let telling = false
  let again = false
  let tickedAt = 0
  let seenAt = 0
  /** Grows with every change of a wallboard, so that none falls between reading one and showing it. */
  let heard = 0

  const warn = (what: string) => (error: unknown) => {
    hub.log.warn({ err: error }, what)
  }
  const socketsHere = () => [...shown.values()].flatMap(({ sockets }) => [...sockets])

  function tellSoon() {
    if (shown.size > 0) soon ??= setTimeout(tellNow, tellMs)
  }

  function tellNow() {
    soon = null
    if (telling) {
      again = true
      return
    }
    telling = true
    tell()
      .catch(warn('wallboards could not be told'))
      .finally(() => {
        telling = false
        if (again) tellSoon()
        again = false
      })
  }

  async function tell() {
    const sight = await look(hub, pictures)
    for (const one of shown.values()) {
      const states = statesOf(one.doc, { ...sight, scope: await scopeOf(one) })
      const changed = Object.entries(states).filter(
        ([key, state]) => !isShownAlike(one.told[key], state, unitOf(one.doc, key))
      )
      if (changed.length === 0) continue
      const news = Object.fromEntries(changed)
      one.told = { ...one.told, ...news }
      sendAll(one, JSON.stringify({ type: 'tiles', at: new Date(sight.now).toISOString(), states: news }))
    }
  }

  const scopeOf = (one: Shown): Promise<Scope> => {
    const scope = (one.scope ??= scopeOfKeeper(hub, one.doc.keeper.id))
    scope.catch(() => (one.scope = null))
    return scope
  }

  const sendAll = ({ sockets }: Shown, text: string) => {
    for (const socket of sockets) socket.sendText(text)
  }

  function forgetScopes() {
    for (const one of shown.values()) one.scope = null
    tellSoon()
  }

  /** Everything of a wallboard, to these of its screens. */
  async function showAll(one: Shown, sockets: Iterable<WallSocket>) {
    const sight = { ...(await look(hub, pictures)), scope: await scopeOf(one) }
    const { doc } = one
    const wall = wallOf(doc, sight)
    one.told = wall.states
    const text = JSON.stringify({ type: 'wall', wall })
    for (const socket of sockets) if (one.sockets.has(socket)) socket.sendText(text)
  }

  /** The record may be another one now: its screens end, or show it anew. */
  async function reload(id: string) {
    const doc = (await WallboardModel.findById(id).lean()) as WallboardDoc | null
    const one = shown.get(id)
    if (!one) return
    const now = Date.now()
    for (const socket of one.sockets) {
      const reason = whyClosed(doc, socket.tokenHash, now)
      if (!reason) continue
      socket.refuse(reason)
      leave(socket)
    }
    if (!doc || doc.version <= one.doc.version || !shown.has(id)) return
    one.doc = doc
    one.scope = null
    await showAll(one, one.sockets)
  }

  function pass() {
    const now = Date.now()
    for (const one of [...shown.values()])
      for (const socket of [...one.sockets]) {
        const reason = whyClosed(one.doc, socket.tokenHash, now)
        if (reason) {
          socket.refuse(reason)
          leave(socket)
        } else socket.check(now)
      }
    if (Math.abs(now - tickedAt) >= tickMs) {
      tickedAt = now
      const text = JSON.stringify({ type: 'tick', at: new Date(now).toISOString() })
      for (const one of shown.values()) sendAll(one, text)
    }
    if (Math.abs(now - seenAt) >= seenMs) {
      seenAt = now
      noteSeen(socketsHere()).catch(warn('the use of wallboards could not be noted'))
      // Loans end by time.
      for (const one of shown.values()) one.scope = null
    }
    tellSoon()
  }

  const stopEvents = hub.stream.onEvent(({ name, payload }) => {
    if (name === 'setting.changed' && payload.includes('"resource":"wallboard"')) {
      heard++
      const { id } = JSON.parse(payload) as { id: string }
      if (shown.has(id)) reload(id).catch(warn('a wallboard could not be read again'))
    } else if (name === 'user.changed' || (name === 'setting.changed' && concernsScopes.test(payload)))
      forgetScopes()
    else if (name === 'interaction.changed' || name === 'agent.changed' || name === 'quarters.changed')
      tellSoon()
  })
  const stopGaps = hub.stream.onGap(() => {
    heard++
    for (const id of shown.keys()) reload(id).catch(warn('a wallboard could not be read again'))
    forgetScopes()
  })

  function leave(socket: WallSocket) {
    for (const [id, one] of shown) {
      one.sockets.delete(socket)
      if (one.sockets.size === 0) shown.delete(id)
    }
    if (shown.size > 0 || !clock) return
    clearInterval(clock)
    clock = null
  }

  return {
    async enter(socket, token) {
      const before = heard
      const doc = await openLink(token)
      if (typeof doc === 'string') {
        socket.refuse(doc)
        return
      }
      const id = doc._id.toHexString()
      socket.tokenHash = hashToken(token)
      const one = shown.get(id) ?? { doc, sockets: new Set(), told: {}, scope: null }
      shown.set(id, one)
      one.sockets.add(socket)
      clock ??= setInterval(pass, timeMs)
      await noteSeen([socket])
      await showAll(one, [socket])
      if (heard !== before) await reload(id)
    },
    leave,
    drain() {
      for (const socket of socketsHere()) socket.close(closeCodes.restart, 'restarting')
    },
    stop() {
      stopEvents()
      stopGaps()
      if (soon) clearTimeout(soon)
      if (clock) clearInterval(clock)
    }
  }
}
