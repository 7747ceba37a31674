import type { Campaign } from '@palabre/config/contract/campaign'
import { format, t } from '../../words.svelte.ts'
import { troublesOf } from './funnel.ts'

/** In figures why a campaign paused by itself, or in the words of whoever refused it; '' for a pause by hand. */
export function sayPause(campaign: Campaign): string {
  const { pause, counts } = campaign
  if (!pause || pause.reason === 'by-hand') return ''
  if (pause.reason === 'refused' || pause.reason === 'template')
    return pause.detail && t('campaignResults.pause-said', { detail: pause.detail })
  const measure = { complaints: 'complaints', bounces: 'hardBounces', failures: 'failed' }[pause.reason]
  const trouble = troublesOf(campaign).find((one) => one.measure === measure)
  if (!trouble || trouble.share === null || trouble.bound === null) return ''
  const lost = campaign.channel === 'email' ? counts.hardBounces : counts.failed
  return t('campaignResults.pause-counted', {
    count: format.number(trouble.count),
    tried: format.number(counts.sent + lost),
    share: format.percent(trouble.share, 2),
    bound: format.percent(trouble.bound, 2)
  })
}
