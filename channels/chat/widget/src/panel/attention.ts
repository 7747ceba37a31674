import { randomId } from '../visit/random-id.ts'
import type { Memory } from '../visit/memory.ts'

/** Calls the visitor back who looks elsewhere: a sound in the tab used last, the page's title in all. */
export class Attention {
  readonly #memory: Memory
  readonly #tab = randomId()
  #audio: AudioContext | undefined
  #title: { page: string; ours: string } | undefined

  constructor(memory: Memory) {
    this.#memory = memory
    const used = () => this.#memory.write('tab', this.#tab)
    addEventListener('focus', used)
    addEventListener('pointerdown', used, { capture: true, passive: true })
    if (document.hasFocus()) used()
  }

  /** Browsers let a page sound only after a gesture; to be called from one. */
  allowSound(): void {
    this.#audio ??= typeof AudioContext === 'undefined' ? undefined : new AudioContext()
    void this.#audio?.resume().catch(() => {})
  }

  /** Two soft notes, a third of a second. */
  ring(): void {
    const audio = this.#audio
    if (audio?.state !== 'running' || this.#memory.read('tab') !== this.#tab) return
    for (const [index, pitch] of [659, 880].entries()) {
      const from = audio.currentTime + index * 0.12
      const note = audio.createOscillator()
      const volume = audio.createGain()
      note.frequency.value = pitch
      volume.gain.setValueAtTime(0, from)
      volume.gain.linearRampToValueAtTime(0.08, from + 0.02)
      volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.22)
      note.connect(volume).connect(audio.destination)
      note.start(from)
      note.stop(from + 0.24)
    }
  }

  /** Null gives the page its title back, unless the page has changed it meanwhile. */
  showTitle(news: string | null): void {
    if (this.#title && document.title === this.#title.ours) document.title = this.#title.page
    this.#title = undefined
    if (news === null) return
    this.#title = { page: document.title, ours: `${news} · ${document.title}` }
    document.title = this.#title.ours
  }
}
