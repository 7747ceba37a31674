import { noGroup } from '@palabre/config/figures/floor'
import type { Grouping } from '@palabre/config/figures/groups'
import { sayChannel } from '../admin/accounts/channel-name.ts'
import { accounts, sites, teams } from '../admin/records/stores.ts'
import { directory } from '../inbox/directory.svelte.ts'
import { t } from '../words.svelte.ts'

/** What a group is called; `medium` is one of its channel's. */
export function groupName(by: Grouping, id: string, medium: string): string {
  switch (by) {
    case 'queue':
      return directory.queueName(id)
    case 'channel':
      return sayChannel(id, medium)
    case 'account':
      return accounts.byId(id)?.name ?? '…'
    case 'team':
      return id === noGroup ? t('board.no-team') : (teams.byId(id)?.name ?? '…')
    case 'site':
      return id === noGroup ? t('board.no-site') : (sites.byId(id)?.name ?? '…')
  }
}
