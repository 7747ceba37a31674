import type { Likeness, LikenessReason } from '@palabre/config/contract/contact'
import { canonicalPoint, lineOfPoint } from './canonical.ts'
import type { ContactDoc } from './contact.model.ts'

type Known = Pick<ContactDoc, 'name' | 'company' | 'points' | 'attributes'>

/** Somebody whom a site has signed for: `user:<account>:<the site's own id>`. */
const vouched = /^user:[0-9a-f]{24}:(.+)$/s

/** A full name whatever its accents, case and order; null for a single word, which many people share. */
function fullName(name: string): string | null {
  const words = plain(name)
  return words.length < 2 ? null : words.toSorted().join(' ')
}

const plain = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)

const claimedEmail = ({ attributes }: Known) => canonicalPoint('email', attributes['email'] ?? '')

/**
 * What a contact has in common with whoever may be the same person, each as one indexed word: a line, an address, a
 * site's id, a full name at a company.
 */
export function marksOf(contact: Known): string[] {
  const marks = new Set<string>()
  for (const { kind, value } of contact.points) {
    const line = lineOfPoint(kind, value)
    if (line !== null) marks.add(`number:${line}`)
    if (kind === 'email') marks.add(`email:${value}`)
    const siteId = kind === 'visitor' ? vouched.exec(value)?.[1] : undefined
    if (siteId !== undefined) marks.add(`site:${siteId}`)
  }
  const email = claimedEmail(contact)
  if (email !== null) marks.add(`email:${email}`)
  const name = fullName(contact.name)
  const company = plain(contact.company).join(' ')
  if (name !== null && company !== '') marks.add(`name:${name}|${company}`)
  return [...marks]
}

const weights: Record<LikenessReason, number> = {
  'same-number': 2,
  'claimed-email': 2,
  'same-site-id': 1,
  'same-claimed-email': 1,
  'same-name-company': 1
}

/**
 * Why two contacts may be one, and how sure that is. An address that was only claimed by both proves less than one that
 * one of them writes from; a site's id may be another site's as well; the same full name beside any of them adds to it.
 */
export function likenessOf(one: Known, other: Known): Omit<Likeness, 'contact'> | null {
  const theirs = new Set(marksOf(other))
  const common = marksOf(one).filter((mark) => theirs.has(mark))
  const reasons = common.map((mark) => reasonFor(mark, one, other))
  const name = fullName(one.name)
  const isNamesake = name !== null && name === fullName(other.name)
  const onlyName = reasons.every(({ code }) => code === 'same-name-company')
  const weight = reasons.reduce((sum, { code }) => sum + weights[code], 0) + (isNamesake && !onlyName ? 1 : 0)
  if (reasons.length === 0) return null
  return { reasons, confidence: weight >= 3 ? 'certain' : weight === 2 ? 'likely' : 'possible' }
}

function reasonFor(mark: string, one: Known, other: Known): Likeness['reasons'][number] {
  const at = mark.indexOf(':')
  const value = mark.slice(at + 1)
  switch (mark.slice(0, at)) {
    case 'number':
      return { code: 'same-number', value: `+${value}` }
    case 'site':
      return { code: 'same-site-id', value }
    case 'name':
      return { code: 'same-name-company', value: one.company }
    default: {
      const isWritten = [one, other].some(({ points }) =>
        points.some((point) => point.kind === 'email' && point.value === value)
      )
      return { code: isWritten ? 'claimed-email' : 'same-claimed-email', value }
    }
  }
}
