import './look/base.css'
import { mount } from 'svelte'
import { Chat } from './chat.svelte.ts'
import { takeCommands } from './commands.svelte.ts'
import { readEmbed, type Embed } from './embed.ts'
import { dress } from './look/sheet.ts'
import Widget from './Widget.svelte'

/** Starts the widget: the hub is asked at once, the page is touched when it has been read. */
function start(embed: Embed): void {
  const chat = new Chat(embed)
  takeCommands(chat)
  chat.visit.door
    .open()
    .catch((error: unknown) => console.warn(`Palabre: the chat does not open here. ${String(error)}`))
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => place(chat))
  else place(chat)
}

/**
 * Puts the widget beside the page's body, not into it: a transformed or replaced body (Turbo and its like) takes nothing
 * with it, and what a page does to `body > *` does not reach it.
 */
function place(chat: Chat): void {
  const host = document.createElement('palabre-chat')
  const root = host.attachShadow({ mode: 'open' })
  dress(root)
  document.documentElement.append(host)
  if (chat.panel.wasOpen) {
    chat.panel.open(false)
    chat.visit.attend()
  }
  mount(Widget, { target: root, props: { chat } })
  /*
   * The page would take a key typed here for one of its short cuts: it sees a bare element, not a text field. Stopped
   * after Svelte has listened at the same place, which heeds a stop.
   */
  for (const type of ['keydown', 'keypress', 'keyup'])
    root.addEventListener(type, (event) => event.stopPropagation())
  new MutationObserver(() => host.isConnected || document.documentElement.append(host)).observe(
    document.documentElement,
    { childList: true }
  )
}

if (window.Palabre?.isLoaded) console.warn('Palabre: the widget is on this page already')
else {
  const embed = readEmbed()
  if (embed) start(embed)
}
