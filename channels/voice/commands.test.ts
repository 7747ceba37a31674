import { describe, expect, it } from 'vitest'
import type { LineCommand } from '../call.ts'
import { commandsOf, type Situation } from './commands.ts'
import { voiceAccount } from './fixtures/account.ts'
import { onLine } from './verbs.ts'

const situation: Situation = {
  ...onLine(voiceAccount(), 'n.1'),
  now: 1_700_000_000,
  applicationSid: '',
  answered: true,
  muted: false,
  streamed: null
}
const audio = { metadata: { callId: 'c1' }, channels: 2 as const, sampleRate: 16_000 }
const told = (command: Exclude<LineCommand, { kind: 'cancel' }>, change: Partial<Situation> = {}) =>
  commandsOf(command, { ...situation, ...change }).map(({ command: name, data }) => [name, data])

describe('commands', () => {
  it('leave nobody with an empty stack', () => {
    expect(told({ kind: 'do', steps: [] })).toEqual([['redirect', [{ verb: 'pause', length: 1 }]]])
  })

  it('end what was answered, what rings, and what is not known', () => {
    expect(told({ kind: 'hangUp' })).toEqual([['call:status', { call_status: 'completed' }]])
    expect(told({ kind: 'hangUp' }, { answered: false })).toEqual([
      ['call:status', { call_status: 'no-answer' }]
    ])
    expect(told({ kind: 'hangUp' }, { answered: null })).toHaveLength(2)
  })

  it('act on this member alone, never on all that are no moderators', () => {
    expect(told({ kind: 'mute' })).toEqual([['conf:participant-action', { action: 'mute' }]])
    expect(told({ kind: 'coach', role: 'agent' })).toEqual([
      ['conf:participant-action', { action: 'coach', tag: 'agent' }]
    ])
    expect(told({ kind: 'hold', id: 'c.1' })).toEqual([
      ['conf:hold-status', { conf_hold_status: 'hold', wait_hook: '/waiting/c.1/n.1/1700000000' }]
    ])
  })

  it('mute again who was muted before the hold', () => {
    expect(told({ kind: 'unhold' })).toHaveLength(1)
    expect(told({ kind: 'unhold' }, { muted: true }).at(-1)).toEqual([
      'conf:participant-action',
      { action: 'mute' }
    ])
  })

  it('stream, stop, and begin anew with what was streamed', () => {
    const [[name, data] = []] = told({ kind: 'stream', audio })
    expect(name).toBe('config')
    expect(data).toMatchObject({ listen: { enable: true, mixType: 'stereo', sampleRate: 16_000 } })
    const off = ['config', { listen: { enable: false } }]
    expect(told({ kind: 'streaming', on: 'off' })).toEqual([off])
    expect(told({ kind: 'streaming', on: 'paused' })).toEqual([
      ['listen:status', { listen_status: 'pause' }],
      off
    ])
    expect(told({ kind: 'streaming', on: 'on' })).toEqual([['listen:status', { listen_status: 'resume' }]])
    expect(told({ kind: 'streaming', on: 'on' }, { streamed: audio })).toHaveLength(2)
  })

  it('call with our address and password where the application is not known', () => {
    const party = {
      tag: 't',
      target: { kind: 'user' as const, name: 'bob' },
      from: 'anonymous',
      seconds: 9_999
    }
    expect(told({ kind: 'call', party })).toMatchObject([
      [
        'dial',
        {
          from: '+33199001234',
          timeout: 300,
          call_hook: {
            url: '/calls/b1c2d3e4f5a6b1c2d3e4f5a6',
            username: 'palabre',
            password: 'application-pass-word'
          }
        }
      ]
    ])
  })
})
