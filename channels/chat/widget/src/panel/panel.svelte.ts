import type { Memory } from '../visit/memory.ts'

/** What stands over the conversation. */
export type Sheet = 'none' | 'ending' | 'transcript' | 'letter' | 'callback'

/** Open or closed, and how it lies on the page. */
export class Panel {
  isOpen = $state(false)
  /** The page has put the launcher away. */
  isHidden = $state(false)
  isMuted = $state(false)
  isFullScreen = $state(false)
  isDeviceDark = $state(false)
  /** The page is in front, in this window. */
  isPageVisible = $state(true)
  isOnline = $state(true)
  sheet = $state<Sheet>('none')
  /** Opened by the visitor, not by a reload: focus may move into it. */
  takesFocus = false
  readonly #memory: Memory

  constructor(memory: Memory) {
    this.#memory = memory
    this.isMuted = memory.read<boolean>('muted') ?? false
    follow('(max-width: 480px), (max-height: 480px)', (matches) => (this.isFullScreen = matches))
    follow('(prefers-color-scheme: dark)', (matches) => (this.isDeviceDark = matches))
    this.isPageVisible = document.visibilityState === 'visible'
    this.isOnline = navigator.onLine
    document.addEventListener('visibilitychange', () => {
      this.isPageVisible = document.visibilityState === 'visible'
    })
    addEventListener('online', () => (this.isOnline = true))
    addEventListener('offline', () => (this.isOnline = false))
  }

  /** Was it open when the page was left? On a phone, where it covers the page, only the same page opens it again. */
  get wasOpen(): boolean {
    const page = this.#memory.read<string>('open')
    return page !== null && (!this.isFullScreen || page === location.href)
  }

  open(takesFocus = true): void {
    this.takesFocus = takesFocus
    this.isOpen = true
    this.#memory.write('open', location.href)
  }

  close(): void {
    this.isOpen = false
    this.sheet = 'none'
    this.#memory.write('open', null)
  }

  mute(isMuted: boolean): void {
    this.isMuted = isMuted
    this.#memory.write('muted', isMuted)
  }
}

function follow(query: string, heard: (matches: boolean) => void): void {
  const list = matchMedia(query)
  heard(list.matches)
  list.addEventListener('change', ({ matches }) => heard(matches))
}
