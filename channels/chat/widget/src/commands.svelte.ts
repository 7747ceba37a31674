import type { VisitorClaim } from '../../../channel.ts'
import type { Chat } from './chat.svelte.ts'
import { warn } from './warn.ts'

export type EventName = 'ready' | 'open' | 'close' | 'unread' | 'ended'

/**
 * What a page may ask of the widget: `Palabre('open')`. Calls made before the script has loaded are kept by a stub
 * (README) and carried out then.
 */
export interface Palabre {
  (command: 'open' | 'close' | 'show' | 'hide'): void
  /** Says who is logged in; resolves when the hub has accepted the proof, rejects when it has not. */
  (command: 'identify', claim: VisitorClaim): Promise<void>
  /** Forgets the visitor in this browser; to be called when she logs out of the site. */
  (command: 'forget'): Promise<void>
  /** Hears of events; `unread` comes with the number. Returns what stops it. */
  (command: 'on', event: EventName, heard: (detail?: number) => void): () => void
}

declare global {
  interface Window {
    Palabre?: Palabre & { q?: ArrayLike<unknown>[]; isLoaded?: true }
  }
}

/** Puts the commands on the page, after carrying out what the stub kept. */
export function takeCommands(chat: Chat): void {
  const events = new EventTarget()
  const commands: Record<string, (...given: never[]) => unknown> = {
    open: () => chat.open(),
    close: () => chat.panel.close(),
    show: () => (chat.panel.isHidden = false),
    hide: () => {
      chat.panel.close()
      chat.panel.isHidden = true
    },
    identify: (claim: VisitorClaim) => chat.visit.identify(claim),
    forget: () => chat.visit.forget(),
    on: (event: EventName, heard: (detail?: number) => void) => {
      const hear = (come: Event) => heard((come as CustomEvent<number | undefined>).detail)
      events.addEventListener(event, hear)
      return () => events.removeEventListener(event, hear)
    }
  }
  const carryOut = (name: unknown, ...given: unknown[]): unknown => {
    const command = Object.hasOwn(commands, String(name)) ? commands[String(name)] : undefined
    if (!command) warn(`there is no command named ${String(name)}`)
    return command?.(...(given as never[]))
  }
  const kept = globalThis.window.Palabre?.q ?? []
  globalThis.window.Palabre = Object.assign(carryOut as Palabre, { isLoaded: true } as const)
  for (const call of kept) {
    const done = carryOut(...(Array.from(call) as [unknown, ...unknown[]]))
    if (done instanceof Promise) done.catch((error: unknown) => warn(String(error)))
  }
  announce(chat, (event, detail) => events.dispatchEvent(new CustomEvent(event, { detail })))
}

/** Turns changes of state into events for the page. */
function announce(chat: Chat, tell: (event: EventName, detail?: number) => void): void {
  let isReady = false
  let wasOpen = false
  let unread = 0
  let phase: string | undefined
  $effect.root(() => {
    $effect(() => {
      const { state, reading } = chat.visit
      if (state && !isReady) {
        isReady = true
        tell('ready')
      }
      if (chat.panel.isOpen !== wasOpen) {
        wasOpen = chat.panel.isOpen
        tell(wasOpen ? 'open' : 'close')
      }
      if (reading.unread !== unread) {
        unread = reading.unread
        tell('unread', unread)
      }
      if (phase && phase !== 'ended' && state?.phase === 'ended') tell('ended')
      phase = state?.phase
    })
  })
}
