import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Message as MessageWire } from '@palabre/config/contract/message'
import { Message } from '@palabre/hub/messages/message.model'
import { says } from '../simulators/graph/customer.ts'
import { callOf, messageChange, newWamid, post, type Sent } from '../simulators/graph/webhooks.ts'
import { eventually } from './house.ts'
import { openDesk, stranger, type Desk } from './whatsapp-desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
}, 60_000)
afterEach(() => desk.clear())
afterAll(() => desk.stop(), 60_000)

/** Takes in what a customer sent, and waits until its file is there or is given up. */
async function received(from: string, sent: Sent): Promise<MessageWire> {
  const id = newWamid()
  expect((await desk.graph.write(desk.number, from, sent, { id })).status).toBe(200)
  const stored = await eventually('it', () => Message.findOne({ externalId: id }).lean())
  const work = { conversationId: String(stored.conversationId) }
  return eventually('its file', async () => {
    const message = (await desk.messagesOf(work)).find((one) => one.id === String(stored._id))
    return message && !message.awaited ? message : null
  })
}
const fetched = async ({ attachments }: MessageWire) => {
  const response = await fetch(desk.house.url + (attachments[0]?.url ?? ''), { headers: desk.boris.headers })
  return { headers: response.headers, body: Buffer.from(await response.arrayBuffer()) }
}

describe('a customer with bad intentions', () => {
  it('has a name, words and a caption of markup: they stay words', async () => {
    const from = stranger()
    const markup = '<img src=x onerror=alert(1)>'
    await desk.graph.write(desk.number, from, says(`${markup} from me`), {
      name: `${markup}\u202egnp.exe\u0000\nAdministrator`
    })
    const work = await desk.boris.accept(await desk.boris.offer('from me'))
    expect(work.contactName).toBe(`${markup}gnp.exe Administrator`)
    const [message] = await desk.messagesOf(work)
    expect(message).toMatchObject({ text: `${markup} from me`, html: null })
    const id = desk.graph.files.keep(Buffer.from('x'), 'application/pdf')
    const file = await received(from, {
      type: 'document',
      document: { id, mime_type: 'application/pdf', caption: `${markup}\u0007`, filename: 'a.pdf' }
    })
    expect(file).toMatchObject({ text: markup, html: null })
  })

  it.each([
    ['a path', '../../../etc/passwd', /^[^/\\]*$/],
    ['a path of Windows', 'C:\\Windows\\system32\\calc.exe', /^[^/\\]*$/],
    ['a turned ending', 'invoice\u202efdp.exe', /^invoicefdp\.exe$/],
    ['a header', 'a\r\nSet-Cookie: x=1.pdf', /^[^\r\n]*$/],
    ['a quote', '"; filename="evil.html', /./],
    ['no end', 'x'.repeat(5000), /^x{1,255}$/],
    ['nothing in it', '\u0000', /./]
  ])('names a file with %s: it has a name of ours, and is a download', async (_, filename, name) => {
    const from = stranger()
    await desk.matter(`a file of ${from}`, from)
    const id = desk.graph.files.keep(Buffer.from('<script>alert(1)</script>'), 'text/html')
    const message = await received(from, {
      type: 'document',
      document: { id, mime_type: 'text/html', filename }
    })
    expect(message.attachments[0]?.name).toMatch(name)
    const { headers } = await fetched(message)
    expect(headers.get('content-type')).toBe('application/octet-stream')
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[^\s;]*$/
    )
    expect(headers.get('content-security-policy')).toContain('sandbox')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('set-cookie')).toBeNull()
  })

  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
  it.each([
    ['as a picture of its own', 'image/svg+xml', 'image/svg+xml'],
    ['as a PNG', 'image/png', 'image/svg+xml'],
    ['as a PNG, at Meta as well', 'image/png', 'image/png'],
    ['under a type that would split a header', 'image/png\r\nx-evil: 1', 'image/svg+xml']
  ])('sends SVG %s: it is never shown, only downloaded', async (_, said, kept) => {
    const from = stranger()
    await desk.matter(`a drawing of ${from}`, from)
    const id = desk.graph.files.keep(svg, kept)
    const message = await received(from, { type: 'image', image: { id, mime_type: said } })
    const { headers, body } = await fetched(message)
    expect(headers.get('content-type')).toBe('application/octet-stream')
    expect(headers.get('content-disposition')).toMatch(/^attachment/)
    expect(body.equals(svg)).toBe(true)
  })

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://127.0.0.1:1/x',
    'http://[::1]/x',
    'https://10.0.0.1/x',
    'https://lookaside.fbsbx.com.evil.example/x',
    'file:///etc/passwd'
  ])('has Meta name %s for a file: nobody goes there, and the loss is said', async (url) => {
    const from = stranger()
    const work = await desk.matter(`a file from ${url}`, from)
    const id = desk.graph.files.keep(Buffer.from('x'), 'image/png')
    const describe = desk.graph.files.describe.bind(desk.graph.files)
    desk.graph.files.describe = (...given) => ({ ...describe(...given)!, url })
    try {
      await desk.graph.write(desk.number, from, { type: 'image', image: { id, mime_type: 'image/png' } })
      const lost = await eventually('the loss', async () => {
        const message = (await desk.messagesOf(work)).at(-1)
        return message?.failure ? message : null
      })
      expect(lost).toMatchObject({
        attachments: [],
        failure: { reason: expect.stringContaining('not Meta’s') as string, temporary: false }
      })
    } finally {
      desk.graph.files.describe = describe
    }
  })

  it('sends what has another form in every field: nothing breaks, and the next one is heard', async () => {
    const from = stranger()
    const odd: unknown[] = [
      null,
      5,
      [],
      {},
      'x',
      { id: [] },
      { body: 5 },
      { id: '../../../..', mime_type: {} }
    ]
    const kinds = [
      'text',
      'image',
      'interactive',
      'button',
      'reaction',
      'edit',
      'revoke',
      'contacts',
      'location',
      'order'
    ]
    const changes = kinds.flatMap((type) =>
      odd.map((content) => messageChange(desk.number, from, { type, [type]: content } as Sent))
    )
    const { status } = await post(
      desk.hook,
      callOf(desk.number, [...changes, messageChange(desk.number, from, says('still there'))]),
      desk.number.appSecret
    )
    expect(status).toBe(200)
    expect(await Message.countDocuments({ address: from, text: 'still there' })).toBe(1)
    const hostile = ['__proto__', 'constructor', '$where', 'a.b', '']
    for (const id of hostile)
      await desk.graph.write(desk.number, from, {
        type: 'reaction',
        reaction: { message_id: id, emoji: '👍' }
      })
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('taps what was never offered: it is words, and an id that stands for nothing', async () => {
    const from = stranger()
    const work = await desk.matter('tap, tap', from)
    await desk.graph.write(desk.number, from, {
      type: 'interactive',
      context: { id: 'wamid.of-somebody-else' },
      interactive: {
        type: 'button_reply',
        button_reply: { id: `choice-1${'x'.repeat(5000)}`, title: '<b>Yes</b>' }
      }
    })
    const tapped = (await desk.messagesOf(work)).at(-1)
    expect(tapped).toMatchObject({ text: '<b>Yes</b>' })
    expect(tapped?.answersId).toBeUndefined()
    expect((await Message.findById(tapped?.id).lean())?.chosen?.length).toBe(256)
  })
})
