import { describe, expect, it } from 'vitest'
import { cleanLine, cleanText } from '../clean-text.ts'
import { canonicalAddress, displayName, isOneOf, mailboxes } from './email-address.ts'
import { safeFileName, safeType } from '../file-name.ts'

describe('addresses', () => {
  it.each([
    [' Awa.Demo@Customer.Example ', 'awa.demo@customer.example'],
    ['awa@bücher.example', 'awa@xn--bcher-kva.example'],
    ['awa+x@customer.example.', 'awa+x@customer.example']
  ])('%j becomes %j', (address, canonical) => expect(canonicalAddress(address)).toBe(canonical))

  it.each([
    '',
    'awa',
    '@x.example',
    'a@',
    'a b@x.example',
    'a@x.example\r\nBcc: b@x.example',
    '<a@x.example>',
    `${'a'.repeat(400)}@x.example`
  ])('%j is none', (address) => expect(canonicalAddress(address)).toBeUndefined())

  it('counts a detail after a plus as the same box', () => {
    expect(isOneOf('support+7@bank.example', ['support@bank.example'])).toBe(true)
    expect(isOneOf('support@bank.example.evil.example', ['support@bank.example'])).toBe(false)
  })

  it('lists each mailbox once, members of groups included', () => {
    expect(
      mailboxes([
        { name: 'Team', group: [{ name: 'Awa', address: 'awa@x.example' }, { address: 'AWA@x.example' }] },
        { name: 'Nobody', group: [] },
        { name: '', address: 'broken' }
      ])
    ).toEqual([{ address: 'awa@x.example', name: 'Awa' }])
  })

  it.each(['ceo@bank.example', 'Awa <awa@x.example>', '\u202e\u0000', '""'])('shows no name for %j', (name) =>
    expect(displayName(name)).toBeUndefined()
  )

  it('shows a name without what hides in it', () =>
    expect(displayName('"Awa\u202e\u0007 Demo"')).toBe('Awa Demo'))
})

describe('lines and texts', () => {
  it('have no control characters and no halves of characters', () => {
    expect(cleanLine('a\u0000\u001b[0m\r\nb\u2028c\ud83d', 50)).toBe('a[0m b c\ufffd')
    expect(cleanText('a\r\nb\rc\u0000\td\ud83d', 50)).toBe('a\nb\nc\td\ufffd')
  })

  it('are cut between characters', () => expect(cleanText('a😀b', 2)).toBe('a'))
})

describe('file names', () => {
  it.each([
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\x\\virus.exe', 'virus.exe'],
    ['a\u202egpj.exe', 'agpj.exe'],
    ['.htaccess', 'htaccess'],
    ['nul', '_nul'],
    ['a<b>:"c|d?.txt', 'a_b___c_d_.txt'],
    ['x.pdf ', 'x.pdf'],
    ['  ', 'attachment-3.pdf'],
    [undefined, 'attachment-3.pdf']
  ])('%j becomes %j', (name, safe) => expect(safeFileName(name, 'application/pdf', 3)).toBe(safe))

  it('keep their extension when they are cut', () => {
    const name = safeFileName(`${'é'.repeat(500)}.tar.gz`, 'application/gzip', 1)
    expect(name).toHaveLength(150)
    expect(name).toMatch(/é\.gz$/)
  })

  it.each([
    ['IMAGE/PNG', 'image/png'],
    ['text/html\r\nX: y', 'application/octet-stream'],
    ['', 'application/octet-stream']
  ])('type %j becomes %j', (type, safe) => expect(safeType(type)).toBe(safe))
})
