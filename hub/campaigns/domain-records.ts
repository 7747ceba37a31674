import { Resolver } from 'node:dns/promises'
import type { CampaignFinding } from '@palabre/config/contract/campaign'
import type { SenderDoc } from './sender.model.ts'

const askMs = 3000

/** Looks up the text records of a name; an empty list where there are none. Rejects when the DNS does not answer. */
export type LookUpText = (name: string) => Promise<string[]>

/** Asks the machine's own resolver, or the one at `server` (`127.0.0.1:5353`). */
export function resolverAt(server?: string): LookUpText {
  const resolver = new Resolver({ timeout: askMs, tries: 2 })
  if (server) resolver.setServers([server])
  return async (name) => {
    try {
      return (await resolver.resolveTxt(name)).map((parts) => parts.join(''))
    } catch (error) {
      const { code } = error as { code?: string }
      if (code === 'ENOTFOUND' || code === 'ENODATA') return []
      throw error
    }
  }
}

const finding = (
  kind: 'spf' | 'dkim' | 'dmarc',
  severity: CampaignFinding['severity'],
  figures: CampaignFinding['figures']
): CampaignFinding => ({ severity, kind, figures })

/** Whether receivers can know that the domain's mail is the domain's: SPF (RFC 7208), DKIM (6376), DMARC (7489). */
export async function checkDomain(
  domain: string,
  dkim: SenderDoc['dkim'],
  lookUp: LookUpText
): Promise<CampaignFinding[]> {
  const ask = async (name: string) => {
    try {
      return await lookUp(name)
    } catch {
      return null
    }
  }
  const [spf, dmarc, key] = await Promise.all([
    ask(domain),
    ask(`_dmarc.${domain}`),
    dkim ? ask(`${dkim.selector}._domainkey.${dkim.domain}`) : null
  ])
  return [...spfFindings(domain, spf), ...dkimFindings(domain, dkim, key), ...dmarcFindings(domain, dmarc)]
}

function spfFindings(domain: string, records: string[] | null): CampaignFinding[] {
  if (records === null) return [finding('spf', 'notice', { domain, what: 'unanswered' })]
  const own = records.filter((text) => /^v=spf1(\s|$)/i.test(text))
  if (own.length === 0) return [finding('spf', 'warning', { domain, what: 'missing' })]
  if (own.length > 1) return [finding('spf', 'warning', { domain, what: 'several' })]
  return /\+all\b/i.test(own[0] ?? '') ? [finding('spf', 'warning', { domain, what: 'open' })] : []
}

function dkimFindings(domain: string, dkim: SenderDoc['dkim'], records: string[] | null): CampaignFinding[] {
  if (!dkim) return [finding('dkim', 'warning', { domain, what: 'no-key' })]
  if (dkim.domain !== domain) return [finding('dkim', 'warning', { domain, what: 'other-domain' })]
  if (records === null) return [finding('dkim', 'notice', { domain, what: 'unanswered' })]
  if (records.length === 0) return [finding('dkim', 'warning', { domain, what: 'missing' })]
  const published = records.map((text) => /\bp=([A-Za-z0-9+/=\s]*)/.exec(text)?.[1]?.replace(/\s/g, ''))
  return published.includes(dkim.publicKey)
    ? []
    : [finding('dkim', 'blocking', { domain, what: 'other-key' })]
}

function dmarcFindings(domain: string, records: string[] | null): CampaignFinding[] {
  if (records === null) return [finding('dmarc', 'notice', { domain, what: 'unanswered' })]
  return records.some((text) => /^v=DMARC1\s*;/i.test(text))
    ? []
    : [finding('dmarc', 'warning', { domain, what: 'missing' })]
}
