import type { Permission } from '@palabre/config/contract/permissions'
import type { Component } from 'svelte'
import Gauge from '@lucide/svelte/icons/gauge'
import Hourglass from '@lucide/svelte/icons/hourglass'
import Inbox from '@lucide/svelte/icons/inbox'
import PhoneForwarded from '@lucide/svelte/icons/phone-forwarded'
import Megaphone from '@lucide/svelte/icons/megaphone'
import SlidersHorizontal from '@lucide/svelte/icons/sliders-horizontal'
import { session } from './session.svelte.ts'
import type { WordKey } from './words.svelte.ts'

export interface Module {
  id: string
  href: string
  label: WordKey
  icon: Component<{ size?: number | string }>
  /** Any of them opens the module. */
  anyOf: Permission[]
  /** Goes to it from anywhere. */
  keys: string
  /** Its pages exist. */
  built: boolean
}

/** The rail, from the top; a module of a later issue is listed and hidden until it is built. */
export const modules: Module[] = [
  {
    id: 'inbox',
    href: '/inbox',
    label: 'app.inbox',
    icon: Inbox,
    anyOf: ['interaction:read'],
    keys: 'g i',
    built: true
  },
  {
    id: 'callbacks',
    href: '/callbacks',
    label: 'callbacks.module',
    icon: PhoneForwarded,
    anyOf: ['interaction:read'],
    keys: 'g b',
    built: true
  },
  {
    id: 'waiting',
    href: '/waiting',
    label: 'routing.module',
    icon: Hourglass,
    anyOf: ['interaction:assign'],
    keys: 'g w',
    built: true
  },
  {
    id: 'supervision',
    href: '/board',
    label: 'app.supervision',
    icon: Gauge,
    anyOf: ['board:read'],
    keys: 'g s',
    built: true
  },
  {
    id: 'campaigns',
    href: '/campaigns',
    label: 'audience.module',
    icon: Megaphone,
    anyOf: ['campaign:read', 'audience:read'],
    keys: 'g c',
    built: true
  },
  {
    id: 'admin',
    href: '/admin',
    label: 'app.admin',
    icon: SlidersHorizontal,
    anyOf: ['setting:write', 'user:read', 'account:read', 'agent:write', 'canned-answer:write'],
    keys: 'g a',
    built: true
  }
]

/** The modules that the person who is signed in may open. */
export const permittedModules = (): Module[] =>
  modules.filter((module) => module.built && session.can(...module.anyOf))
