import { describe, expect, it } from 'vitest'
import { findOwnMessageId, ownMessageId, readMessageIds, verifyMessageId } from './message-id.ts'
import { referencesHeader, threadOf } from './thread.ts'

const id = '0123456789abcdef01234567'
const key = 'a-signing-key'
const own = ownMessageId(id, 'bank.example', key)

describe('our own Message-IDs', () => {
  it('are the same for every attempt, and fit into a header', () => {
    expect(ownMessageId(id, 'bank.example', key)).toBe(own)
    expect(own).toMatch(/^[0-9a-f]{24}\.[0-9a-f]{20}@bank\.example$/)
  })

  it('are known again, also when a server changed their case or our domain has changed', () => {
    expect(verifyMessageId(own, key)).toBe(id)
    expect(verifyMessageId(own.toUpperCase(), key)).toBe(id)
    expect(verifyMessageId(own.replace('bank.example', 'old.example'), key)).toBe(id)
  })

  it.each([
    ['another message', own.replace('0123', '1123')],
    ['another signature', own.replace(/\.[0-9a-f]/, own.includes('.0') ? '.1' : '.0')],
    ['a shorter signature', own.replace(/[0-9a-f]@/, '@')],
    ['words', 'hello@bank.example'],
    ['nothing', '']
  ])('are not believed with %s', (_, forged) => expect(verifyMessageId(forged, key)).toBeUndefined())

  it('are not believed under the key of another account', () => {
    expect(verifyMessageId(own, 'another-key')).toBeUndefined()
  })

  it('are found in returned headers, behind forged ones', () => {
    const forged = `${id}.${'0'.repeat(20)}@bank.example`
    expect(findOwnMessageId(`In-Reply-To: <${forged}>\r\nMessage-ID: <${own}>`, key)).toBe(id)
    expect(findOwnMessageId(`<${forged}>`, key)).toBeUndefined()
  })
})

describe('reading ids from headers', () => {
  it.each([
    ['<a@b.example> <c@d.example>', ['a@b.example', 'c@d.example']],
    ['<a@b.example>\r\n <c@d.example>', ['a@b.example', 'c@d.example']],
    ['<a@b.example><c@d.example>', ['a@b.example', 'c@d.example']],
    ['Your message of Monday <a@b.example> "x"', ['a@b.example']],
    ['a@b.example, c@d.example', ['a@b.example', 'c@d.example']],
    ['<<a@b.example>>', ['a@b.example']],
    ['<a@\r\n b.example>', ['a@b.example']],
    ['<a@b.example> <a@b.example>', ['a@b.example']],
    ['<unfinished', []],
    ['<> <  > >', []],
    ['', []]
  ])('reads %j', (header, ids) => expect(readMessageIds(header)).toEqual(ids))

  it('leaves out ids of absurd length', () => {
    expect(readMessageIds(`<${'x'.repeat(600)}@b.example> <a@b.example>`)).toEqual(['a@b.example'])
  })
})

describe('threads', () => {
  it('names what a mail answers, nearest first, ours apart from the others', () => {
    expect(threadOf('<parent@x.example>', `<root@x.example> <${own}> <parent@x.example>`, key)).toEqual({
      own: [id],
      external: ['parent@x.example', 'root@x.example']
    })
  })

  it('takes a forged id of ours for somebody else’s', () => {
    const forged = own.replace('0123', '1123')
    expect(threadOf(`<${forged}>`, '', key)).toEqual({ own: [], external: [forged] })
  })

  it('reads no more than a hundred', () => {
    const many = Array.from({ length: 5_000 }, (_, i) => `<${i}@x.example>`).join(' ')
    const { external } = threadOf('', many, key)
    expect(external).toHaveLength(100)
    expect(external[0]).toBe('4999@x.example')
  })

  it('sends the first and the last references when there are too many', () => {
    const ids = Array.from({ length: 100 }, (_, i) => `${i}@x.example`)
    const sent = referencesHeader(ids)
    expect(sent).toHaveLength(20)
    expect(sent[0]).toBe('0@x.example')
    expect(sent.at(-1)).toBe('99@x.example')
    const long = referencesHeader(ids.map((one) => `${'x'.repeat(400)}${one}`))
    expect(long.join('').length).toBeLessThan(3_000)
    expect(long.at(-1)).toContain('99@x.example')
  })

  it('sends no id that is a hash or would break a header', () => {
    expect(referencesHeader(['sha256:ab', 'a b@c.example', 'a@b.example\r\nBcc: x', 'ok@c.example'])).toEqual(
      ['ok@c.example']
    )
  })
})
