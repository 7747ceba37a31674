import type { CampaignRecipient, RecipientState } from '@palabre/config/contract/campaign'
import type { Tone } from '../../toasts.svelte.ts'

/** Which recipients are shown. */
export interface RecipientFilter {
  state?: RecipientState
  domain?: string
}

/** Sorts after everything that an address may hold. */
const last = '\uffff'
const longest = 320

/** A mark right before all addresses that begin like this; recipients are listed by address. */
export function markBefore(prefix: string): string | undefined {
  const wanted = prefix.slice(0, longest - 1)
  const end = wanted.charCodeAt(wanted.length - 1)
  return wanted === '' || end === 0
    ? undefined
    : `${wanted.slice(0, -1)}${String.fromCharCode(end - 1)}${last}`
}

/** A page of those that begin like this: what comes after them ends the list. */
export function beginningWith<T extends Pick<CampaignRecipient, 'address'>>(
  prefix: string,
  { items, next }: { items: T[]; next?: string }
): { items: T[]; next?: string } {
  const kept = items.filter(({ address }) => address.startsWith(prefix))
  return { items: kept, ...(next !== undefined && kept.length === items.length && { next }) }
}

const tones: Partial<Record<RecipientState, Tone>> = {
  sent: 'ok',
  deferred: 'warn',
  unknown: 'warn',
  failed: 'danger',
  bounced: 'danger',
  complained: 'danger',
  unsubscribed: 'warn'
}
export const toneOf = (state: RecipientState): Tone => tones[state] ?? 'neutral'

const moments = ['repliedAt', 'clickedAt', 'readAt', 'openedAt', 'deliveredAt', 'sentAt'] as const
export type Moment = (typeof moments)[number]

/** What happened to a recipient, the latest step first. */
export const happened = (one: CampaignRecipient): { what: Moment; at: string }[] =>
  moments.flatMap((what) => {
    const at = one[what]
    return at === null ? [] : [{ what, at }]
  })
