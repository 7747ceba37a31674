import type { CampaignRecipient } from '@palabre/config/contract/campaign'
import { suppressionReasons } from '@palabre/config/contract/suppression'
import type { WordKey } from '../../words.svelte.ts'

/** What mail servers say, by enhanced status (RFC 3463) and else by code (RFC 5321), the more special first. */
const said: readonly [RegExp, WordKey][] = [
  [/\b5\.1\.(1|3|6)\b/, 'campaignResults.reason-no-mailbox'],
  [/\b5\.1\.(2|10)\b|\b5\.4\.4\b/, 'campaignResults.reason-no-domain'],
  [/\b5\.2\.1\b/, 'campaignResults.reason-closed'],
  [/\b5\.[23]\.[34]\b/, 'campaignResults.reason-too-big'],
  [/\b[45]\.2\.2\b|\b552\b/, 'campaignResults.reason-full'],
  [/\b5\.7\.\d+\b|\b554\b/, 'campaignResults.reason-policy'],
  [/\b4\.4\.\d+\b|\bE(CONN\w+|TIMEDOUT|NOTFOUND|HOSTUNREACH)\b/, 'campaignResults.reason-unreachable'],
  [/\b4\.\d\.\d+\b|\b4[25]\d\b/, 'campaignResults.reason-busy'],
  [/\b55[013]\b/, 'campaignResults.reason-no-mailbox']
]

/** Why a recipient stands where they stand, in plain words; null where the far side's own are all that is known. */
export function reasonOf({ state, reason }: Pick<CampaignRecipient, 'state' | 'reason'>): WordKey | null {
  if (state === 'unknown') return 'campaignResults.reason-unknown-outcome'
  const own = suppressionReasons.find((one) => one === reason)
  if (own) return `campaignResults.reason-${own}`
  return said.find(([pattern]) => pattern.test(reason))?.[1] ?? null
}
