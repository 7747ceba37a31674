import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { sparePort, startDovecot, type Dovecot } from '../../tests/simulators/mail/dovecot.ts'
import type { InboundEvent } from '../channel.ts'
import { fixture, testAccount } from './fixtures/load.ts'
import { limits } from './limits.ts'
import { listenImap, type Pace } from './listen-imap.ts'
import type { EmailSettings } from './settings.ts'

const pace: Pace = {
  firstRetry: 20,
  longestRetry: 100,
  firstRefusedRetry: 200,
  longestRefusedRetry: 200,
  recheck: 60_000
}

const mail = (n: number | string, extra = '') =>
  `From: awa@customer.example\r\nTo: support@bank.example\r\nSubject: ${n}\r\nMessage-ID: <${n}@customer.example>\r\n\r\nmail ${n}\r\n${extra}`

/** Generous: other work may hold this machine's cores. */
const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 12_000 })

const idOf = (event: InboundEvent) => ('externalId' in event ? event.externalId : undefined)

/** What the hub keeps: unique by external id, and the cursor. Every call may be made to fail or wait. */
const hub = () => ({
  stored: new Map<string, InboundEvent>(),
  reports: [] as string[],
  position: undefined as unknown,
  health: [] as string[],
  onReport: (_event: InboundEvent): Promise<void> | void => {},
  onSave: (_position: unknown): Promise<void> | void => {}
})

/** Stands between client and server, and breaks the connection when the server says `words`. */
const breakingProxy = async (to: number, words: string) => {
  const proxy = createServer((client) => {
    const upstream = connect(to, '127.0.0.1')
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    client.on('error', end).on('close', end).pipe(upstream)
    upstream.on('error', end).on('close', end)
    upstream.on('data', (chunk) => (chunk.includes(words) ? end() : client.write(chunk)))
  })
  const port = await sparePort()
  await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve))
  return { port, close: () => proxy.close() }
}

describe.skipIf(!process.env['PALABRE_DOVECOT'])('listening to IMAP', () => {
  let server: Dovecot
  let users = 0
  const running = new Set<() => Promise<number>>()

  beforeAll(async () => {
    server = await startDovecot()
  })
  afterEach(async () => {
    await Promise.all([...running].map((stop) => stop()))
  })
  afterAll(() => server.stop())

  const freshUser = () => `user${++users}`

  const listen = (user: string, kept: ReturnType<typeof hub>, settings: Partial<EmailSettings> = {}) => {
    const controller = new AbortController()
    const done = listenImap(
      {
        account: testAccount({
          imapHost: server.host,
          imapPort: server.port,
          imapSecurity: 'none',
          imapUser: user,
          imapPassword: server.password,
          ...settings
        }),
        pairing: () => {},
        keep: { load: () => Promise.resolve(null), save: () => Promise.resolve() },
        report: async (event) => {
          await kept.onReport(event)
          const id = idOf(event) ?? ''
          kept.reports.push(id)
          if (kept.stored.has(id)) return 'repeat'
          kept.stored.set(id, event)
          return 'stored'
        },
        cursor: {
          load: () => Promise.resolve(structuredClone(kept.position)),
          save: async (position) => {
            await kept.onSave(position)
            kept.position = structuredClone(position)
          }
        },
        health: (state, detail) => kept.health.push(detail ? `${state}: ${detail}` : state),
        signal: controller.signal
      },
      pace
    )
    const stop = async () => {
      const begun = Date.now()
      controller.abort()
      await done
      running.delete(stop)
      return Date.now() - begun
    }
    running.add(stop)
    return { stop, controller, done }
  }

  const seen = async (user: string, mailbox = 'INBOX') => {
    const client = await server.client(user)
    await client.mailboxOpen(mailbox)
    const all = await client.fetchAll('1:*', { flags: true, envelope: true }).catch(() => [])
    await client.logout()
    return Object.fromEntries(
      all.map((one) => [one.envelope?.subject ?? '', one.flags?.has('\\Seen') ?? false])
    )
  }

  const ids = (kept: ReturnType<typeof hub>) => [...kept.stored.keys()]
  const named = (...numbers: (number | string)[]) => numbers.map((n) => `${n}@customer.example`)

  it('takes the unread mail that lies there, in order, and then what arrives, at once', async () => {
    const user = freshUser()
    await server.append(user, mail('read'), { flags: ['\\Seen'], date: new Date('2020-01-01') })
    await server.append(user, mail(1))
    await server.append(user, mail(2))
    const kept = hub()
    listen(user, kept)
    await eventually(() => ids(kept)).toEqual(named(1, 2))
    const begun = Date.now()
    await server.deliver(user, mail(3))
    await eventually(() => ids(kept)).toEqual(named(1, 2, 3))
    expect(Date.now() - begun).toBeLessThan(3_000)
    expect(kept.health).toEqual(['up'])
    expect(kept.stored.get('3@customer.example')).toMatchObject({ kind: 'message', text: 'mail 3\n' })
  })

  it('marks as read what it took, and nothing else', async () => {
    const user = freshUser()
    await server.deliver(user, mail(1))
    const kept = hub()
    const { stop } = listen(user, kept)
    await eventually(() => ids(kept)).toEqual(named(1))
    await eventually(() => (kept.position as { uid?: number }).uid).toBe(1)
    await stop()
    await server.deliver(user, mail(2))
    expect(await seen(user)).toEqual({ '1': true, '2': false })
  })

  it('moves what it took to a folder, which it makes', async () => {
    const user = freshUser()
    await server.deliver(user, mail(1))
    const kept = hub()
    listen(user, kept, { imapAfter: 'move', imapMoveTo: 'Taken/Here' })
    await eventually(() => ids(kept)).toEqual(named(1))
    await eventually(() => seen(user, 'INBOX')).toEqual({})
    expect(Object.keys(await seen(user, 'Taken.Here'))).toEqual(['1'])
  })

  it('leaves mail as it is when told so, and does not take it again', async () => {
    const user = freshUser()
    await server.deliver(user, mail(1))
    const kept = hub()
    const { stop } = listen(user, kept, { imapAfter: 'nothing' })
    await eventually(() => (kept.position as { uid?: number } | undefined)?.uid).toBe(1)
    await stop()
    listen(user, kept, { imapAfter: 'nothing' })
    await server.deliver(user, mail(2))
    await eventually(() => ids(kept)).toEqual(named(1, 2))
    expect(kept.reports).toEqual(named(1, 2))
    expect(await seen(user)).toEqual({ '1': false, '2': false })
  })

  it('begins with new mail only when told so, without a gap while it is away', async () => {
    const user = freshUser()
    await server.append(user, mail('old'), { date: new Date('2020-01-01') })
    const kept = hub()
    const { stop } = listen(user, kept, { imapStart: 'new' })
    await eventually(() => kept.health).toContain('up')
    await stop()
    await server.deliver(user, mail(1))
    listen(user, kept, { imapStart: 'new' })
    await eventually(() => ids(kept)).toEqual(named(1))
  })

  it('takes a whole mailbox of several hundred mails in order, each once', async () => {
    const user = freshUser()
    const numbers = Array.from({ length: 300 }, (_, i) => i + 1)
    for (const n of numbers) await server.deliver(user, mail(n))
    const kept = hub()
    listen(user, kept, { imapStart: 'all' })
    await eventually(() => kept.stored.size).toBe(300)
    expect(kept.reports).toEqual(named(...numbers))
  })

  it('loses nothing and doubles nothing when it is killed between storing and saving its position', async () => {
    const user = freshUser()
    for (const n of [1, 2, 3]) await server.deliver(user, mail(n))
    const kept = hub()
    for (const killAt of [1, 2, 3]) {
      kept.onSave = (position) =>
        (position as { uid: number }).uid === killAt ? new Promise<void>(() => {}) : undefined
      const { stop } = listen(user, kept)
      await eventually(() => kept.reports.at(-1)).toBe(`${killAt}@customer.example`)
      await stop()
    }
    kept.onSave = () => {}
    listen(user, kept)
    await server.deliver(user, mail(4))
    await eventually(() => ids(kept)).toEqual(named(1, 2, 3, 4))
    expect(kept.reports).toEqual(named(1, 1, 2, 2, 3, 3, 4))
  })

  it('never saves a position before the mail is stored', async () => {
    const user = freshUser()
    for (const n of [1, 2, 3, 4, 5]) await server.deliver(user, mail(n))
    const kept = hub()
    const early: unknown[] = []
    kept.onReport = () => sleep(30)
    kept.onSave = (position) => {
      if ((position as { uid: number }).uid > kept.stored.size) early.push(position)
    }
    listen(user, kept)
    await eventually(() => kept.stored.size).toBe(5)
    expect(early).toEqual([])
  })

  it('goes on after the line dropped in the middle of fetching', async () => {
    const user = freshUser()
    const padding = 'x'.repeat(70).concat('\r\n').repeat(20_000)
    for (let n = 1; n <= 12; n++) await server.deliver(user, mail(n, padding))
    const kept = hub()
    listen(user, kept)
    const dropping = (async () => {
      for (let i = 0; i < 6; i++) {
        await sleep(60)
        await server.dropConnections()
      }
    })()
    await eventually(() => kept.stored.size).toBe(12)
    await dropping
    expect([...kept.stored.values()].every((event) => event.kind === 'message')).toBe(true)
    expect(ids(kept)).toEqual(named(...Array.from({ length: 12 }, (_, i) => i + 1)))
    expect(kept.health.filter((state) => state.startsWith('down')).length).toBeGreaterThan(0)
  }, 30_000)

  it('comes back after the line dropped while it waited for news', async () => {
    const user = freshUser()
    const kept = hub()
    listen(user, kept)
    await eventually(() => kept.health).toEqual(['up'])
    await sleep(200)
    expect(await server.dropConnections()).toBeGreaterThan(0)
    await eventually(() => kept.health.filter((state) => state === 'up').length).toBe(2)
    expect(kept.health[1]).toMatch(/^down: /)
    await server.deliver(user, mail(1))
    await eventually(() => ids(kept)).toEqual(named(1))
  })

  it('looks through a renumbered mailbox again, taking what it does not know', async () => {
    const user = freshUser()
    for (const n of [1, 2]) await server.deliver(user, mail(n))
    const kept = hub()
    const first = listen(user, kept, { imapStart: 'all' })
    await eventually(() => (kept.position as { uid?: number } | undefined)?.uid).toBe(2)
    await first.stop()
    const before = (kept.position as { uidValidity: string }).uidValidity
    await server.deliver(user, mail(3))
    await server.resetUidValidity(user)
    listen(user, kept, { imapStart: 'all' })
    await eventually(() => ids(kept)).toEqual(named(1, 2, 3))
    await eventually(() => (kept.position as { uid: number }).uid).toBe(3)
    expect((kept.position as { uidValidity: string }).uidValidity).not.toBe(before)
    expect(kept.reports.filter((id) => id === '1@customer.example')).toHaveLength(2)
  })

  it('quarantines what cannot be read, and takes the others', async () => {
    const user = freshUser()
    await server.deliver(user, mail(1))
    await server.deliver(user, fixture('no-from'))
    await server.deliver(user, mail(2))
    const kept = hub()
    listen(user, kept)
    await eventually(() => ids(kept)).toEqual([...named(1), 'no-from-1@x.example', ...named(2)])
    expect(kept.stored.get('no-from-1@x.example')).toMatchObject({ kind: 'quarantined' })
  })

  it('does not download what is too large: its headers are quarantined, and it stays unread', async () => {
    const user = freshUser()
    const size = limits.mailBytes + 1024
    await server.deliver(
      user,
      mail(
        'large',
        'x'
          .repeat(998)
          .concat('\r\n')
          .repeat(Math.ceil(size / 1_000))
      )
    )
    await server.deliver(user, mail(1))
    const kept = hub()
    listen(user, kept)
    await eventually(() => ids(kept)).toEqual(named('large', 1))
    const aside = kept.stored.get('large@customer.example')
    expect(aside).toMatchObject({
      kind: 'quarantined',
      reason: expect.stringMatching(/25\.0 MB are allowed/) as string
    })
    expect(aside?.kind === 'quarantined' && Buffer.from(aside.raw).toString()).toMatch(
      /^From: awa[^]*\r\n\r\n$/
    )
    await eventually(() => seen(user)).toEqual({ large: false, '1': true })
  })

  it('sets aside a mail that the hub can never store, and takes the others', async () => {
    const user = freshUser()
    for (const n of [1, 'poison', 2]) await server.deliver(user, mail(n))
    const kept = hub()
    kept.onReport = (event) => {
      if (event.kind === 'message' && event.subject === 'poison') throw new Error('It does not fit')
    }
    listen(user, kept)
    await eventually(() => ids(kept)).toEqual(named(1, 'poison', 2))
    expect(kept.stored.get('poison@customer.example')).toMatchObject({
      kind: 'quarantined',
      reason: `Storing it failed ${limits.poisonTries} times.`
    })
  })

  it('keeps the beginning of a mail that cannot be stored whole even as quarantined', async () => {
    const user = freshUser()
    await server.deliver(user, mail('huge', 'x'.repeat(70).concat('\r\n').repeat(2_000)))
    await server.deliver(user, mail(1))
    const kept = hub()
    kept.onReport = (event) => {
      if ('raw' in event && (event.raw?.byteLength ?? 0) > 100_000) throw new Error('It does not fit')
    }
    listen(user, kept)
    await eventually(() => ids(kept)).toEqual(named('huge', 1))
    const aside = kept.stored.get('huge@customer.example')
    expect(aside?.kind === 'quarantined' && aside.raw.byteLength).toBe(limits.poisonBytes)
  })

  it('sets aside a mail that breaks the line whenever it is fetched, and takes the others', async () => {
    const user = freshUser()
    for (const n of [1, 2, 3]) await server.deliver(user, mail(n, n === 2 ? 'BREAKS THE LINE\r\n' : ''))
    const fragile = await breakingProxy(server.port, 'BREAKS THE LINE')
    const kept = hub()
    const { stop } = listen(user, kept, { imapPort: fragile.port })
    await eventually(() => ids(kept)).toEqual(named(1, 2, 3))
    expect(kept.stored.get('2@customer.example')).toMatchObject({
      kind: 'quarantined',
      reason: `Fetching it failed ${limits.poisonTries} times. It stays in the mailbox.`
    })
    await stop()
    fragile.close()
  })

  it('waits for a store that is away, and quarantines nothing because of it', async () => {
    const user = freshUser()
    for (const n of [1, 2]) await server.deliver(user, mail(n))
    const kept = hub()
    let attempts = 0
    kept.onReport = () => {
      if (++attempts <= 15) throw new Error('The store is away')
    }
    listen(user, kept)
    await eventually(() => ids(kept)).toEqual(named(1, 2))
    expect([...kept.stored.values()].map((event) => event.kind)).toEqual(['message', 'message'])
  })

  it('says that it is refused, seldom, and goes on when the password is right again', async () => {
    const user = freshUser()
    const kept = hub()
    const wrong = listen(user, kept, { imapPassword: 'wrong' })
    await eventually(() => kept.health.length).toBeGreaterThan(0)
    expect(kept.health[0]).toMatch(/^refused: The server does not accept this user name and password\./)
    await wrong.stop()
    listen(user, kept)
    await eventually(() => kept.health.at(-1)).toBe('up')
  })

  it.each<[string, Partial<EmailSettings>, RegExp]>([
    ['a mailbox that does not exist', { imapMailbox: 'Nowhere' }, /^refused: The mailbox does not exist/],
    [
      'a server that does not encrypt',
      { imapSecurity: 'starttls' },
      /^down: The server does not offer the encryption/
    ],
    ['TLS where there is none', { imapSecurity: 'tls' }, /^down: /],
    ['no server at all', { imapHost: '' }, /^refused: The settings name no IMAP server/]
  ])('tells in plain words of %s', async (_, settings, words) => {
    const kept = hub()
    listen(freshUser(), kept, settings)
    await eventually(() => kept.health[0] ?? '').toMatch(words)
  })

  it('tells that nobody listens, and connects when somebody does', async () => {
    const kept = hub()
    listen(freshUser(), kept, { imapPort: await sparePort() })
    await eventually(() => kept.health.length).toBeGreaterThan(2)
    expect(new Set(kept.health)).toEqual(new Set(['down: Nothing listens at this port.']))
  })

  it.each(['tls', 'starttls'] as const)(
    'trusts a private server over %s only when told to',
    async (security) => {
      const secret = await startDovecot({ tls: true })
      await secret.deliver('someone', mail(1))
      const settings = {
        imapPort: security === 'tls' ? secret.securePort : secret.port,
        imapSecurity: security
      }
      const strict = hub()
      const { stop } = listen('someone', strict, settings)
      await eventually(() => strict.health[0]).toMatch(/^down: .*certificate/)
      await stop()
      const kept = hub()
      const trusting = listen('someone', kept, { ...settings, allowSelfSigned: true })
      await eventually(() => ids(kept)).toEqual(named(1))
      await trusting.stop()
      await secret.stop()
    }
  )

  it.each(['connecting', 'waiting', 'storing'])('ends within a second while %s', async (when) => {
    const user = freshUser()
    await server.deliver(user, mail(1))
    const kept = hub()
    if (when === 'storing') kept.onReport = () => new Promise<void>(() => {})
    const { stop } = listen(user, kept)
    if (when !== 'connecting') await eventually(() => kept.health).toContain('up')
    if (when !== 'connecting') await sleep(300)
    expect(await stop()).toBeLessThan(1_000)
  })

  it('reports nothing after it was stopped', async () => {
    const user = freshUser()
    for (let n = 1; n <= 20; n++) await server.deliver(user, mail(n))
    const kept = hub()
    kept.onReport = () => sleep(20)
    const { stop } = listen(user, kept)
    await eventually(() => kept.reports.length).toBeGreaterThan(2)
    await stop()
    await sleep(50)
    const reports = kept.reports.length
    await sleep(200)
    expect(kept.reports.length).toBe(reports)
  })
})
