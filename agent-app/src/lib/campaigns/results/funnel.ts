import type { Campaign, CampaignCounts, RecipientState } from '@palabre/config/contract/campaign'

export type Measure = keyof CampaignCounts
type Counted = Pick<Campaign, 'channel' | 'tracking' | 'counts'>

/** One step from recipients to answers; `share` is a part of `of`, null where there is nothing to be a part of. */
export interface Stage {
  measure: Measure
  count: number
  of: 'recipients' | 'sent' | 'delivered' | null
  share: number | null
}

export const shareOf = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null)

/** Does a platform tell what it delivered and what was read? Of mail nobody does. */
export const isTold = ({ channel, counts }: Pick<Campaign, 'channel' | 'counts'>): boolean =>
  channel !== 'email' || counts.delivered > 0 || counts.read > 0

/**
 * How many got it. Of mail: those sent, less those that came back for good. What the server refused at once was never
 * sent, though its address counts as dead; so only dead addresses beyond those refused are taken off.
 */
export function deliveredOf(campaign: Pick<Campaign, 'channel' | 'counts'>): number {
  const { sent, delivered, hardBounces, failed } = campaign.counts
  return isTold(campaign) ? delivered : Math.max(0, sent - Math.max(0, hardBounces - failed))
}

/** From recipients to answers. Openings are no step of it: they are not known. */
export function stagesOf(campaign: Counted): Stage[] {
  const { counts, tracking } = campaign
  const delivered = deliveredOf(campaign)
  const stage = (measure: Measure, count: number, of: Stage['of'], whole: number): Stage => ({
    measure,
    count,
    of,
    share: shareOf(count, whole)
  })
  return [
    { measure: 'recipients', count: counts.recipients, of: null, share: null },
    stage('sent', counts.sent, 'recipients', counts.recipients),
    stage('delivered', delivered, 'sent', counts.sent),
    ...(isTold(campaign) ? [stage('read', counts.read, 'delivered', delivered)] : []),
    ...(tracking.clicks && campaign.channel === 'email'
      ? [stage('clicked', counts.clicked, 'delivered', delivered)]
      : []),
    stage('replies', counts.replies, 'delivered', delivered)
  ]
}

/** With how many recipients it is done, whatever became of them. */
export const doneOf = ({ recipients, sent, unknown, failed, suppressed, stopped }: CampaignCounts): number =>
  Math.min(recipients, sent + unknown + failed + suppressed + stopped)

/** Something that did not go well. `bound` is the share at which the campaign pauses by itself. */
export interface Trouble {
  measure: Exclude<Measure, 'recipients' | 'sent' | 'delivered' | 'read'>
  count: number
  of: 'recipients' | 'sent'
  share: number | null
  bound: number | null
  /** In which state those recipients are found. */
  state: RecipientState | null
}

/** What did not go well, the gravest first; what the guard watches is there even at none. */
export function troublesOf({
  channel,
  counts,
  guard
}: Pick<Campaign, 'channel' | 'counts' | 'guard'>): Trouble[] {
  const { recipients, sent, failed, hardBounces } = counts
  const isMail = channel === 'email'
  // As the guard counts: those tried are the sent and the lost.
  const tried = sent + (isMail ? hardBounces : failed)
  const watched = (measure: Trouble['measure'], bound: number, state: RecipientState): Trouble => ({
    measure,
    count: counts[measure],
    of: 'sent',
    share: shareOf(counts[measure], tried),
    bound,
    state
  })
  const plain = (measure: Trouble['measure'], state: RecipientState | null, of: 'recipients' | 'sent') => ({
    measure,
    count: counts[measure],
    of,
    share: shareOf(counts[measure], of === 'sent' ? sent : recipients),
    bound: null,
    state
  })
  const others: Trouble[] = [
    plain('unsubscribes', 'unsubscribed', 'sent'),
    ...(isMail ? [plain('failed', 'failed', 'recipients')] : []),
    plain('softBounces', 'bounced', 'sent'),
    plain('unknown', 'unknown', 'recipients'),
    plain('deferred', 'deferred', 'recipients'),
    plain('suppressed', 'suppressed', 'recipients'),
    plain('stopped', 'stopped', 'recipients')
  ]
  return [
    ...(isMail ? [watched('complaints', guard.complaints, 'complained')] : []),
    isMail ? watched('hardBounces', guard.bounces, 'bounced') : watched('failed', guard.bounces, 'failed'),
    ...others.filter(({ count }) => count > 0)
  ]
}
