import { createContext } from 'svelte'
import type { Words as InBoth } from '../../../settings.ts'
import { accentColours } from './look/accent.ts'
import type { Embed } from './embed.ts'
import { Panel } from './panel/panel.svelte.ts'
import { Hub } from './visit/hub.ts'
import { Memory } from './visit/memory.ts'
import { Visit } from './visit/visit.svelte.ts'
import type { Words } from './words/en.ts'
import { wordsOf, type Locale } from './words/locale.ts'

const surfaces = { light: '#ffffff', dark: '#17191d' }

/** The widget of one page: the visit, the panel that shows it, and in which language and colours. */
export class Chat {
  readonly locale: Locale
  readonly words: Words
  readonly visit: Visit
  readonly panel: Panel
  readonly #theme: Embed['theme']
  readonly theme = $derived.by(() => this.#chooseTheme())
  readonly colours = $derived.by(() =>
    accentColours(this.visit.appearance?.accent ?? '', surfaces[this.theme])
  )
  /** Name of whoever is on the other side, as far as it is known. */
  readonly agentName = $derived.by(() => this.visit.state?.agentName || this.words.somebody)

  constructor(embed: Embed) {
    this.locale = embed.locale
    this.words = wordsOf(embed.locale)
    this.#theme = embed.theme
    const memory = new Memory(embed.accountId)
    this.panel = new Panel(memory)
    this.visit = new Visit(new Hub(embed.hub, embed.accountId), memory, () => ({
      locale: embed.locale,
      page: { url: location.href.slice(0, 2_000), title: document.title.slice(0, 300) }
    }))
  }

  /** A text of the administrator in the visitor's language, or in the other one when that is all there is. */
  text(words: InBoth | undefined): string {
    return words?.[this.locale] || words?.[this.locale === 'en' ? 'fr' : 'en'] || ''
  }

  /** Why something was refused, in words. */
  refusal(error: string): string {
    const say = this.words.refusals[error] ?? this.words.refusals['unexpected']!
    return say(this.words.bytes(this.visit.appearance?.upload?.maxBytes ?? 0))
  }

  /** Opening is what makes the widget hold a line: most visitors of a page never do. */
  open(): void {
    this.panel.open()
    this.visit.attend()
  }

  #chooseTheme(): 'light' | 'dark' {
    const wished = this.#theme ?? this.visit.appearance?.theme ?? 'auto'
    return wished === 'auto' ? (this.panel.isDeviceDark ? 'dark' : 'light') : wished
  }
}

export const [getChat, setChat] = createContext<Chat>()
