import './look/base.css'
import { mount } from 'svelte'
import { Chat } from './chat.svelte.ts'
import { takeCommands } from './commands.svelte.ts'
import { readEmbed, type Embed } from './embed.ts'
import { dress } from './look/sheet.ts'
import { warn } from './warn.ts'
import Widget from './Widget.svelte'

/** Starts the widget: the hub is asked at once, the page is touched when it has been read. */
function start(embed: Embed): void {
  const chat = new Chat(embed)
  takeCommands(chat)
  chat.visit.door.open().catch((error: unknown) => warn(`the chat does not open here. ${String(error)}`))
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => place(chat))
  else place(chat)
}

/**
 * Puts the widget beside the page's body, not into it: a body that is replaced (Turbo and its like) does not take it along.
 * As a popover it lies in the browser's top layer, where no transform, filter or z-index of the page reaches it.
 */
function place(chat: Chat): void {
  const host = document.createElement('palabre-chat')
  host.popover = 'manual'
  const root = host.attachShadow({ mode: 'open' })
  dress(root)
  const show = () => {
    if (host.isConnected) return
    document.documentElement.append(host)
    /* Browsers before 2024 have no top layer for it; there it goes by z-index. */
    if ('showPopover' in host) host.showPopover()
  }
  show()
  new MutationObserver(show).observe(document.documentElement, { childList: true })
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
}

if (window.Palabre?.isLoaded) warn('the widget is on this page already')
else {
  const embed = readEmbed()
  if (embed) start(embed)
}
