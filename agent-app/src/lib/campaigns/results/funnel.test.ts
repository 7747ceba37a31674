import { describe, expect, it } from 'vitest'
import type { Campaign, CampaignCounts } from '@palabre/config/contract/campaign'
import { deliveredOf, doneOf, stagesOf, troublesOf } from './funnel.ts'

const counts = (change: Partial<CampaignCounts> = {}): CampaignCounts => ({
  recipients: 0,
  waiting: 0,
  deferred: 0,
  sent: 0,
  delivered: 0,
  read: 0,
  unknown: 0,
  failed: 0,
  suppressed: 0,
  stopped: 0,
  hardBounces: 0,
  softBounces: 0,
  complaints: 0,
  unsubscribes: 0,
  opened: 0,
  clicked: 0,
  clicks: 0,
  replies: 0,
  autoReplies: 0,
  ...change
})
const campaign = (change: Partial<CampaignCounts>, more: Partial<Campaign> = {}) =>
  ({
    channel: 'email',
    tracking: { clicks: true, opens: false },
    guard: { complaints: 0.003, bounces: 0.05, after: 500 },
    counts: counts(change),
    ...more
  }) as Campaign

describe('how many got a campaign', () => {
  it('are those sent less those that came back', () => {
    expect(deliveredOf(campaign({ recipients: 100, sent: 100, hardBounces: 7 }))).toBe(93)
  })
  it('does not take off again what was never sent', () => {
    expect(deliveredOf(campaign({ recipients: 2, sent: 1, failed: 1, hardBounces: 1 }))).toBe(1)
  })
  it('is what the platform says, where it says it', () => {
    expect(deliveredOf(campaign({ sent: 50, delivered: 41 }, { channel: 'whatsapp' }))).toBe(41)
  })
})

describe('the way from recipients to answers', () => {
  it('leaves out openings, and clicks that nobody follows', () => {
    const { tracking: _, ...rest } = campaign({ recipients: 10, sent: 8, opened: 8, clicked: 2 })
    const names = (clicks: boolean) =>
      stagesOf({ ...rest, tracking: { clicks, opens: true } }).map(({ measure }) => measure)
    expect(names(true)).toEqual(['recipients', 'sent', 'delivered', 'clicked', 'replies'])
    expect(names(false)).toEqual(['recipients', 'sent', 'delivered', 'replies'])
  })
  it('has the read of a platform in its place', () => {
    const told = campaign({ recipients: 10, sent: 8, delivered: 8, read: 4 }, { channel: 'whatsapp' })
    expect(stagesOf(told).map(({ measure, share }) => [measure, share])).toEqual([
      ['recipients', null],
      ['sent', 0.8],
      ['delivered', 1],
      ['read', 0.5],
      ['replies', 0]
    ])
  })
  it('says no share of nothing', () => {
    expect(stagesOf(campaign({})).map(({ share }) => share)).toEqual([null, null, null, null, null])
  })
})

describe('what did not go well', () => {
  it('is measured as the guard measures it, and stands there even at none', () => {
    const [complaints, bounces, ...others] = troublesOf(campaign({ sent: 90, hardBounces: 10 }))
    expect(complaints).toMatchObject({ measure: 'complaints', count: 0, share: 0, bound: 0.003 })
    expect(bounces).toMatchObject({ measure: 'hardBounces', share: 0.1, bound: 0.05, state: 'bounced' })
    expect(others).toEqual([])
  })
  it('of a platform is what failed, once', () => {
    const troubles = troublesOf(campaign({ recipients: 10, sent: 8, failed: 2 }, { channel: 'whatsapp' }))
    expect(troubles.map(({ measure, share }) => [measure, share])).toEqual([['failed', 0.2]])
  })
})

it('is done with all that will not be tried again', () => {
  expect(
    doneOf(counts({ recipients: 20, sent: 8, deferred: 3, waiting: 2, failed: 1, suppressed: 4, unknown: 1 }))
  ).toBe(14)
})
