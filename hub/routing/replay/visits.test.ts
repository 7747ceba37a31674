import { describe, expect, it } from 'vitest'
import { visitsOf, type Known, type Line, type ToldVisit } from './visits.ts'

const now = 1_000_000
const known: Known = {
  id: 'i',
  medium: 'chat',
  queueId: 'care',
  queuedAt: 0,
  dueAt: 60_000,
  points: 0,
  requirements: [{ skillId: 's', level: 3 }],
  preferredIds: [],
  forbiddenIds: []
}

/** Lines at seconds. */
const lines = (
  ...told: [seconds: number, name: string, figures?: Line['figures'], sticky?: boolean][]
): Line[] =>
  told.map(([seconds, name, figures = {}, sticky = false], i) => ({
    n: i + 1,
    at: seconds * 1000,
    name,
    figures,
    sticky
  }))
const told = (all: Line[], more: Partial<Known> = {}) => {
  const visits: ToldVisit[] = []
  for (let visit = visitsOf({ ...known, ...more }, all, now); visit; visit = visit.next) visits.push(visit)
  return visits
}

const arrived = [0, 'arrived', { queueId: 'care' }] as const
const offered = (seconds: number, agentId: string) => [seconds, 'offered', { agentId }] as const
const accepted = (seconds: number, agentId: string, waitedSeconds = seconds, late = 0) =>
  [seconds, 'accepted', { agentId, waitedSeconds, late }] as const

describe('the visits of an interaction', () => {
  it('are one when it is answered and closed', () => {
    const [visit, ...others] = told(
      lines([...arrived], [...offered(5, 'x')], [...accepted(8, 'x')], [40, 'wrapUp'], [50, 'closed'])
    )
    expect(others).toEqual([])
    expect(visit).toMatchObject({
      id: 'i:1',
      queueId: 'care',
      joinedAt: 0,
      queuedAt: 0,
      pickupMs: 3000,
      handledMs: 42_000,
      ended: { how: 'answered', at: 8000, agentId: 'x', until: 50_000 },
      targetMs: 60_000,
      late: false,
      requirements: null
    })
  })

  it('keep the offers that were missed, and leave out those that were taken back', () => {
    const [visit] = told(
      lines(
        [...arrived],
        [...offered(1, 'x')],
        [4, 'declined', { fromAgentId: 'x' }],
        [...offered(5, 'y')],
        [35, 'expired'],
        [...offered(40, 'z')],
        [41, 'withdrawn'],
        [...offered(50, 'z')],
        [...accepted(70, 'z', 70, 1)]
      )
    )
    expect(visit).toMatchObject({ missesMs: [3000, 30_000], pickupMs: 20_000, handledMs: null, late: true })
    expect(visit?.ended).toEqual({ how: 'answered', at: 70_000, agentId: 'z', until: now })
  })

  it('end with the customer, or not at all', () => {
    const [left] = told(lines([...arrived], [...offered(5, 'x')], [9, 'abandoned', { waitedSeconds: 9 }]))
    expect(left?.ended).toEqual({ how: 'left', at: 9000 })
    const [waiting] = told(lines([...arrived], [...offered(5, 'x')]))
    expect(waiting?.ended).toEqual({ how: 'waiting' })
  })

  it('go on in another queue after a transfer, with age and own requirements', () => {
    const [first, second] = told(
      lines(
        [...arrived],
        [...accepted(10, 'x')],
        [100, 'transferred', { queueId: 'loans', fromQueueId: 'care', fromAgentId: 'x' }],
        [...accepted(130, 'y', 130, 1)],
        [200, 'closed']
      ),
      { queueId: 'loans' }
    )
    expect(first).toMatchObject({ queueId: 'care', handledMs: 90_000, requirements: null })
    expect(second).toMatchObject({
      queueId: 'loans',
      joinedAt: 100_000,
      queuedAt: 0,
      keepsAge: true,
      handledMs: 70_000,
      requirements: known.requirements
    })
  })

  it('are moved while they wait, by overflow or by hand', () => {
    const [visit, ...others] = told(
      lines(
        [...arrived],
        [30, 'overflowed', { fromQueueId: 'care', queueId: 'loans' }],
        [40, 'overflowed', { fromQueueId: 'loans', what: 'callback' }],
        [50, 'transferred', { fromQueueId: 'loans', queueId: 'mail', fromAgentId: null }],
        [...accepted(60, 'x')]
      )
    )
    expect(others).toEqual([])
    expect(visit).toMatchObject({
      queueId: 'care',
      moves: [
        { afterMs: 30_000, queueId: 'loans' },
        { afterMs: 50_000, queueId: 'mail' }
      ]
    })
  })

  it('prefer whom it was given to by hand', () => {
    const [first, second] = told(
      lines(
        [...arrived],
        [...accepted(10, 'x')],
        [20, 'transferred', { agentId: 'y', fromAgentId: 'x' }],
        [...accepted(25, 'y')],
        [30, 'closed']
      )
    )
    expect(first?.handledMs).toBe(10_000)
    expect(second).toMatchObject({ queueId: 'care', preferredIds: ['y'], pickupMs: 5000 })
  })

  it('begin anew with the age that the records give when an agent was gone', () => {
    const [, second] = told(
      lines(
        [...arrived],
        [...accepted(10, 'x')],
        [500, 'requeued', { cause: 'agent-offline', fromAgentId: 'x' }],
        [...accepted(530, 'y', 40)]
      )
    )
    expect(second).toMatchObject({ joinedAt: 500_000, queuedAt: 490_000, keepsAge: false })
  })

  it('know for whom a returning customer was held', () => {
    const [visit] = told(lines([...arrived], [5, 'offered', { agentId: 'x' }, true], [...accepted(8, 'x')]))
    expect(visit?.stickyId).toBe('x')
  })

  it('are none when nobody was to work it', () => {
    expect(told(lines([...arrived], [0, 'closed', { automatic: 'bounce' }]))).toEqual([])
  })
})
