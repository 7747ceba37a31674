import { onDestroy } from 'svelte'

export interface Shortcut {
  /** 'a', '?', 'mod+k' (Ctrl, or ⌘ on a Mac), 'alt+a', 'shift+enter', or a sequence: 'g i'. */
  keys: string
  /** Heading in the map: a module or 'global'. Already translated, as a function so that it follows the language. */
  scope: () => string
  description: () => string
  run: (event: KeyboardEvent) => void
  /** Left out of account while it says no. */
  when?: () => boolean
  /** Fires although a dialog is open. */
  inDialog?: boolean
}

const sequenceMs = 900

export const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)

/** The stroke of an event in the notation of `Shortcut.keys`. */
export function strokeOf(event: KeyboardEvent): string {
  // Alt on a Mac writes another character; the key itself is meant.
  const typed =
    event.altKey &&
    event.key.length === 1 &&
    /^Key[A-Z]$/.test(event.code) &&
    !/^[\x20-\x7e]$/.test(event.key)
  const key = (typed ? event.code.slice(3) : event.key === ' ' ? 'space' : event.key).toLowerCase()
  const mod = isMac ? event.metaKey : event.ctrlKey
  // Shift is part of the character except for letters and named keys: '?' is '?' on every keyboard.
  const shift = event.shiftKey && (key.length > 1 || /^\p{L}$/u.test(key))
  return [mod && 'mod', event.altKey && 'alt', shift && 'shift', key].filter(Boolean).join('+')
}

/** True where letters are text: no shortcut without a modifier fires there. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'submit', 'range'].includes(target.type)
  return target.getAttribute('role') === 'combobox'
}

class Shortcuts {
  #list = $state.raw<Shortcut[]>([])
  #pending = ''
  #pendingSince = 0

  /** Everything that works at this moment, newest first. */
  get list(): readonly Shortcut[] {
    return this.#list
  }

  /** Makes shortcuts work; the newest wins where two use the same keys. Gives the function that ends them. */
  register(...added: Shortcut[]): () => void {
    this.#list = [...added, ...this.#list]
    return () => {
      this.#list = this.#list.filter((shortcut) => !added.includes(shortcut))
    }
  }

  /** Handler of `keydown` on the window. */
  handle = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return
    // AltGr writes characters ( @ # [ on French keyboards) and reports itself as Ctrl+Alt.
    if (event.getModifierState('AltGraph')) return
    if (['Shift', 'Control', 'Alt', 'Meta'].includes(event.key)) return
    const stroke = strokeOf(event)
    const modified = event.ctrlKey || event.metaKey || event.altKey || /^f\d+$/.test(stroke)
    if (isTyping(event.target) && !modified) return
    const inDialog = !!document.querySelector(
      '[role="dialog"][data-state="open"], [role="alertdialog"][data-state="open"]'
    )
    const inMenu =
      event.target instanceof Element && !!event.target.closest('[role="menu"], [role="listbox"]')
    if (inMenu && !modified) return
    const sequence =
      event.timeStamp - this.#pendingSince < sequenceMs && this.#pending ? `${this.#pending} ${stroke}` : ''
    this.#pending = ''
    const usable = this.#list.filter((s) => (!inDialog || s.inDialog) && (s.when?.() ?? true))
    const found =
      (sequence && usable.find((s) => s.keys === sequence)) || usable.find((s) => s.keys === stroke)
    if (found) {
      event.preventDefault()
      found.run(event)
    } else if (usable.some((s) => s.keys.startsWith(`${stroke} `))) {
      this.#pending = stroke
      this.#pendingSince = event.timeStamp
    }
  }
}

export const shortcuts = new Shortcuts()

/** Shortcuts that live as long as the component that calls this while it starts. */
export function useShortcuts(...added: Shortcut[]): void {
  onDestroy(shortcuts.register(...added))
}

const symbols: Record<string, string> = {
  mod: isMac ? '⌘' : 'Ctrl',
  alt: isMac ? '⌥' : 'Alt',
  shift: isMac ? '⇧' : '⇧',
  enter: '↵',
  escape: 'Esc',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→'
}

/** Keys as caps to show: 'mod+k' → [['Ctrl','K']], 'g i' → [['G'],['I']]. */
export const capsOf = (keys: string): string[][] =>
  keys
    .split(' ')
    .map((stroke) =>
      stroke.split(/\+(?=.)/).map((key) => symbols[key] ?? (key.length === 1 ? key.toUpperCase() : key))
    )
