import { describe, expect, it } from 'vitest'
import { admits } from './admits.ts'
import { chatAccount } from './fixtures/account.ts'
import { originLine } from './settings.ts'

const at = (...origins: string[]) => chatAccount({ origins })

describe('admits', () => {
  it('lets no other site in while none is listed', () => {
    expect(admits('https://www.bank.example', at())).toBe(false)
    expect(admits(undefined, at())).toBe(false)
  })

  it('lets a listed site in, however it is spelled', () => {
    const account = at(' https://WWW.Bank.example/ ', 'http://localhost:8080', 'https://bücher.example')
    expect(admits('https://www.bank.example', account)).toBe(true)
    expect(admits('https://www.bank.example:443', account)).toBe(true)
    expect(admits('http://localhost:8080', account)).toBe(true)
    expect(admits('https://xn--bcher-kva.example', account)).toBe(true)
  })

  it.each([
    'http://www.bank.example',
    'https://bank.example',
    'https://www.bank.example:8443',
    'https://www.bank.example.evil.example',
    'https://evil-www.bank.example',
    'https://www.bank.example@evil.example',
    'null',
    '',
    'javascript:alert(1)',
    'file://'
  ])('keeps %s out', (origin) => {
    expect(admits(origin, at('https://www.bank.example'))).toBe(false)
  })

  it('lets every subdomain in by a wildcard, not the domain itself nor one that ends alike', () => {
    const account = at('https://*.bank.example')
    expect(admits('https://www.bank.example', account)).toBe(true)
    expect(admits('https://a.b.bank.example', account)).toBe(true)
    expect(admits('https://bank.example', account)).toBe(false)
    expect(admits('https://evilbank.example', account)).toBe(false)
    expect(admits('http://www.bank.example', account)).toBe(false)
  })

  it('lets everybody in only when a star is written out', () => {
    expect(admits('https://anything.example', at('*'))).toBe(true)
    expect(admits('null', at('*'))).toBe(true)
    expect(admits(undefined, at('*'))).toBe(true)
    expect(admits('https://anything.example', at('https://*'))).toBe(false)
  })

  it.each([
    'bank.example',
    'https://',
    'https://bank.example/path',
    'ftp://bank.example',
    '**',
    'https://a b'
  ])('does not take %s as a setting', (line) => {
    expect(originLine.test(line)).toBe(false)
  })
})
