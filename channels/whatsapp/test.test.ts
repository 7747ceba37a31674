import { describe, expect, it } from 'vitest'
import { farSide, number } from '../../tests/simulators/graph/far-side.ts'
import type { WhatsappSettings } from './settings.ts'
import { test } from './test.ts'
import { check } from './token.ts'

const { graph, account } = farSide()

describe('the token', () => {
  const checkNow = () => check(account(), AbortSignal.timeout(5000))
  // Meta counts in seconds.
  const inDays = (days: number) => new Date((Math.floor(Date.now() / 1000) + days * 86_400) * 1000)

  it('is spoken of two weeks before it ends', async () => {
    expect(await checkNow()).toEqual({ detail: '', expiresAt: null })
    number.expiresAt = inDays(60)
    expect(await checkNow()).toMatchObject({ detail: '', expiresAt: number.expiresAt })
    number.expiresAt = inDays(10)
    expect(await checkNow()).toMatchObject({
      detail: expect.stringContaining(inDays(10).toISOString().slice(0, 10)) as string
    })
    delete number.expiresAt
  })

  it('is told apart from an outage', async () => {
    graph().answer({ kind: 'expired' })
    await expect(checkNow()).rejects.toMatchObject({ reason: 'unauthorized' })
    graph().answer({ kind: 'down' })
    await expect(checkNow()).rejects.toMatchObject({ reason: 'unreachable' })
  })
})

describe('testing an account', () => {
  const stepsOf = async (settings: Partial<WhatsappSettings> = {}) => {
    const { ok, steps } = await test(account(settings), AbortSignal.timeout(5000))
    return { ok, failed: steps.find((step) => !step.ok), names: steps.map(({ name }) => name) }
  }

  it('goes through every step when all is well', async () => {
    expect(await stepsOf()).toEqual({
      ok: true,
      failed: undefined,
      names: ['Number', 'App secret', 'Business account', 'Webhook', 'Access token']
    })
  })

  it('names what is wrong', async () => {
    expect((await stepsOf({ accessToken: 'wrong' })).failed).toMatchObject({
      name: 'Number',
      detail: expect.stringContaining('expired') as string
    })
    expect((await stepsOf({ appSecret: 'another secret of theirs' })).failed?.name).toBe('App secret')
    expect((await stepsOf({ wabaId: '55555' })).failed?.name).toBe('Business account')
  })
})
