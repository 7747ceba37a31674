import { describe, expect, it } from 'vitest'
import { farSide, number } from '../../tests/simulators/graph/far-side.ts'
import { limits } from './limits.ts'
import { templates } from './templates.ts'

const { graph, account } = farSide()
const ask = (settings = {}) => templates(account(settings), AbortSignal.timeout(5000))

const make = (count: number) => {
  for (const { id } of graph().templates.of(number.wabaId)) graph().templates.remove(id)
  for (let i = 0; i < count; i++)
    graph().templates.create(number.wabaId, {
      name: `template_${String(i)}`,
      components: [{ type: 'BODY', text: `Number ${String(i)}` }]
    })
}

describe('the templates of a business account', () => {
  it('are all of them, over as many pages as there are', async () => {
    for (const count of [0, 1, limits.templatesPage, 2 * limits.templatesPage + 7]) {
      make(count)
      const found = await ask()
      expect(found.map(({ name }) => name)).toEqual(
        Array.from({ length: count }, (_, i) => `template_${String(i)}`)
      )
    }
  })

  it.each([
    ['an outage', { kind: 'down', after: 1 }, 'unreachable'],
    ['a limit', { kind: 'limited', seconds: 5, after: 1 }, 'rate-limited'],
    ['a token taken back', { kind: 'expired', after: 1 }, 'unauthorized']
  ] as const)('are none at all when %s comes between two pages', async (_, mood, reason) => {
    make(limits.templatesPage + 1)
    graph().answer(mood, '/message_templates')
    await expect(ask()).rejects.toMatchObject({ reason })
  })

  it('cannot be seen without the permission, nor those of another business: both are said', async () => {
    number.scopes = ['whatsapp_business_messaging']
    try {
      await expect(ask()).rejects.toMatchObject({
        reason: 'unauthorized',
        message: expect.stringContaining('lacks the permission') as string
      })
    } finally {
      delete number.scopes
    }
    await expect(ask({ wabaId: '5555555' })).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringContaining('may not see it') as string
    })
  })

  it('are waited for no longer than the caller does', async () => {
    graph().answer({ kind: 'slow', ms: 2000 })
    await expect(templates(account(), AbortSignal.timeout(100))).rejects.toMatchObject({
      reason: 'unreachable'
    })
  })
})
