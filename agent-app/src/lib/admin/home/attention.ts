import type { ChannelAccount } from '@palabre/config/contract/account'
import type { User } from '@palabre/config/contract/user'
import { needsCare } from '../accounts/health.ts'
import type { RecordOf } from '../records/stores.ts'

export interface Attention {
  id: string
  tone: 'danger' | 'warn'
  /** Key of its words in the namespace admin, and what is filled in. */
  key: 'home-account' | 'home-locked' | 'home-quarantine' | 'home-no-team' | 'home-unknown'
  name: string
  count: number
  detail: string
  href: string
}

/** What an administrator should look at, the worst first. */
export function attentionOf(world: {
  accounts: readonly ChannelAccount[]
  users: readonly User[]
  queues: readonly RecordOf<'queue'>[]
  teams: readonly RecordOf<'team'>[]
  quarantined: number
}): Attention[] {
  const none = { name: '', count: 0, detail: '' }
  const staffed = new Set(world.teams.flatMap(({ queueIds }) => queueIds))
  return [
    ...world.accounts.filter(needsCare).map(({ id, name, health }): Attention => ({
      id: `account-${id}`,
      tone: health.state === 'refused' ? 'danger' : 'warn',
      key: 'home-account',
      name,
      count: health.failures,
      detail: health.detail,
      href: `/admin/accounts/${id}`
    })),
    ...(world.quarantined
      ? [
          {
            ...none,
            id: 'quarantine',
            tone: 'warn' as const,
            key: 'home-quarantine' as const,
            count: world.quarantined,
            href: '/admin/quarantine'
          }
        ]
      : []),
    ...world.users
      .filter(({ locked }) => locked)
      .map(({ id, name, email }): Attention => ({
        ...none,
        id: `user-${id}`,
        tone: 'warn',
        key: 'home-locked',
        name,
        detail: email,
        href: `/admin/users/${id}`
      })),
    ...world.queues
      .filter(({ id }) => !staffed.has(id))
      .map(({ id, name }): Attention => ({
        ...none,
        id: `queue-${id}`,
        tone: 'warn',
        key: 'home-no-team',
        name,
        href: `/admin/queues/${id}`
      }))
  ]
}
