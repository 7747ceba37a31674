import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Line, LineEvent, Step } from '../call.ts'
import type { WebhookRequest } from '../channel.ts'
import { voiceAccount } from './fixtures/account.ts'
import { standInDesk } from './fixtures/wire.ts'
import type { VoiceAccount } from './settings.ts'
import { hook } from './webhook.ts'

const secret = 'account webhook secret'
const signed = voiceAccount({ webhookSecret: secret })
const plain = voiceAccount()
const call = {
  call_sid: 'p1',
  direction: 'inbound',
  from: '+33612345678',
  to: '+33199001234',
  call_status: 'trying'
}
const rejected = expect.objectContaining({ reason: 'rejected' }) as Error

const request = (body: unknown, query: string | undefined, account: VoiceAccount): WebhookRequest => {
  const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const t = Math.floor(Date.now() / 1000)
  const { webhookSecret, username, password } = account.settings
  const v1 = createHmac('sha256', webhookSecret).update(`${t}.`).update(rawBody).digest('hex')
  return {
    rawBody,
    query: { hook: query },
    headers:
      webhookSecret === ''
        ? { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
        : { 'jambonz-signature': `t=${t},v1=${v1}` }
  }
}
const post = (
  body: unknown,
  query: string | undefined,
  answer: (event: LineEvent, line: Line) => Step[] | Promise<Step[]>,
  account = plain
) => {
  const desk = standInDesk(answer)
  return { desk, answer: hook(request(body, query, account), account, desk) }
}
const ask: Step[] = [{ kind: 'ask', id: 'q', prompts: [], digits: { min: 1, max: 1 }, seconds: 5 }]

describe('an application over webhooks', () => {
  it.each([plain, signed])(
    'answers a call with verbs whose hooks come back as webhooks %#',
    async (account) => {
      const first = post(call, undefined, () => ask, account)
      const [verb] = await first.answer
      expect(first.desk.events[0]).toMatchObject({ kind: 'arrived', from: '+33612345678' })
      const address = new URL(String(verb!['actionHook']), 'https://palabre.example.com')
      expect(address.pathname).toBe('/calls/b1c2d3e4f5a6b1c2d3e4f5a6/hook')
      const next = post(
        { ...call, reason: 'dtmfDetected', digits: '7' },
        address.searchParams.get('hook')!,
        () => [{ kind: 'hangUp' }],
        account
      )
      expect(await next.answer).toEqual([{ verb: 'hangup' }])
      expect(next.desk.events).toEqual([{ kind: 'result', id: 'q', result: { kind: 'digits', digits: '7' } }])
    }
  )

  it('takes states, rooms and waits', async () => {
    const state = post({ ...call, call_status: 'completed', duration: 3 }, '/status', () => ask)
    expect(await state.answer).toEqual([])
    expect(state.desk.events).toMatchObject([{ kind: 'state', state: 'ended' }])
    const room = post({ ...call, event: 'join' }, '/room/c-1', () => ask)
    expect(await room.answer).toEqual([])
    const now = Math.floor(Date.now() / 1000)
    const waiting = post(call, `/waiting/c.0/-/${now - 30}`, () => [
      { kind: 'prompt', prompts: [{ kind: 'say', text: 'Soon' }] }
    ])
    expect(await waiting.answer).toMatchObject([{ verb: 'say' }])
    expect(waiting.desk.events).toEqual([{ kind: 'waiting', id: 'c.0', seconds: 30 }])
  })

  it('answers with a fault when the hub fails, and with music who waits', async () => {
    const fails = () => Promise.reject(new Error('The store is away'))
    expect((await post(call, undefined, fails).answer).map(({ verb }) => verb)).toEqual(['say', 'hangup'])
    expect((await post(call, '/waiting/c.0/-/1', fails).answer).map(({ verb }) => verb)).toEqual(['play'])
    const { desk, answer } = post(call, undefined, () => [{ kind: 'wait', id: 'c', room: 'no; room' }])
    expect((await answer).at(-1)).toEqual({ verb: 'hangup' })
    expect(desk.kinds()).toEqual(['arrived', 'trouble'])
  })

  it('can only be ended, not told', async () => {
    const { answer } = post(call, undefined, (_, line) => {
      expect(line.partyId).toBe('p1')
      expect(() => line.tell({ kind: 'do', steps: ask })).toThrow(
        expect.objectContaining({ reason: 'refused' }) as Error
      )
      return ask
    })
    expect(await answer).toMatchObject([{ verb: 'gather' }])
  })

  it('rejects what is not signed where there is a secret, also with a right password', async () => {
    const { rawBody, query } = request(call, undefined, plain)
    const { headers } = request(call, undefined, plain)
    for (const wrong of [headers, {}, { 'jambonz-signature': `t=1,v1=${'0'.repeat(64)}` }])
      await expect(hook({ rawBody, query, headers: wrong }, signed, standInDesk())).rejects.toThrow(rejected)
    await expect(hook({ rawBody, query, headers: {} }, plain, standInDesk())).rejects.toThrow(rejected)
  })

  it.each([
    ['', undefined],
    ['[]', undefined],
    ['{"call_sid":', undefined],
    ['{}', undefined],
    [{ call_sid: { $gt: '' } }, undefined],
    [call, '/nobody/knows'],
    [call, 'result'],
    [{ ...call, junk: 'x'.repeat(300_000) }, undefined]
  ])('rejects rubbish %#', async (body, query) => {
    const { desk, answer } = post(body, query, () => ask)
    await expect(answer).rejects.toThrow(rejected)
    expect(desk.events).toEqual([])
  })
})
