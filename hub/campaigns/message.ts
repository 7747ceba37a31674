import type { Types } from 'mongoose'
import type { CampaignMessage } from '@palabre/config/contract/campaign'
import { refuse } from '../refuse.ts'
import { escapeHtml } from '../plugins/escape-html.ts'
import { compileMjml } from './mjml.ts'
import {
  mask,
  readOrRefuse,
  readTemplate,
  sentenceOf,
  type Masked,
  type Variables,
  type Written
} from './liquid.ts'

/** A link of the message: the template of where it leads, and the words on it. */
export interface LinkDoc {
  index: number
  target: string
  label: string
}

/** A message that was compiled once: templates for each recipient, and the links that are followed. */
export interface CompiledMessage {
  html: string
  text: string
  links: LinkDoc[]
}

/** What an address in the mail is made of. */
export interface Addresses {
  click(link: number): string
  open: string
  unsubscribe: string
}

/** Variables beside those of the contact. */
export const ownNames = ['unsubscribe_url', 'campaign.name', 'campaign.preheader'] as const
const mostLinks = 500

/**
 * Compiles the message of a campaign: MJML to HTML, its plain form, links led through us, the line that shows beside
 * the subject, the picture that tells of opening. Refuses `invalid-input` with the line at which it is wrong.
 */
export function compileMessage(
  message: Pick<CampaignMessage, 'mjml' | 'text' | 'preheader'>,
  tracking: { clicks: boolean; opens: boolean },
  plainText: (html: string) => string
): CompiledMessage {
  const source = mask(message.mjml)
  const compiled = compileMjml(source)
  if ('fault' in compiled)
    return refuse('invalid-input', undefined, [{ path: 'message/mjml', message: sentenceOf(compiled.fault) }])
  const followed = followLinks(source, compiled.html, tracking.clicks)
  const words = message.text === null ? maskedText(source, plainText(compiled.html)) : mask(message.text)
  const html = withPreheader(followed.html, message.preheader)
  return {
    html: tracking.opens ? withPixel(html) : html,
    text: followWords(words, followed.links, tracking.clicks),
    links: followed.links
  }
}

const maskedText = (source: Masked, text: string): Masked => ({ ...source, text })

/** A link can be followed when where it leads is known from the recipient alone: not from a turn of a loop. */
function isFollowed(target: string): boolean {
  if (/\b(unsubscribe_url|links\.)/.test(target)) return false
  if (!/^(https?:\/\/|\{\{)/i.test(target)) return false
  if (!/[{]/.test(target)) return true
  return readTemplate(target, 'words').names.every((name) => /^(contact|campaign)\./.test(name))
}

function followLinks(source: Masked, html: string, isOn: boolean): { html: string; links: LinkDoc[] } {
  const links: LinkDoc[] = []
  const isLocal = (target: string) => !isFollowed(target)
  const followed = html.replace(
    /(<(?:a|area|v:[a-z]+)\b[^>]*?\shref=)(?:"([^"]*)"|'([^']*)')([^>]*>)([\s\S]{0,400}?<\/a>)?/gi,
    (whole, before: string, double?: string, single?: string, after = '', content = '') => {
      const target = source.unmask(decodeEntities(double ?? single ?? '')).trim()
      if (!isOn || isLocal(target)) return whole
      const link = linkTo(links, target, labelOf(source, content))
      return `${before}"{{ links.l${String(link.index)} }}"${after}${content}`
    }
  )
  return { html: source.unmask(followed), links }
}

function linkTo(links: LinkDoc[], target: string, label: string): LinkDoc {
  const known = links.find((one) => one.target === target)
  if (known) return known
  if (links.length >= mostLinks)
    refuse('invalid-input', undefined, [
      { path: 'message/mjml', message: `It has more than ${String(mostLinks)} links` }
    ])
  const link = { index: links.length, target, label }
  links.push(link)
  return link
}

const labelOf = (source: Masked, content: string): string =>
  source
    .unmask(decodeEntities(content.replace(/<[^>]*>/g, ' ')))
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 80)

function followWords(words: Masked, links: LinkDoc[], isOn: boolean): string {
  const followed = words.text.replace(/https?:\/\/[^\s<>"')\]]+/gi, (address) => {
    const target = words.unmask(address)
    return isOn && isFollowed(target) ? `{{ links.l${String(linkTo(links, target, '').index)} }}` : address
  })
  return words.unmask(followed)
}

/** Mail programs show the first words of a mail beside its subject; these are not seen in the mail itself. */
function withPreheader(html: string, preheader: string): string {
  if (preheader.trim() === '') return html
  const source = mask(preheader)
  const hidden = `<div style="display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden;">${source.unmask(
    escapeHtml(source.text)
  )}</div>`
  return html.replace(/<body\b[^>]*>/i, (body) => body + hidden)
}

const withPixel = (html: string) =>
  html.replace(
    /<\/body>/i,
    '<img src="{{ open_url }}" width="1" height="1" alt="" style="display:block;border:0;" /></body>'
  )

const decodeEntities = (text: string): string =>
  text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#0?39;/g, "'")
    .replace(/&nbsp;/g, ' ')
    .replace(/&amp;/g, '&')

/** Writes the message for a recipient. */
export interface Writer {
  write(variant: string | null, recipient: Filling, addresses: Addresses): Mail
  /** Where a link leads this recipient; null when that is no page. */
  target(link: number, recipient: Filling): string | null
  /** What its templates take from outside, ours left out. */
  names: string[]
}

/** What is filled in for one recipient. */
export interface Filling {
  _id: Types.ObjectId
  address: string
  name: string
  data: Record<string, string>
}

export interface Mail {
  subject: string
  html: string
  text: string
}

interface Parts {
  compiled: CompiledMessage
  subjects: { id: string; subject: string }[]
  fallbacks: Record<string, string>
  campaignName: string
}

/** Reads all templates of a message once. Refuses `invalid-input`. */
export function writerOf({ compiled, subjects, fallbacks, campaignName }: Parts): Writer {
  const html = readOrRefuse(compiled.html, 'html', 'message/mjml')
  const text = readOrRefuse(compiled.text, 'words', 'message/text')
  const lines = new Map(
    subjects.map(({ id, subject }) => [id, readOrRefuse(subject, 'words', `message/subjects/${id}`)] as const)
  )
  const first = subjects[0]?.id ?? ''
  const targets = new Map<number, Written>()
  const names = [html, text, ...lines.values()].flatMap((one) => one.names)
  const known = new Set<string>([...ownNames, 'open_url'])
  const variablesOf = (recipient: Filling) => ({
    contact: contactOf(recipient, { email: recipient.address }, fallbacks),
    campaign: { name: campaignName }
  })
  return {
    names: [...new Set(names)].filter((name) => !known.has(name) && !name.startsWith('links.')),
    write(variant, recipient, addresses) {
      const variables: Variables = {
        ...variablesOf(recipient),
        unsubscribe_url: addresses.unsubscribe,
        open_url: addresses.open,
        links: Object.fromEntries(
          compiled.links.map(({ index }) => [`l${String(index)}`, addresses.click(index)])
        )
      }
      const subject = lines.get(variant ?? first) ?? lines.get(first)
      return {
        subject: subject?.write(variables).replace(/[\r\n]+/g, ' ') ?? '',
        html: html.write(variables),
        text: text.write(variables)
      }
    },
    target(link, recipient) {
      const { target } = compiled.links[link] ?? {}
      if (target === undefined) return null
      const written = targets.get(link) ?? readTemplate(target, 'words')
      targets.set(link, written)
      return pageAt(written.write(variablesOf(recipient)))
    }
  }
}

/** The address when a browser may go there (http, https). */
export function pageAt(address: string): string | null {
  try {
    const url = new URL(address.trim())
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null
  } catch {
    return null
  }
}

/** What templates know of a contact, with the fallbacks of the campaign where there is nothing. */
export function contactOf(
  { name, data }: Filling,
  address: Record<string, string>,
  fallbacks: Record<string, string>
): Record<string, string> {
  const contact: Record<string, string> = {
    ...data,
    name,
    first_name: data['first_name'] ?? name.trim().split(/\s+/)[0] ?? '',
    ...address
  }
  for (const [path, value] of Object.entries(fallbacks)) {
    const field = path.replace(/^contact\./, '')
    if (!contact[field]?.trim()) contact[field] = value
  }
  return contact
}
