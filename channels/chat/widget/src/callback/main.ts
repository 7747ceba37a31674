import { mount, unmount } from 'svelte'
import type { Chat } from '../chat.svelte.ts'
import { dress } from '../look/sheet.ts'
import Callback from './Callback.svelte'

const dressed = new WeakSet<ShadowRoot>()

/**
 * Shows the form for being called back inside the widget. It is a script of its own, fetched when somebody wants to be
 * called: what is known of telephone numbers weighs more than the chat. @returns what takes it away
 */
export function show(target: HTMLElement, chat: Chat, onclose: () => void): () => void {
  const root = target.getRootNode() as ShadowRoot
  if (!dressed.has(root)) dress(root)
  dressed.add(root)
  const form = mount(Callback, { target, props: { chat, onclose } })
  return () => void unmount(form)
}
