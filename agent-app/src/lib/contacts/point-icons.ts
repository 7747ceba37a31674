import AtSign from '@lucide/svelte/icons/at-sign'
import Camera from '@lucide/svelte/icons/camera'
import Globe from '@lucide/svelte/icons/globe'
import Mail from '@lucide/svelte/icons/mail'
import MessageCircle from '@lucide/svelte/icons/message-circle'
import MessageSquare from '@lucide/svelte/icons/message-square'
import Phone from '@lucide/svelte/icons/phone'
import type { Component } from 'svelte'
import type { ContactPoint } from '@palabre/config/contract/contact'

/** The sign of each kind of contact point; its name always stands beside it. */
export const pointIcons: Record<ContactPoint['kind'], Component<{ size?: number | string }>> = {
  email: Mail,
  phone: Phone,
  visitor: Globe,
  whatsapp: MessageCircle,
  psid: MessageSquare,
  igsid: Camera,
  x: AtSign
}
