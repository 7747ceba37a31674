import { createHash, createPublicKey, createVerify } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { SMTPServer } from 'smtp-server'

export interface TakenMail {
  from: string
  to: string
  messageId: string
  raw: Buffer
  at: number
}

/** What a domain answers to RCPT: nothing takes the mail, else the code and words. `nth` counts its recipients. */
export type DomainRule = (address: string, nth: number) => { code: number; words: string } | null

/** The mail servers of the world behind one relay: each domain answers by a rule of its own. */
export interface ReceivingWorld {
  port: number
  readonly mails: readonly TakenMail[]
  /** Moments of every RCPT, refused ones too, by domain. */
  readonly asked: ReadonlyMap<string, number[]>
  rule(domain: string, rule: DomainRule): void
  stop(): Promise<void>
}

/** @param slowMs how long it thinks before it says 250 */
export async function openReceivingWorld({
  slowMs = 0,
  keep = true,
  port = 0
} = {}): Promise<ReceivingWorld> {
  const mails: TakenMail[] = []
  const asked = new Map<string, number[]>()
  const rules = new Map<string, DomainRule>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    onRcptTo({ address }, _session, done) {
      const domain = address.slice(address.lastIndexOf('@') + 1)
      const times = asked.get(domain) ?? []
      asked.set(domain, times)
      times.push(Date.now())
      const refusal = rules.get(domain)?.(address, times.length)
      if (refusal) done(Object.assign(new Error(refusal.words), { responseCode: refusal.code }))
      else done()
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('error', () => undefined)
      stream.on('end', () => {
        const raw = Buffer.concat(chunks)
        mails.push({
          from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
          to: session.envelope.rcptTo[0]?.address ?? '',
          messageId: /^Message-ID:\s*<([^>]+)>/im.exec(raw.toString('latin1', 0, 8192))?.[1] ?? '',
          raw: keep ? raw : Buffer.alloc(0),
          at: Date.now()
        })
        if (slowMs === 0) done(null, 'Taken')
        else void sleep(slowMs).then(() => done(null, 'Taken'))
      })
    }
  })
  // A sender that breaks its line is a day like any other.
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()))
  const address = server.server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    mails,
    asked,
    rule: (domain, rule) => void rules.set(domain, rule),
    stop: () => new Promise((resolve) => server.close(() => resolve()))
  }
}

/** The header of a mail, unfolded, in order. */
export function headersOf(raw: Buffer): [string, string][] {
  const text = raw.toString('latin1')
  return text
    .slice(0, text.indexOf('\r\n\r\n'))
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n')
    .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()])
}

/**
 * Verifies a DKIM signature (RFC 6376, rsa-sha256, relaxed/relaxed) with nothing of the sender's but the DNS record.
 * Answers which fields are covered; throws with what is wrong.
 */
export function verifyDkim(raw: Buffer, dns: (name: string) => string | undefined): string[] {
  const text = raw.toString('latin1')
  const split = text.indexOf('\r\n\r\n')
  const lines = text.slice(0, split).split(/\r\n(?![ \t])/)
  const mark = lines.find((line) => /^dkim-signature:/i.test(line))
  if (!mark) throw new Error('not signed')
  const tags = new Map(
    mark
      .slice(mark.indexOf(':') + 1)
      .split(';')
      .map((tag): [string, string] => [
        tag.slice(0, tag.indexOf('=')).trim(),
        tag.slice(tag.indexOf('=') + 1).replace(/\s/g, '')
      ])
  )
  const body = text
    .slice(split + 4)
    .replace(/[ \t]+(?=\r\n)/g, '')
    .replace(/[ \t]+/g, ' ')
    .replace(/(\r\n)*$/, '')
  const hash = createHash('sha256')
    .update(body === '' ? '' : `${body}\r\n`, 'latin1')
    .digest('base64')
  if (hash !== tags.get('bh')) throw new Error('the body was changed')
  const relaxed = (line: string) =>
    `${line.slice(0, line.indexOf(':')).toLowerCase().trim()}:${line
      .slice(line.indexOf(':') + 1)
      .replace(/\r\n/g, '')
      .replace(/[ \t]+/g, ' ')
      .trim()}`
  const covered = (tags.get('h') ?? '').toLowerCase().split(':')
  const left = [...lines]
  const signed = covered.flatMap((name) => {
    const at = left.findLastIndex((line) => line.toLowerCase().startsWith(`${name}:`))
    return at < 0 ? [] : left.splice(at, 1).map(relaxed)
  })
  signed.push(relaxed(mark.replace(/([;\s]b=)[^;]*/, '$1')))
  const record = dns(`${tags.get('s') ?? ''}._domainkey.${tags.get('d') ?? ''}`)
  const key = /\bp=([A-Za-z0-9+/=]+)/.exec(record ?? '')?.[1]
  if (!key) throw new Error('no key in the DNS')
  const verifier = createVerify('RSA-SHA256').update(signed.join('\r\n'), 'latin1')
  const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' })
  if (!verifier.verify(publicKey, tags.get('b') ?? '', 'base64')) throw new Error('the signature is wrong')
  return covered
}
