import { domainToASCII } from 'node:url'
import { cleanLine } from '../clean-text.ts'
import { limits } from './limits.ts'

/** What mailparser makes of one entry of an address header; a group has members and no address of its own. */
interface Entry {
  name?: string
  address?: string
  group?: Entry[]
}

export interface Mailbox {
  address: string
  name?: string
}

const shape = /^[^\s<>()[\]\\,;:@"\p{Cc}]+@[^\s<>()[\]\\,;:@"\p{Cc}]+$/u

/**
 * The canonical form of an address: lower case, domain in ASCII (RFC 5890 A-labels). Undefined when it is none.
 * The local part is case-sensitive by RFC 5321 §2.4 and by no provider; keeping its case would make two contacts
 * of one person.
 */
export const canonicalAddress = (input: string | undefined): string | undefined => {
  const address = (input ?? '').trim().toLowerCase()
  if (address.length > limits.addressChars || !shape.test(address)) return undefined
  const at = address.lastIndexOf('@')
  const domain = domainToASCII(address.slice(at + 1)).replace(/\.$/, '')
  return domain === '' ? undefined : `${address.slice(0, at)}@${domain}`
}

/**
 * A display name fit to be shown beside its address: one line, no hidden or direction-changing characters, and
 * empty when it poses as another address ("ceo@bank.example" <thief@evil.example>).
 */
export const displayName = (name: string | undefined): string | undefined => {
  const clean = cleanLine(name ?? '', limits.nameChars).replace(/^["'\s]+|["'\s]+$/g, '')
  return clean === '' || clean.includes('@') || clean.includes('＠') ? undefined : clean
}

/** The mailboxes of an address header in order, members of groups included, without repeats or rubbish. */
export const mailboxes = (entries: readonly Entry[]): Mailbox[] => {
  const found = new Map<string, Mailbox>()
  const take = (list: readonly Entry[]) => {
    for (const entry of list) {
      if (found.size >= limits.addresses) return
      if (entry.group) take(entry.group)
      const address = canonicalAddress(entry.address)
      if (!address || found.has(address)) continue
      const name = displayName(entry.name)
      found.set(address, name ? { address, name } : { address })
    }
  }
  take(entries)
  return [...found.values()]
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

/** Does mail to `address` belong to one of these? A detail after a plus counts as the same box (RFC 5233). */
export const isOneOf = (address: string, own: readonly string[]): boolean => {
  const plain = address.replace(/\+[^@]*@/, '@')
  return own.some((one) => one === address || one === plain)
}
