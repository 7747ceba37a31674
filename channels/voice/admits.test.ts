import { describe, expect, it } from 'vitest'
import { admits } from './admits.ts'
import { voiceAccount } from './fixtures/account.ts'

const basic = (text: string, scheme = 'Basic') => ({
  headers: { authorization: `${scheme} ${Buffer.from(text).toString('base64')}` }
})
const account = voiceAccount({ username: 'palabre', password: 'päss:word' })

describe('admits', () => {
  it('lets the application’s user in', () => {
    expect(admits(basic('palabre:päss:word'), account)).toBe(true)
    expect(admits(basic('palabre:päss:word', 'bAsIc'), account)).toBe(true)
  })

  it.each([
    [{ headers: {} }],
    [{ headers: { authorization: '' } }],
    [{ headers: { authorization: 'Basic' } }],
    [{ headers: { authorization: 'Basic ????' } }],
    [{ headers: { authorization: 'Bearer cGFsYWJyZTpww6Rzczp3b3Jk' } }],
    [basic('palabre:pass:word')],
    [basic('palabre:')],
    [basic('Palabre:päss:word')],
    [basic('palabre:päss:word ')],
    [basic(':')],
    [basic('x'.repeat(100_000))]
  ])('keeps others out %#', (request) => {
    expect(admits(request, account)).toBe(false)
  })

  it('lets nobody in where no password was set', () => {
    expect(admits(basic(':'), voiceAccount({ username: '', password: '' }))).toBe(false)
    expect(admits(basic('palabre:'), voiceAccount({ username: 'palabre', password: '' }))).toBe(false)
    expect(admits({ headers: {} }, voiceAccount({ username: '', password: '' }))).toBe(false)
  })
})
