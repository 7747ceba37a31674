import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { selfSigned } from '../certificate.ts'

/** What left by the page. */
export interface SentByPage {
  id: string
  to: string
  text: string
  answers?: string
  file?: { type: string; name: string; asDocument: boolean; content: string }
}

/** A message of a customer, as WhatsApp's page has it. */
interface Written {
  type?: string
  body?: string
  caption?: string
  notifyName?: string
  quotedStanzaID?: string
  file?: { name?: string; type: string; content: Buffer; says?: number }
  /** Seconds since the epoch. */
  t?: number
  [more: string]: unknown
}

type Told =
  | { kind: 'sent'; message: SentByPage }
  | { kind: 'reacted'; on: string; emoji: string }
  | { kind: 'seen'; chat: string }
  | { kind: 'exists'; wid: string }
  | { kind: 'refresh' }

/**
 * WhatsApp's side of a linked phone: a page that whatsapp-web.js takes for WhatsApp Web, on a local HTTPS server. Chromium
 * is told to find web.whatsapp.com there (`--host-resolver-rules`).
 */
export async function startWhatsapp() {
  const pages = new Set<{ response: ServerResponse; token: string | null }>()
  const tokens = new Set<string>()
  const history: Record<string, unknown>[] = []
  const files = new Map<string, Buffer>()
  const sent: SentByPage[] = []
  const reacted: { on: string; emoji: string }[] = []
  const seen: string[] = []
  const codes: string[] = []
  const absent = new Set<string>()
  const number = '221338890000@c.us'
  let scans = true
  let takes = true
  let stamps = 0

  const say = (event: string, given: object = {}, to = [...pages].filter(({ token }) => token !== null)) => {
    for (const { response } of to) response.write(`data: ${JSON.stringify({ event, ...given })}\n\n`)
  }
  const idOf = (fromMe: boolean, remote: string, id: string) => ({
    fromMe,
    remote,
    id,
    _serialized: `${String(fromMe)}_${remote}_${id}`
  })

  function showCode(page: { response: ServerResponse; token: string | null }) {
    const ref = `2@${randomBytes(12).toString('base64')}`
    codes.push(ref)
    say('code', { ref }, [page])
    if (scans) setTimeout(scan, 300)
  }
  /** Somebody scans the code with the phone: every page that shows one is linked. */
  function scan() {
    for (const page of pages) {
      if (page.token !== null) continue
      page.token = randomBytes(12).toString('hex')
      tokens.add(page.token)
      say('signIn', { token: page.token, number, history }, [page])
    }
  }

  function listen(request: IncomingMessage, response: ServerResponse, token: string) {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const page = { response, token: tokens.has(token) ? token : null }
    pages.add(page)
    request.on('close', () => pages.delete(page))
    if (page.token) say('signIn', { token, number, history }, [page])
    else showCode(page)
  }

  function takeTold(told: Told): object {
    switch (told.kind) {
      case 'sent': {
        if (!takes) throw new Error('not taken')
        sent.push(told.message)
        const [, remote = '', id = ''] = told.message.id.split('_')
        history.push({
          id: idOf(true, remote, id),
          type: 'chat',
          body: told.message.text,
          t: Math.floor(Date.now() / 1000),
          from: number,
          to: remote,
          ack: 1
        })
        setTimeout(() => ack(told.message.id, 1), 20)
        return {}
      }
      case 'reacted':
        reacted.push({ on: told.on, emoji: told.emoji })
        return {}
      case 'seen':
        seen.push(told.chat)
        return {}
      case 'exists':
        return absent.has(told.wid) ? {} : { wid: told.wid }
      case 'refresh':
        for (const page of pages) if (page.token === null) showCode(page)
        return {}
    }
  }

  function ack(id: string, value: number) {
    const kept = history.find((one) => (one['id'] as { _serialized: string })._serialized === id)
    if (kept) kept['ack'] = value
    say('ack', { id, ack: value })
  }

  const { key, cert } = selfSigned('web.whatsapp.com')
  const server = createServer({ key, cert }, (request, response) => {
    const url = new URL(request.url ?? '/', 'https://web.whatsapp.com')
    const file = files.get(url.pathname)
    if (url.pathname === '/events') listen(request, response, url.searchParams.get('token') ?? '')
    else if (url.pathname === '/tell') {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        try {
          response.end(JSON.stringify(takeTold(JSON.parse(Buffer.concat(parts).toString()) as Told)))
        } catch (error) {
          response.writeHead(500).end((error as Error).message)
        }
      })
    } else if (file) response.end(file)
    else if (url.pathname === '/')
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(readFileSync(join(import.meta.dirname, 'page.html')))
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    standIn: `127.0.0.1:${String(port)}`,
    sent,
    reacted,
    seen,
    codes,
    /** Numbers that are not on WhatsApp. */
    absent,
    scan,
    ack,
    /** The phone has no chats any more. */
    forget: () => (history.length = 0),
    /** Pages that are signed in now. */
    linked: () => [...pages].filter(({ token }) => token !== null).length,
    /** Whether a code is scanned as soon as it is shown. */
    scansAtOnce: (does: boolean) => (scans = does),
    /** Whether WhatsApp takes what is sent. */
    takes: (does: boolean) => (takes = does),
    /** A customer writes, whether anybody listens or not. The id by which the page knows it. */
    write(from: string, { file, t = Math.floor(Date.now() / 1000), ...given }: Written): string {
      const id = idOf(false, from, `3A${String(++stamps).padStart(18, '0')}`)
      const path = `/files/${id.id}`
      if (file) files.set(path, file.content)
      const message = {
        id,
        type: 'chat',
        t,
        from,
        to: number,
        ...(file && {
          directPath: path,
          mimetype: file.type,
          filename: file.name,
          size: file.says ?? file.content.byteLength,
          mediaKey: 'key'
        }),
        ...(given.quotedStanzaID && { quotedMsg: { type: 'chat' } }),
        ...given
      }
      history.push(message)
      say('message', { message })
      return id._serialized
    },
    edit: (id: string, text: string) => say('edit', { id, text, at: Date.now() }),
    revoke: (id: string) => say('revoke', { id }),
    react(from: string, on: string, emoji: string) {
      const [fromMe, remote = '', id = ''] = on.split('_')
      say('reaction', {
        reaction: {
          id: idOf(false, remote, `R${String(++stamps)}`),
          parent: idOf(fromMe === 'true', remote, id),
          author: from,
          emoji,
          at: Date.now()
        }
      })
    },
    /** WhatsApp tells the page whose number an id stands for. */
    tellNumber: (lid: string, of: string) => say('lid', { lid, number: of }),
    state: (state: string) => say('state', { state }),
    /** The page stops answering. */
    hang: () => say('hang'),
    /** Somebody ends the session on the phone. */
    unlink() {
      tokens.clear()
      const linked = [...pages].filter(({ token }) => token !== null)
      for (const page of linked) page.token = null
      say('unlink', {}, linked)
    },
    async stop() {
      for (const { response } of pages) response.end()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

export type Whatsapp = Awaited<ReturnType<typeof startWhatsapp>>
