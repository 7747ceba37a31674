import type { Interaction } from '@palabre/config/contract/interaction'
import type { Component } from 'svelte'
import AtSign from '@lucide/svelte/icons/at-sign'
import Mail from '@lucide/svelte/icons/mail'
import MessageCircle from '@lucide/svelte/icons/message-circle'
import MessagesSquare from '@lucide/svelte/icons/messages-square'
import Phone from '@lucide/svelte/icons/phone'
import PhoneForwarded from '@lucide/svelte/icons/phone-forwarded'
import type { WordKey } from './words.svelte.ts'

export type Medium = Interaction['medium']

/** How a medium looks; channels themselves are known by the name that the hub gives them. */
export const media: Record<Medium, { icon: Component<{ size?: number | string }>; label: WordKey }> = {
  voice: { icon: Phone, label: 'app.medium-voice' },
  chat: { icon: MessagesSquare, label: 'app.medium-chat' },
  email: { icon: Mail, label: 'app.medium-email' },
  messaging: { icon: MessageCircle, label: 'app.medium-messaging' },
  social: { icon: AtSign, label: 'app.medium-social' },
  callback: { icon: PhoneForwarded, label: 'app.medium-callback' }
}
