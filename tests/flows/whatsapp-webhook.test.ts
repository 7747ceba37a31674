import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ChannelAccountModel } from '@palabre/hub/accounts/account.model'
import { Interaction as InteractionModel } from '@palabre/hub/interactions/interaction.model'
import { Message } from '@palabre/hub/messages/message.model'
import { says } from '../simulators/graph/customer.ts'
import {
  callOf,
  messageChange,
  metaJson,
  newWamid,
  post,
  signatureOf,
  statusChange,
  type GraphNumber
} from '../simulators/graph/webhooks.ts'
import { clientId, eventually, type Answer } from './house.ts'
import { recordNamed } from './people.ts'
import { openDesk, stranger, verifyToken, type Desk } from './whatsapp-desk.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
}, 60_000)
afterEach(() => desk.clear())
afterAll(() => desk.stop(), 60_000)

/** Announces a body and sends none of it: what is answered, and how many bytes the server has read by then. */
async function headersOnly(path: string, bytes: number): Promise<{ status: number; readBytes: number }> {
  const { hostname, port } = new URL(desk.house.url)
  let readBytes = 0
  const seen = (socket: { bytesRead: number }) => {
    const timer = setInterval(() => (readBytes = socket.bytesRead), 5)
    setTimeout(() => {
      clearInterval(timer)
    }, 2000)
  }
  desk.house.app.server.once('connection', seen)
  const socket = connect(Number(port), hostname)
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: ${String(bytes)}\r\n\r\n`
  )
  const answer = await new Promise<string>((resolve, reject) => {
    socket.once('data', (data: Buffer) => {
      resolve(data.toString())
    })
    socket.once('error', reject)
    setTimeout(() => {
      reject(new Error('It waits for the body'))
    }, 5000)
  })
  socket.destroy()
  return { status: Number(answer.split(' ')[1]), readBytes }
}

describe('the webhook', () => {
  const raw = (url: string, init: RequestInit) => fetch(url, { method: 'POST', ...init })
  const call = () =>
    metaJson(
      callOf(desk.number, [messageChange(desk.number, stranger(), says('never taken / jamais prêté'))])
    )

  it('takes nothing that is not signed, or not over these bytes', async () => {
    const body = call()
    const right = signatureOf(body, desk.number.appSecret)
    const refused: [string, string, string | null][] = [
      ['no signature', body, null],
      ['a wrong one', body, signatureOf(body, 'another secret')],
      ['a right one over a changed body', body.replace('never', 'NEVER'), right],
      ['one over JSON written anew', JSON.stringify(JSON.parse(body)), right],
      ['SHA-1', body, 'sha1=00']
    ]
    for (const [what, sent, signature] of refused) {
      const answered = await raw(desk.hook, {
        body: sent,
        headers: {
          'content-type': 'application/json',
          ...(signature && { 'x-hub-signature-256': signature })
        }
      })
      expect(answered.status, what).toBe(401)
    }
    expect(await Message.countDocuments({ text: /never taken/i })).toBe(0)
  })

  it('reads no large body of a stranger, and none that is too large of anybody', async () => {
    const large = 2 * 1024 * 1024
    for (const path of [`/hooks/${desk.accountId}`, `/hooks/${'f'.repeat(24)}`, '/hooks/nobody']) {
      // Not one byte of the body has been sent when it is answered.
      const { status, readBytes } = await headersOnly(path, large)
      expect(status, path).toBe(path.includes(desk.accountId) ? 401 : 404)
      expect(readBytes).toBeLessThan(1000)
    }
    expect((await raw(desk.hook, { body: Buffer.alloc(large, 32) })).status).toBe(401)
    const huge = ' '.repeat(3 * 1024 * 1024 + 1)
    const signed = { 'x-hub-signature-256': signatureOf(huge, desk.number.appSecret) }
    expect((await raw(desk.hook, { body: huge, headers: signed })).status).toBe(413)
  })

  it('is nowhere for accounts that are not there, are of another channel, or archived', async () => {
    const headers = { 'x-hub-signature-256': signatureOf('{}', desk.number.appSecret) }
    const ask = async (id: string) =>
      (await raw(`${desk.house.url}/hooks/${id}`, { body: '{}', headers })).status
    const all = (await desk.admin.get('/api/accounts')).body.items as Answer['body'][]
    const chat = all.find(({ channel }) => channel === 'chat').id as string
    for (const id of ['f'.repeat(24), 'nobody', '%00', '..%2F..%2Fapi', chat])
      expect(await ask(id), id).toBe(404)
    const { body } = await desk.admin.post('/api/accounts', {
      channel: 'whatsapp',
      name: 'Not for long',
      queueId: (await recordNamed(desk.admin, '/api/queues', 'Loans')).id,
      settings: { ...desk.settingsOf(desk.number), phoneNumberId: '406540352242922' }
    })
    expect(await ask(body.id as string)).toBe(200)
    expect((await desk.admin.send('DELETE', `/api/accounts/${String(body.id)}`)).status).toBe(200)
    expect(await ask(body.id as string)).toBe(404)
  })

  it('answers the question whether it is ours, to who knows the words', async () => {
    const ask = (token: string) =>
      fetch(
        `${desk.hook}?${new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.verify_token': token, 'hub.challenge': '1158201444' }).toString()}`
      )
    const right = await ask(verifyToken)
    expect([right.status, await right.text()]).toEqual([200, '1158201444'])
    expect((await ask('guessed')).status).toBe(401)
    expect((await fetch(desk.hook)).status).toBe(401)
  })

  it('serves every number of its app, and no number of another', async () => {
    const words = 'for the second number'
    const from = stranger()
    await post(
      desk.hook,
      callOf(desk.second, [messageChange(desk.second, from, says(words))]),
      desk.number.appSecret
    )
    expect(String((await Message.findOne({ text: words }).lean())?.accountId)).toBe(desk.secondId)
    const foreign = { ...desk.number, phoneNumberId: '999999999999', appSecret: desk.number.appSecret }
    const unknown = callOf(foreign, [messageChange(foreign, from, says('for nobody'))])
    expect((await post(desk.hook, unknown, desk.number.appSecret)).status).toBe(200)
    expect(await Message.countDocuments({ text: 'for nobody' })).toBe(0)
    await desk.boris.close((await desk.boris.accept(await desk.boris.offer(words))).id)
  })

  it('lets nobody write to a number of one app with the secret of another', async () => {
    const { body: account } = await desk.admin.post('/api/accounts', {
      channel: 'whatsapp',
      name: 'Another app',
      queueId: (await recordNamed(desk.admin, '/api/queues', 'Loans')).id,
      settings: {
        ...desk.settingsOf(desk.number),
        phoneNumberId: '306540352242922',
        appSecret: 'secret of another app 1'
      }
    })
    const forged = callOf(desk.number, [messageChange(desk.number, stranger(), says('across apps'))])
    const { status } = await post(
      `${desk.house.url}/hooks/${String(account.id)}`,
      forged,
      'secret of another app 1'
    )
    expect(status).toBe(200)
    expect(await Message.countDocuments({ text: 'across apps' })).toBe(0)
  })

  it('refuses to be set up without an app secret', async () => {
    const { appSecret: _, ...settings } = desk.settingsOf(desk.number)
    const { body } = await desk.admin.post('/api/accounts', {
      channel: 'whatsapp',
      name: 'Unproved',
      queueId: (await recordNamed(desk.admin, '/api/queues', 'Loans')).id,
      settings
    })
    expect(body.error).toBe('invalid-input')
    const tested = await desk.admin.post('/api/accounts/test', {
      channel: 'whatsapp',
      accountId: desk.accountId
    })
    expect(tested.body.ok, JSON.stringify(tested.body)).toBe(true)
  })

  it('looks up the accounts of an app once for a storm of another number’s events, and again when one is made', async () => {
    const third: GraphNumber = { ...desk.number, phoneNumberId: '506540352242922', display: '221338890002' }
    const from = stranger()
    const say = (words: string, one: GraphNumber) =>
      post(desk.hook, callOf(one, [messageChange(one, from, says(words))]), desk.number.appSecret)
    await say('before the storm', desk.second)
    const work = await desk.boris.accept(await desk.boris.offer('before the storm'))
    const find = vi.spyOn(ChannelAccountModel, 'find')
    const lookUps = () =>
      find.mock.calls.filter(
        ([filter]) => (filter as { channel?: string } | undefined)?.channel === 'whatsapp'
      )
    const begun = Date.now()
    /** Once a second at most, and where the health of an account was noted in the meantime. */
    const allowed = () => 2 + Math.ceil((Date.now() - begun) / 1000)
    try {
      for (let i = 0; i < 40; i++) expect((await say(`sibling ${String(i)}`, desk.second)).status).toBe(200)
      expect(lookUps().length).toBeLessThanOrEqual(allowed())
      // Numbers that nobody has do not make it look each time either.
      find.mockClear()
      await Promise.all(Array.from({ length: 40 }, () => say('for nobody', third)))
      expect(lookUps().length).toBeLessThanOrEqual(allowed())
    } finally {
      find.mockRestore()
    }
    expect(await Message.countDocuments({ text: /^sibling /, accountId: desk.secondId })).toBe(40)
    await desk.boris.close(work.id)
    const { body } = await desk.admin.post('/api/accounts', {
      channel: 'whatsapp',
      name: 'The third',
      queueId: (await recordNamed(desk.admin, '/api/queues', 'Loans')).id,
      settings: desk.settingsOf(third)
    })
    expect((await say('for the third', third)).status).toBe(200)
    const found = await eventually('the third', () => Message.findOne({ text: 'for the third' }).lean())
    expect(String(found.accountId)).toBe(body.id)
    await desk.boris.close((await desk.boris.accept(await desk.boris.offer('for the third'))).id)
    await desk.admin.send('DELETE', `/api/accounts/${String(body.id)}`)
    expect(await Message.countDocuments({ text: 'for nobody' })).toBe(0)
  })

  it('is not moved by a call of last week that is brought again', async () => {
    const from = stranger()
    const lastWeek = new Date(Date.now() - 7 * 86_400_000)
    const words = 'heard last week'
    const call = callOf(desk.number, [
      messageChange(desk.number, from, says(words), { id: newWamid(), at: lastWeek })
    ])
    const bring = async () => expect((await post(desk.hook, call, desk.number.appSecret)).status).toBe(200)
    await bring()
    const work = await desk.boris.accept(await desk.boris.offer(words))
    const before = await eventually('it to be settled', () =>
      Message.findOne({ text: words, pendingAt: null }).lean()
    )
    const free = () =>
      desk.boris.post(`/api/interactions/${work.id}/messages`, { clientId: clientId(), text: 'free words' })
    expect((await free()).body.error).toBe('not-deliverable')
    for (let i = 0; i < 3; i++) await bring()
    expect(await Message.find({ conversationId: work.conversationId }).lean()).toEqual([before])
    expect((await free()).body.error).toBe('not-deliverable')
    await desk.boris.close(work.id)
    await bring()
    expect(await InteractionModel.countDocuments({ address: from })).toBe(1)
  })

  it('sets aside what it cannot read, and takes the rest of the batch', async () => {
    const words = 'beside a broken one'
    const broken = {
      field: 'messages',
      value: { metadata: { phone_number_id: desk.number.phoneNumberId }, messages: [7] }
    }
    const from = stranger()
    const batch = callOf(desk.number, [broken, messageChange(desk.number, from, says(words))])
    for (let i = 0; i < 2; i++) expect((await post(desk.hook, batch, desk.number.appSecret)).status).toBe(200)
    const kept = (await desk.admin.get('/api/quarantine')).body.items as { reason: string }[]
    expect(kept.filter(({ reason }) => reason.includes('not the form'))).toHaveLength(1)
    await desk.boris.close((await desk.boris.accept(await desk.boris.offer(words))).id)
  })

  it('stores a storm exactly once: 200 events, 30 % of them twice, in any order, among states of nothing of ours', async () => {
    const callers = Array.from({ length: 20 }, stranger)
    const changes = Array.from({ length: 200 }, (_, i) =>
      i % 10 === 9
        ? statusChange(desk.number, { id: newWamid(), status: 'delivered', recipient_id: callers[0]! })
        : messageChange(desk.number, callers[i % callers.length]!, says(`storm ${String(i)}`))
    )
    const twice = [...changes, ...changes.filter((_, i) => i % 10 < 3)]
    // The same disorder in every run.
    const order = twice.map((change, i) => ({ change, key: (i * 7919) % 1009 })).sort((a, b) => a.key - b.key)
    const calls: object[] = []
    for (let i = 0; i < order.length; i += 3)
      calls.push(
        callOf(
          desk.number,
          order.slice(i, i + 3).map(({ change }) => change)
        )
      )
    const answers = await Promise.all(calls.map((one) => post(desk.hook, one, desk.number.appSecret)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)

    const stored = await Message.find({ text: /^storm \d+$/ }).lean()
    expect(stored.map(({ text }) => text).sort()).toEqual(
      Array.from({ length: 200 }, (_, i) => `storm ${String(i)}`)
        .filter((_, i) => i % 10 !== 9)
        .sort()
    )
    const homes = await InteractionModel.find({ address: { $in: callers } }).lean()
    // Every tenth caller only appears in states.
    expect(homes).toHaveLength(new Set(stored.map(({ address }) => address)).size)
    expect(stored.every(({ interactionId }) => homes.some(({ _id }) => _id.equals(interactionId!)))).toBe(
      true
    )
  }, 30_000)
})
