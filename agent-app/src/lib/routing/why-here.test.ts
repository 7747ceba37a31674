import type { LogEntry } from '@palabre/config/contract/interaction'
import { describe, expect, it } from 'vitest'
import { splitReasons, whyHere } from './why-here.ts'

const line = (name: string, figures: LogEntry['figures'] = {}, more: Partial<LogEntry> = {}): LogEntry => ({
  n: 1,
  at: '2026-11-23T10:00:00Z',
  name,
  byId: null,
  figures,
  ...more
})
const reasons = [{ code: 'longest-idle', figures: { among: 2 } }]
const offered = (agentId: string) => line('offered', { agentId }, { reasons })

describe('why it is here', () => {
  it('are the reasons of the offer that was accepted, not of one before', () => {
    expect(
      whyHere([offered('a'), line('declined'), offered('b'), line('accepted', { agentId: 'b' })])
    ).toEqual({
      how: 'offered',
      agentId: 'b',
      reasons
    })
  })

  it('is nobody after it went back to the queue', () => {
    expect(whyHere([offered('a'), line('expired', { agentId: 'a' })])).toBeNull()
    expect(whyHere([offered('a'), line('transferred', { queueId: 'q' })])).toBeNull()
  })

  it('is a person who assigned or transferred it', () => {
    expect(whyHere([offered('a'), line('transferred', { agentId: 'b' }, { byId: 'u' })])).toEqual({
      how: 'given',
      agentId: 'b',
      code: 'transferred',
      byId: 'u'
    })
  })

  it('is the agent who took it by hand', () => {
    expect(whyHere([line('arrived'), line('accepted', { agentId: 'a' })])).toEqual({
      how: 'picked',
      agentId: 'a'
    })
    expect(whyHere([offered('a'), line('withdrawn'), line('accepted', { agentId: 'a' })])?.how).toBe('picked')
  })

  it('keeps what is said of others apart', () => {
    const passed = { code: 'passed-over', figures: { agentId: 'c' } }
    expect(splitReasons([...reasons, passed])).toEqual({ own: reasons, others: [passed] })
  })
})
