import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Types } from 'mongoose'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Attachment, Message as MessageWire } from '@palabre/config/contract/message'
import { files } from '@palabre/hub/attachments/store'
import { receive } from '@palabre/hub/conversations/receive'
import { fetchMedia } from '@palabre/hub/messages/fetch-media'
import { Message } from '@palabre/hub/messages/message.model'
import { findingName, infectedText, startClamd, type Clamd } from '../simulators/clamd.ts'
import { startGraph, type Graph } from '../simulators/graph/graph.ts'
import type { GraphNumber, Sent } from '../simulators/graph/webhooks.ts'
import {
  Person,
  Visitor,
  chatAccount,
  clientId,
  eventually,
  openHouse,
  type Answer,
  type House
} from './house.ts'
import { recordNamed } from './people.ts'

const number: GraphNumber = {
  phoneNumberId: '106540352242922',
  wabaId: '102290129340398',
  display: '221338890000',
  accessToken: 'access-of-the-first-number',
  appSecret: 'secret of the app 0123456789'
}

let house: House
let graph: Graph
let clamd: Clamd
let admin: Person
let awa: Person
let boris: Person
let photo: Buffer

beforeAll(async () => {
  clamd = await startClamd({ maxBytes: 400_000 })
  house = await openHouse({ env: { CLAMD_URL: clamd.address } })
  graph = await startGraph([number])
  admin = await Person.signIn(house.url, 'admin')
  awa = await Person.signIn(house.url, 'awa')
  boris = await Person.signIn(house.url, 'boris')
  const { body } = await admin.post('/api/accounts', {
    channel: 'whatsapp',
    name: 'WhatsApp',
    queueId: (await recordNamed(admin, '/api/queues', 'Loans')).id,
    settings: { ...number, verifyToken: 'words that were agreed on', graphUrl: graph.url, display: undefined }
  })
  graph.hook(`${house.url}/hooks/${(body as { id: string }).id}`)
  photo = await sharp({ create: { width: 900, height: 600, channels: 3, background: '#336699' } })
    .jpeg()
    .toBuffer()
  await boris.atDesk()
}, 60_000)

afterEach(() => {
  graph.answer({ kind: 'normal' })
  clamd.mood('normal')
})
afterAll(async () => {
  await graph.stop()
  await house.stop()
  await clamd.stop()
}, 60_000)

let people = 0
/** Somebody who has not written before. */
const stranger = () => `22177${String(6_000_000 + ++people)}`

async function matter(from = stranger()): Promise<Interaction & { from: string }> {
  const words = `matter of ${from}`
  expect((await graph.write(number, from, { type: 'text', text: { body: words } })).status).toBe(200)
  return { ...(await boris.accept(await boris.offer(words))), from }
}
const messagesOf = async ({ conversationId }: Pick<Interaction, 'conversationId'>) =>
  (await boris.get(`/api/conversations/${conversationId}/messages`)).body.items as MessageWire[]
/** The newest message, once it is as it should be. */
const newest = (work: Interaction, what: string, fits: (message: MessageWire) => boolean) =>
  eventually(what, async () => {
    const message = (await messagesOf(work)).at(-1)
    return message && fits(message) ? message : null
  })
const fileOf = ({ attachments }: MessageWire): Attachment => {
  if (!attachments[0]) throw new Error('no file')
  return attachments[0]
}
const hasFile = ({ attachments }: MessageWire) => attachments.length > 0
const isLookedAt = (message: MessageWire) => hasFile(message) && fileOf(message).check !== 'waiting'
const read = (who: Person, path: string, headers: Record<string, string> = {}) =>
  fetch(house.url + path, { headers: { ...who.headers, ...headers } })
const document = (id: string, filename: string): Sent => ({ type: 'document', document: { id, filename } })
const storedOf = (messageId: string) =>
  files().countDocuments({ 'metadata.messageId': new Types.ObjectId(messageId) } as never)
const upload = async (who: Person, work: Interaction, content: string, name: string): Promise<Answer> => {
  const form = new FormData()
  form.append('file', new Blob([content]), name)
  return who.send('POST', `/api/interactions/${work.id}/attachments`, form)
}
const answer = async (work: Interaction, attachmentIds: string[]) =>
  (
    await boris.post(`/api/interactions/${work.id}/messages`, {
      clientId: clientId(),
      text: 'see here',
      attachmentIds
    })
  ).body as MessageWire
/** Lets the time until the next look at a file pass at once. */
async function lookAgain(id: string) {
  await files().updateOne({ _id: new Types.ObjectId(id) as never }, {
    $set: { 'metadata.dueAt': new Date(Date.now() - 1) }
  } as never)
  house.hub.schedule('file.prepare', { fileId: id }, { key: clientId() })
}

describe('a picture of a customer', () => {
  it('is shown small, with its size known, to who may see the large one', async () => {
    const work = await matter()
    const id = graph.files.keep(photo, 'image/jpeg')
    await graph.write(number, work.from, { type: 'image', image: { id, mime_type: 'image/jpeg' } })
    const file = fileOf(await newest(work, 'the picture', isLookedAt))
    expect(file).toMatchObject({ type: 'image/jpeg', picture: { width: 900, height: 600 } })
    expect(file.check).toBeUndefined()

    const small = await read(boris, `${file.url}?size=thumb`)
    expect([small.status, small.headers.get('content-type')]).toEqual([200, 'image/webp'])
    expect(await sharp(Buffer.from(await small.arrayBuffer())).metadata()).toMatchObject({
      format: 'webp',
      width: 480,
      height: 320
    })
    const large = Buffer.from(await (await read(boris, file.url)).arrayBuffer())
    expect(large.equals(photo)).toBe(true)
    for (const path of [file.url, `${file.url}?size=thumb`]) {
      expect((await fetch(house.url + path)).status).toBe(401)
    }
    expect((await read(boris, `${file.url}?size=huge`)).status).toBe(400)
    await boris.close(work.id)
  })

  it('that is a bomb, or none, is a file like others', async () => {
    const work = await matter()
    const bomb = await sharp({ create: { width: 12_000, height: 6_000, channels: 3, background: '#000' } })
      .png({ compressionLevel: 9 })
      .toBuffer()
    for (const [content, type] of [
      [bomb, 'image/png'],
      [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), 'image/png']
    ] as const) {
      const before = (await messagesOf(work)).length
      const id = graph.files.keep(content, type)
      await graph.write(number, work.from, { type: 'image', image: { id, mime_type: type } })
      await eventually('the file', async () => {
        const messages = await messagesOf(work)
        return messages.length > before && hasFile(messages.at(-1)!)
      })
      const file = fileOf(await newest(work, 'it to be looked at', isLookedAt))
      expect(file.picture).toBeUndefined()
      expect((await read(boris, `${file.url}?size=thumb`)).status).toBe(404)
      const whole = await read(boris, file.url)
      expect(whole.headers.get('content-type')).toBe(
        content === bomb ? 'image/png' : 'application/octet-stream'
      )
      if (content !== bomb) expect(whole.headers.get('content-disposition')).toMatch(/^attachment/)
    }
    await boris.close(work.id)
  })
})

describe('a voice note', () => {
  it('can be heard from any place in it, as what it is', async () => {
    const work = await matter()
    const sound = Buffer.concat([
      Buffer.from('OggS'),
      Buffer.alloc(24),
      Buffer.from('OpusHead'),
      Buffer.alloc(964, 7)
    ])
    const id = graph.files.keep(sound, 'audio/ogg')
    await graph.write(number, work.from, {
      type: 'audio',
      audio: { id, mime_type: 'audio/ogg', voice: true }
    })
    const { url } = fileOf(await newest(work, 'the voice', isLookedAt))
    const whole = await read(boris, url)
    expect([whole.status, whole.headers.get('content-type'), whole.headers.get('accept-ranges')]).toEqual([
      200,
      'audio/ogg',
      'bytes'
    ])
    for (const [range, from, end] of [
      ['bytes=0-3', 0, 4],
      ['bytes=28-', 28, 1000],
      ['bytes=-10', 990, 1000]
    ] as const) {
      const part = await read(boris, url, { range })
      expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${from}-${end - 1}/1000`])
      expect(Buffer.from(await part.arrayBuffer()).equals(sound.subarray(from, end))).toBe(true)
    }
    expect((await read(boris, url, { range: 'bytes=1000-' })).status).toBe(416)
    await boris.close(work.id)
  })
})

describe('a file in which the scanner finds something', () => {
  it('of a channel is given to nobody, named beside the message, and shown to administrators', async () => {
    const work = await matter()
    const id = graph.files.keep(Buffer.from(`%PDF-1.4 ${infectedText}`), 'application/pdf')
    await graph.write(number, work.from, document(id, 'bill.pdf'))
    const file = fileOf(await newest(work, 'the verdict', isLookedAt))
    expect(file).toMatchObject({ name: 'bill.pdf', check: 'infected', finding: findingName })
    for (const who of [boris, admin]) {
      const refused = await read(who, file.url)
      expect(refused.status).toBe(409)
      expect(await refused.text()).toContain(findingName)
    }
    const listed = await eventually('the quarantine', async () =>
      ((await admin.get('/api/quarantine')).body.items as { id: string; reason: string }[]).find(
        ({ reason }) => reason.includes('bill.pdf')
      )
    )
    expect(listed.reason).toBe(`Infected file: bill.pdf (${findingName})`)
    expect((await boris.get('/api/quarantine')).status).toBe(403)
    await boris.close(work.id)
  })

  it('of a mail is kept out with its source; what is harmless beside it is given', async () => {
    const account = ((await admin.get('/api/accounts')).body.items as { id: string; channel: string }[]).find(
      ({ channel }) => channel === 'email'
    )
    const externalId = `<${clientId()}@elsewhere.example>`
    await receive(house.hub, account?.id ?? '', {
      kind: 'message',
      address: 'somebody@elsewhere.example',
      externalId,
      subject: 'two files',
      text: 'two files',
      attachments: [
        { name: 'good.txt', type: 'text/plain', content: Buffer.from('good') },
        { name: 'bad.txt', type: 'text/plain', content: Buffer.from(infectedText) },
        { name: 'not.png', type: 'image/png', content: Buffer.from('<html>') }
      ],
      raw: Buffer.from(`subject: two files\r\n\r\n${infectedText}`)
    })
    const doc = await eventually('all to be looked at', async () => {
      const one = await Message.findOne({ externalId }).lean()
      return one?.attachments.every(({ check }) => check !== 'waiting') ? one : null
    })
    expect(doc.attachments.map(({ check, type }) => [check, type])).toEqual([
      [undefined, 'text/plain'],
      ['infected', 'text/plain'],
      [undefined, 'application/octet-stream']
    ])
    const [good, bad] = doc.attachments
    expect(await (await read(admin, `/api/attachments/${String(good?.id)}`)).text()).toBe('good')
    expect((await read(admin, `/api/attachments/${String(bad?.id)}`)).status).toBe(409)
    expect((await read(admin, `/api/messages/${String(doc._id)}/raw`)).status).toBe(409)
  })

  it('is not taken from an agent, nor from a visitor', async () => {
    const work = await matter()
    const before = await files().countDocuments()
    const refused = await upload(boris, work, infectedText, 'x.txt')
    expect([refused.status, refused.body.error]).toEqual([415, 'wrong-type'])
    expect(refused.body.detail).toContain(findingName)

    const visitor = new Visitor(house.url, await chatAccount(house.url))
    await visitor.open()
    const form = new FormData()
    form.append('file', new Blob([infectedText]), 'x.txt')
    const answered = await fetch(`${house.url}/api/visitor/${visitor.accountId}/attachments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${visitor.token}`, origin: house.url },
      body: form
    })
    expect([answered.status, ((await answered.json()) as { error: string }).error]).toEqual([
      415,
      'wrong-type'
    ])
    expect(await files().countDocuments()).toBe(before)
    await boris.close(work.id)
  })
})

describe('while the scanner is away', () => {
  it('a file of a customer waits, and is given as soon as it was scanned', async () => {
    const work = await matter()
    clamd.mood('away')
    const id = graph.files.keep(photo, 'image/jpeg')
    await graph.write(number, work.from, { type: 'image', image: { id, mime_type: 'image/jpeg' } })
    const message = await newest(work, 'the file', hasFile)
    expect(fileOf(message)).toMatchObject({ check: 'waiting' })
    expect(fileOf(message).picture).toBeUndefined()
    for (const path of ['', '?size=thumb'])
      expect((await read(boris, fileOf(message).url + path)).status).toBe(409)
    await lookAgain(fileOf(message).id)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await read(boris, fileOf(message).url)).status).toBe(409)

    clamd.mood('normal')
    const file = fileOf(await newest(work, 'the verdict', isLookedAt))
    expect(file).toMatchObject({ picture: { width: 900, height: 600 } })
    expect((await read(boris, file.url)).status).toBe(200)
    await boris.close(work.id)
  })

  it('a file of an agent does not leave, and leaves once it was scanned', async () => {
    const work = await matter()
    clamd.mood('away')
    const { body: file } = await upload(boris, work, 'sign here', 'contract.txt')
    expect(file).toMatchObject({ check: 'waiting' })
    expect((await read(boris, file.url)).status).toBe(409)
    const sent = await answer(work, [file.id])
    expect(fileOf(sent).check).toBe('waiting')
    const held = await newest(work, 'the reason', ({ failure }) => failure !== null)
    expect(held.failure).toEqual({
      reason: 'The file is still being checked for viruses',
      temporary: true
    })
    expect(graph.messages.some(({ to, type }) => to === work.from && type === 'document')).toBe(false)

    clamd.mood('normal')
    await Message.updateOne({ _id: sent.id }, { sendAt: new Date(Date.now() - 1) })
    house.hub.schedule('message.send', { messageId: sent.id }, { key: clientId() })
    await graph.waitFor(({ to, type }) => to === work.from && type === 'document')
    await newest(work, 'it to be sent', (message) => message.state === 'sent' && isLookedAt(message))
    await boris.close(work.id)
  })

  it('what is more than the scanner takes is said, and not given', async () => {
    const work = await matter()
    const id = graph.files.keep(Buffer.alloc(500_000, 'a'), 'application/pdf')
    await graph.write(number, work.from, document(id, 'large.pdf'))
    const file = fileOf(await newest(work, 'the verdict', isLookedAt))
    expect(file.check).toBe('unscannable')
    expect((await read(boris, file.url)).status).toBe(409)
    await boris.close(work.id)
  })
})

describe('a file that could not be had', () => {
  it('is named with the reason, and fetched again when somebody asks', async () => {
    const work = await matter()
    const id = String(700_000_000 + graph.files.size)
    await graph.write(number, work.from, document(id, 'late.txt'))
    const lost = await newest(work, 'the loss', ({ failure }) => failure !== null)
    expect(lost).toMatchObject({
      attachments: [],
      missing: [{ name: 'late.txt' }],
      failure: { temporary: false }
    })
    expect(lost.awaited).toBeUndefined()
    const again = `/api/messages/${lost.id}/media`
    expect((await awa.post(again)).body.error).toBe('not-yours')

    graph.files.keep(Buffer.from('here it is'), 'text/plain')
    expect((await boris.post(again)).body).toMatchObject({ awaited: [{ name: 'late.txt' }], failure: null })
    const found = await newest(work, 'the file', hasFile)
    expect([found.missing, found.awaited, found.failure]).toEqual([undefined, undefined, null])
    expect(await (await read(boris, fileOf(found).url)).text()).toBe('here it is')
    expect((await boris.post(again)).body.error).toBe('wrong-state')
    await boris.close(work.id)
  })
})

describe('a file is fetched once', () => {
  const slowly = (ms: number) => graph.answer({ kind: 'slow', ms, times: 1 }, '/signed-media')
  /** A message whose file is fetched by nobody yet. */
  async function unfetched(work: Interaction & { from: string }): Promise<string> {
    const id = graph.files.keep(Buffer.from(`file of ${work.from}`), 'text/plain')
    graph.answer({ kind: 'down' }, `/${id}`)
    await graph.write(number, work.from, document(id, 'one.txt'))
    const { id: messageId } = await newest(work, 'the trouble', ({ failure }) => failure !== null)
    graph.answer({ kind: 'normal' })
    await due(messageId)
    return messageId
  }
  const due = (messageId: string) =>
    Message.updateOne({ _id: messageId }, { mediaAt: new Date(Date.now() - 1) })

  it('however many workers try', async () => {
    const work = await matter()
    const messageId = await unfetched(work)
    slowly(400)
    await Promise.all(Array.from({ length: 6 }, () => fetchMedia(house.hub, messageId)))
    expect((await newest(work, 'the file', hasFile)).attachments).toHaveLength(1)
    expect(await storedOf(messageId)).toBe(1)
    await boris.close(work.id)
  })

  it('by the one that has the claim: one that was frozen past its own matches nothing', async () => {
    const work = await matter()
    const messageId = await unfetched(work)
    slowly(700)
    const frozen = fetchMedia(house.hub, messageId)
    await new Promise((resolve) => setTimeout(resolve, 200))
    // Its claim is over; another one takes the message, and has a failure to remember.
    await due(messageId)
    graph.answer({ kind: 'down' }, '/7')
    expect(await fetchMedia(house.hub, messageId)).not.toBeNull()
    const { mediaAt } = (await Message.findById(messageId).lean()) ?? {}
    expect(await frozen).toBeNull()
    const now = await Message.findById(messageId).lean()
    expect([now?.attachments, now?.mediaAt, now?.media.length]).toEqual([[], mediaAt, 1])
    expect(await storedOf(messageId)).toBe(0)

    graph.answer({ kind: 'normal' })
    await due(messageId)
    await fetchMedia(house.hub, messageId)
    expect((await newest(work, 'the file', hasFile)).attachments).toHaveLength(1)
    expect(await storedOf(messageId)).toBe(1)
    await boris.close(work.id)
  })

  it('when a worker is killed in the middle of it', async () => {
    const work = await matter()
    const messageId = await unfetched(work)
    slowly(60_000)
    const child = startFetching(messageId)
    try {
      await eventually(
        'the claim',
        async () => {
          const doc = await Message.findById(messageId).lean()
          return doc?.mediaAt && doc.mediaAt > new Date(Date.now() + 60_000)
        },
        30_000
      )
      await new Promise((resolve) => setTimeout(resolve, 500))
    } finally {
      child.kill('SIGKILL')
    }
    expect(await fetchMedia(house.hub, messageId)).toBeNull()
    // What it had stored, had it come so far.
    await files().insertOne({
      _id: new Types.ObjectId() as never,
      filename: 'one.txt',
      length: 0,
      uploadDate: new Date(),
      metadata: { messageId: new Types.ObjectId(messageId), mediaId: 'x', use: 'attachment' }
    } as never)
    graph.answer({ kind: 'normal' })
    await due(messageId)
    await fetchMedia(house.hub, messageId)
    const { attachments } = await newest(work, 'the file', hasFile)
    expect(attachments).toHaveLength(1)
    expect(await storedOf(messageId)).toBe(1)
    await boris.close(work.id)
  }, 60_000)

  /** A worker's process that fetches the files of one message. */
  function startFetching(messageId: string): ChildProcess {
    const root = fileURLToPath(new URL('../..', import.meta.url))
    const { MONGODB_URL, REDIS_URL, REDIS_PREFIX, SECRET_KEY, DATA_DIR } = house.hub.env
    const script = `
      const { readEnv } = await import('@palabre/config/env')
      const { connectHub, makeLog } = await import('@palabre/hub/connect')
      const { fetchMedia } = await import('@palabre/hub/messages/fetch-media')
      const env = readEnv()
      await fetchMedia(await connectHub(env, makeLog(env, 'fetching')), process.env.MESSAGE_ID)`
    return spawn(
      process.execPath,
      ['--conditions=source', '--import', 'tsx', '--input-type=module', '--eval', script],
      {
        cwd: `${root}/tests`,
        stdio: ['ignore', 'inherit', 'inherit'],
        env: {
          ...process.env,
          MONGODB_URL,
          REDIS_URL,
          REDIS_PREFIX,
          SECRET_KEY,
          DATA_DIR,
          LOG_LEVEL: 'error',
          MESSAGE_ID: messageId
        }
      }
    )
  }
})
