import { createServer, type AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { farSide, number } from '../../tests/simulators/graph/far-side.ts'
import { BulkError, type BulkTemplate } from '../bulk.ts'
import { bulkTemplates } from './bulk-door.ts'
import { followsFrom } from './bulk-failure.ts'
import { isStopWord } from './stop-word.ts'

const { graph, account } = farSide()
const message = (more: Partial<BulkTemplate> = {}): BulkTemplate => ({
  id: 'abcdef0123456789abcdef01',
  address: '16505551234',
  name: 'Awa',
  template: { externalId: '1', name: 'offer', language: 'fr', values: { 'body.1': 'Dakar' } },
  ...more
})
const leaving = vi.fn(() => Promise.resolve())
afterEach(() => leaving.mockClear())

const offered = () => {
  const { wabaId } = number
  if (!graph().templates.named(wabaId, 'offer'))
    graph().templates.create(wabaId, {
      name: 'offer',
      language: 'fr',
      components: [{ type: 'BODY', text: 'À {{1}}', example: { body_text: [['Dakar']] } }]
    })
}
const send = async (more: Partial<BulkTemplate> = {}, settings = {}) => {
  offered()
  const sender = bulkTemplates.open(account(settings), { lines: 2 })
  try {
    return await sender.send(message(more), leaving)
  } finally {
    await sender.close()
  }
}
/** An address at which nobody listens. */
async function deadEnd(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${String(port)}`
}
const failure = (sent: Promise<unknown>) =>
  sent.then(
    () => 'none',
    (error: unknown) => (error instanceof BulkError ? error.failure : String(error))
  )

describe('a template of a campaign', () => {
  it('leaves with our id, and answers with the one that Meta gave it', async () => {
    const id = await send()
    expect(graph().messages.find((one) => one.id === id)?.body).toMatchObject({
      to: '16505551234',
      biz_opaque_callback_data: 'abcdef0123456789abcdef01',
      template: { name: 'offer', components: [{ type: 'body', parameters: [{ text: 'Dakar' }] }] }
    })
    expect(leaving).toHaveBeenCalledOnce()
  })

  it('begins with a file that Meta fetches by itself', async () => {
    graph().templates.create(number.wabaId, {
      name: 'poster',
      language: 'fr',
      components: [
        { type: 'HEADER', format: 'IMAGE' },
        { type: 'BODY', text: 'Venez' }
      ]
    })
    const id = await send({
      template: { externalId: '2', name: 'poster', language: 'fr', values: {} },
      file: { kind: 'image', link: 'https://cdn.example/a.png' }
    })
    expect(graph().messages.find((one) => one.id === id)?.body).toMatchObject({
      template: {
        components: [
          { type: 'header', parameters: [{ type: 'image', image: { link: 'https://cdn.example/a.png' } }] }
        ]
      }
    })
  })

  it('does not leave when it may not, nor to what is no number', async () => {
    const before = graph().messages.length
    leaving.mockRejectedValueOnce(new Error('not now'))
    await expect(send()).rejects.toThrow('not now')
    expect(await failure(send({ address: 'nobody' }))).toBe('refused')
    expect(graph().messages.length).toBe(before)
  })

  it('is handed over once: what nobody can say of stays unknown', async () => {
    graph().answer({ kind: 'down' }, '/messages')
    expect(await failure(send())).toBe('unknown')
    graph().answer({ kind: 'normal' })
    expect(await failure(send({}, { graphUrl: await deadEnd() }))).toBe('unreachable')
  })

  it('waits for a line of those that there are', async () => {
    offered()
    graph().answer({ kind: 'slow', ms: 60 }, '/messages')
    const sender = bulkTemplates.open(account(), { lines: 2 })
    const began: number[] = []
    const from = performance.now()
    await Promise.all(
      [0, 1, 2].map(() =>
        sender.send(message(), () => {
          began.push(performance.now() - from)
          return Promise.resolve()
        })
      )
    )
    await sender.close()
    // The third begins when one of the first two has its answer, which takes as long as the far side does.
    expect(began).toHaveLength(3)
    expect(began[2]! - began[1]!).toBeGreaterThan(30)
  })
})

describe('what Meta answers', () => {
  it.each([
    [131056, 'busy'],
    [130429, 'slow'],
    [80007, 'slow'],
    [131026, 'refused'],
    [131047, 'refused'],
    [131049, 'refused'],
    [131050, 'unwanted'],
    [132015, 'withdrawn'],
    [132016, 'withdrawn'],
    [132018, 'refused'],
    [131042, 'unauthorized'],
    [190, 'unauthorized'],
    [299, 'unauthorized'],
    [424242, 'refused']
  ] as const)('%i is %s', async (code, what) => {
    expect(followsFrom(code)).toBe(what)
    graph().answer({ kind: 'code', code }, '/messages')
    expect(await failure(send())).toBe(what)
  })
})

describe('a word that ends messages', () => {
  it.each(['STOP', ' stop. ', 'Arrêt', 'ARRET!', 'Désabonner', 'désabonnez-moi', 'unsubscribe'])(
    'is %j',
    (text) => {
      expect(isStopWord(text)).toBe(true)
    }
  )
  it.each(['stop it', 'non-stop', 'Please stop the transfer', '', 'arrêt de bus', 'go', 's t o p'])(
    'is not %j',
    (text) => {
      expect(isStopWord(text)).toBe(false)
    }
  )
})
