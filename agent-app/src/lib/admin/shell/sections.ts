import type { Permission } from '@palabre/config/contract/permissions'
import BookOpenText from '@lucide/svelte/icons/book-open-text'
import CalendarClock from '@lucide/svelte/icons/calendar-clock'
import CircleCheckBig from '@lucide/svelte/icons/circle-check-big'
import Coffee from '@lucide/svelte/icons/coffee'
import Eye from '@lucide/svelte/icons/eye'
import GraduationCap from '@lucide/svelte/icons/graduation-cap'
import History from '@lucide/svelte/icons/rotate-ccw'
import Layers from '@lucide/svelte/icons/layers'
import ListOrdered from '@lucide/svelte/icons/list-ordered'
import MapPin from '@lucide/svelte/icons/map-pin'
import Plug from '@lucide/svelte/icons/plug'
import ScrollText from '@lucide/svelte/icons/scroll-text'
import ShieldAlert from '@lucide/svelte/icons/shield-alert'
import ShieldCheck from '@lucide/svelte/icons/shield-check'
import UserRound from '@lucide/svelte/icons/user-round'
import UsersRound from '@lucide/svelte/icons/users-round'
import type { Component } from 'svelte'
import type { WordKey } from '../../words.svelte.ts'

export interface Section {
  id: string
  label: WordKey
  icon: Component<{ size?: number | string }>
  anyOf: Permission[]
}

/** Administration, from the top, in groups. */
export const sectionGroups: { label: WordKey; sections: Section[] }[] = [
  {
    label: 'admin.group-people',
    sections: [
      { id: 'users', label: 'adminRecord.user-many', icon: UserRound, anyOf: ['user:read', 'agent:write'] },
      { id: 'teams', label: 'adminRecord.team-many', icon: UsersRound, anyOf: ['setting:read'] },
      { id: 'sites', label: 'adminRecord.site-many', icon: MapPin, anyOf: ['setting:read'] },
      { id: 'skills', label: 'adminRecord.skill-many', icon: GraduationCap, anyOf: ['setting:read'] },
      {
        id: 'capacity-profiles',
        label: 'adminRecord.capacityProfile-many',
        icon: Layers,
        anyOf: ['setting:read']
      },
      { id: 'roles', label: 'admin.roles', icon: ShieldCheck, anyOf: ['setting:read'] },
      { id: 'looking-on', label: 'stepping.rule-title', icon: Eye, anyOf: ['setting:write'] }
    ]
  },
  {
    label: 'admin.group-work',
    sections: [
      { id: 'queues', label: 'adminRecord.queue-many', icon: ListOrdered, anyOf: ['setting:read'] },
      { id: 'calendars', label: 'adminRecord.calendar-many', icon: CalendarClock, anyOf: ['setting:read'] },
      {
        id: 'dispositions',
        label: 'adminRecord.disposition-many',
        icon: CircleCheckBig,
        anyOf: ['setting:read']
      },
      { id: 'pause-reasons', label: 'adminRecord.pauseReason-many', icon: Coffee, anyOf: ['setting:read'] },
      {
        id: 'canned-answers',
        label: 'adminRecord.cannedAnswer-many',
        icon: BookOpenText,
        anyOf: ['setting:read']
      },
      { id: 'what-if', label: 'replay.title', icon: History, anyOf: ['routing:replay'] }
    ]
  },
  {
    label: 'admin.group-channels',
    sections: [
      { id: 'accounts', label: 'adminRecord.account-many', icon: Plug, anyOf: ['account:read'] },
      { id: 'quarantine', label: 'admin.quarantine', icon: ShieldAlert, anyOf: ['quarantine:read'] }
    ]
  },
  {
    label: 'admin.group-trace',
    sections: [{ id: 'audit', label: 'admin.audit', icon: ScrollText, anyOf: ['audit:read'] }]
  }
]

export const sections: Section[] = sectionGroups.flatMap((group) => group.sections)
