import { Resolver } from 'node:dns/promises'
import type { CampaignFinding } from '@palabre/config/contract/campaign'
import { ChannelError } from '@palabre/channels/channel'
import { askThrough, outside, type Outside } from '@palabre/channels/fetch-safely'
import type { Hub } from '../hub.ts'
import { Refusal } from '../refuse.ts'
import type { CampaignDoc } from './campaign.model.ts'
import { checkCampaignOf } from './check.ts'
import { compileMessage, pageAt } from './message.ts'

/** So many pages are asked for, so many at once; the others are said to be left. */
const mostLinks = 20
const atOnce = 5
const answersWithinMs = 5000

const found = (figures: CampaignFinding['figures'], severity: 'warning' | 'notice' = 'warning') => ({
  severity,
  kind: 'link-not-followed' as const,
  figures
})

/** The ways out of this machine, with names looked up at the resolver that was configured. */
function outsideOf(hub: Hub): Outside {
  if (!hub.env.DNS_SERVER) return outside
  const resolver = new Resolver({ timeout: answersWithinMs, tries: 1 })
  resolver.setServers([hub.env.DNS_SERVER])
  return {
    ...outside,
    resolve: async (name) => {
      const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
      const known = answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
      if (known.length === 0 && answers[0].status === 'rejected') throw answers[0].reason
      return known
    }
  }
}

/** What is to be said of a campaign, its links followed as well: that takes seconds, and is not waited for at a launch. */
export async function checkWithLinks(hub: Hub, campaign: CampaignDoc): ReturnType<typeof checkCampaignOf> {
  const [checked, links] = await Promise.all([checkCampaignOf(hub, campaign), checkLinksOf(hub, campaign)])
  const findings = severities.flatMap((severity) =>
    [...checked.findings, ...links].filter((one) => one.severity === severity)
  )
  return { ...checked, findings }
}

const severities: CampaignFinding['severity'][] = ['blocking', 'warning', 'notice']

/**
 * Looks whether the pages answer that a message leads to; none of what is found blocks. What is filled in for each
 * recipient is nobody's page yet, and is told to be skipped.
 */
export async function checkLinksOf(
  hub: Hub,
  { message }: Pick<CampaignDoc, 'message'>,
  out: Outside = outsideOf(hub),
  withinMs = answersWithinMs
): Promise<CampaignFinding[]> {
  const targets = message ? targetsOf(message) : []
  const pages = new Map<string, string>()
  for (const target of targets) {
    const page = target.includes('{') ? null : pageAt(target)
    if (page !== null && !pages.has(withoutMark(page))) pages.set(withoutMark(page), target)
  }
  const findings: CampaignFinding[] = []
  const open = [...pages].slice(0, mostLinks)
  for (let i = 0; i < open.length; i += atOnce) {
    const asked = open.slice(i, i + atOnce).map(async ([page, target]) => {
      const trouble = await troubleAt(page, out, withinMs)
      return trouble === null ? [] : [found({ target, ...trouble })]
    })
    findings.push(...(await Promise.all(asked)).flat())
  }
  for (const target of targets)
    if (target.includes('{')) findings.push(found({ target, what: 'variables' }, 'notice'))
  if (pages.size > mostLinks)
    findings.push(found({ target: '', what: 'too-many', count: pages.size - mostLinks }, 'notice'))
  return findings
}

function targetsOf(message: NonNullable<CampaignDoc['message']>): string[] {
  try {
    return compileMessage(message, { clicks: true, opens: false }, () => '').links.map(({ target }) => target)
  } catch (error) {
    // What is wrong with the message is said elsewhere.
    if (error instanceof Refusal) return []
    throw error
  }
}

const withoutMark = (page: string): string => page.replace(/#.*$/s, '')

/** What is wrong with a page; null: it is there. */
async function troubleAt(page: string, out: Outside, ms: number): Promise<CampaignFinding['figures'] | null> {
  if (page.startsWith('http:')) return { what: 'unencrypted' }
  const signal = AbortSignal.timeout(ms)
  try {
    const wanted = { signal, ms }
    let status = await askThrough(out, page, { ...wanted, method: 'HEAD' })
    // Not every server answers a HEAD as it answers people.
    if (status >= 400)
      status = await askThrough(out, page, { ...wanted, method: 'GET', headers: { range: 'bytes=0-0' } })
    // RFC 9110 §15.5.17: there is a page, and it is empty.
    return status < 400 || status === 416 ? null : { what: 'status', status }
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    if (error.reason === 'refused') return { what: 'refused' }
    return { what: signal.aborted ? 'late' : 'unreachable' }
  }
}
