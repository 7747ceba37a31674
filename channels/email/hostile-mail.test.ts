import { describe, expect, it } from 'vitest'
import { readMessage, testAccount } from './fixtures/load.ts'
import { limits } from './limits.ts'
import { parseMail } from './parse.ts'

const head = 'From: mallory@evil.example\r\nMessage-ID: <hostile@evil.example>\r\nSubject: s\r\n'
const mail = (rest: string) => Buffer.from(head + rest)
const html = (body: string) => mail(`Content-Type: text/html\r\n\r\n${body}`)
const text = (body: string) => mail(`Content-Type: text/plain\r\n\r\n${body}`)
const fill = (unit: string, length: number) => unit.repeat(Math.floor(length / unit.length))
const MB = 1024 * 1024

const nested = (depth: number) => {
  let source = 'Content-Type: multipart/mixed; boundary=b0\r\n\r\n'
  for (let i = 0; i < depth; i++)
    source += `--b${i}\r\nContent-Type: multipart/mixed; boundary=b${i + 1}\r\n\r\n`
  return mail(`${source}--b${depth}\r\n\r\ninnermost`)
}

describe('mail made to hurt the reader', () => {
  it.each<[string, () => Buffer, RegExp]>([
    ['parts nested 10,000 deep', () => nested(10_000), /nested more than 50 deep/],
    [
      'messages in messages 10,000 deep',
      () => mail(`Content-Type: message/rfc822\r\nContent-Disposition: inline\r\n\r\n${head}`.repeat(10_000)),
      /nested more than 50 deep/
    ],
    [
      '100,000 parts',
      () => mail(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(100_000)}`),
      /more than 500 parts/
    ],
    [
      'millions of lines that look like borders',
      () => mail(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${fill('--\n', 20 * MB)}`),
      /borders between parts/
    ],
    ['a header of 20 MB', () => mail(`X-Bomb: ${fill('a', 20 * MB)}`), /header is longer than 128 kB/],
    ['20,000 headers', () => mail(`${'X: y\r\n'.repeat(20_000)}\r\n`), /[Hh]eader/]
  ])('quarantines %s with its source, quickly', async (_, make, reason) => {
    const source = make()
    const begun = process.cpuUsage()
    const event = await parseMail(source, testAccount())
    expect(event).toMatchObject({ kind: 'quarantined', externalId: 'hostile@evil.example' })
    expect(event.kind === 'quarantined' && event.reason).toMatch(reason)
    expect(event.kind === 'quarantined' && event.raw.byteLength).toBe(source.length)
    const { user, system } = process.cpuUsage(begun)
    expect((user + system) / 1000).toBeLessThan(2_000)
  })

  it('reads what is nested no deeper than mail programs nest', async () => {
    expect((await readMessage(nested(20))).text).toBe('innermost')
  })

  it('keeps an attached message closed, however deep it is inside', async () => {
    const deep = `Content-Type: message/rfc822\r\n\r\n${head}`.repeat(10_000)
    const message = await readMessage(
      mail(`Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${deep}\r\n--b--`)
    )
    expect(message.attachments).toMatchObject([{ type: 'message/rfc822' }])
  })

  it.each<[string, () => Buffer]>([
    ['HTML nested without end', () => html(fill('<div>word ', 2 * MB))],
    ['unclosed blockquotes', () => html(`x${fill('<blockquote>y', MB)}`)],
    ['tables in tables', () => html(fill('<table><tr><td>', MB))],
    ['endings that match nothing', () => html(fill('<b>', MB / 2) + fill('</i>', MB / 2))],
    [
      'base64 that unpacks to tags',
      () =>
        mail(
          `Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n${fill('PGI+PGI+PGI+PGI+PGI+PGI+PGI+PGI+\n', 20 * MB)}`
        )
    ],
    ['lines that look like quotations', () => text(fill('On 1 wrote:\n>\n', 5 * MB))],
    ['lines that make quote patterns backtrack', () => text(fill('Op schreef x\n', 200_000))],
    [
      'angle brackets in a header that is searched for ids',
      () => mail(`References: ${fill('<', 100_000)}\r\n\r\nx`)
    ],
    ['an address header of groups in groups', () => mail(`To: ${fill('a:b,<c;', 100_000)}\r\n\r\nx`)],
    ['20 MB of line ends', () => text(fill('\n', 20 * MB))],
    ['20 MB of NULs', () => text(fill('\0', 20 * MB))]
  ])('reads past %s in a few seconds', async (_, make) => {
    const source = make()
    // Of the processor, whatever else the machine does meanwhile.
    const begun = process.cpuUsage()
    const message = await readMessage(source)
    const { user, system } = process.cpuUsage(begun)
    expect((user + system) / 1000).toBeLessThan(6_000)
    expect(message.text.length).toBeLessThanOrEqual(limits.textChars + 10)
    expect(message.html?.length ?? 0).toBeLessThanOrEqual(limits.htmlChars)
    expect(message.raw?.byteLength).toBe(source.length)
  })

  it('keeps the words and the original of HTML that cannot be shown', async () => {
    const message = await readMessage(html(`hello world ${fill('<div>', MB)}`))
    expect(message.html).toBeUndefined()
    expect(message.text).toContain('hello world')
    expect(message.attachments).toMatchObject([{ name: 'message.html', type: 'text/html' }])
  })

  it('shortens a text without end and says so; the original has all of it', async () => {
    const message = await readMessage(text(fill('lorem ipsum\n', 10 * MB)))
    expect(message.text.slice(-30)).toMatch(/lorem ipsum[^]*\n\n\[…\]$/)
    expect(message.raw?.byteLength).toBeGreaterThan(9 * MB)
  })

  it('does not shorten files', async () => {
    const file = fill('lorem ipsum\r\n', 5 * MB)
    const part = `--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n${file}`
    const message = await readMessage(
      mail(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${part}\r\n--b--`)
    )
    expect(message.attachments?.[0]?.content.byteLength).toBe(file.length)
  })

  it('reads 200 mails of random bytes without a throw', async () => {
    let seed = 7
    const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648)
    const bits = [
      'From: a@b.example',
      'Content-Type: multipart/mixed; boundary=x',
      '--x',
      '\r\n\r\n',
      '\r\n',
      '=?utf-8?B?',
      '<div',
      '\0',
      '\xff',
      'Content-Transfer-Encoding: base64',
      '"',
      ';',
      ' ',
      'Subject:',
      '--x--'
    ]
    for (let i = 0; i < 200; i++) {
      const source = Array.from({ length: 60 }, () => bits[random() % bits.length]).join(
        random() % 2 ? '' : '\r\n'
      )
      const event = await parseMail(Buffer.from(source, 'latin1'), testAccount())
      expect(['message', 'quarantined']).toContain(event.kind)
    }
  })
})
