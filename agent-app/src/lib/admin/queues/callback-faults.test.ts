import { CallbackRules, usualCallbacks } from '@palabre/config/contract/callback'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { callbackFaults } from './callback-faults.ts'
import { usualRetries } from './usual-callbacks.ts'

const account = '0000000000000000000000a1'
const rules = (change: Partial<CallbackRules> = {}): CallbackRules => ({
  ...structuredClone(usualCallbacks),
  accountId: account,
  retries: structuredClone(usualRetries),
  ...change
})
const pathsOf = (found: CallbackRules) => callbackFaults(found).map(({ path }) => path)
const { slots, limits, confirm } = usualCallbacks

describe('rules for callbacks', () => {
  it('are right as they are usual, also for the hub', () => {
    expect(callbackFaults(rules())).toEqual([])
    expect(Value.Check(CallbackRules, rules())).toBe(true)
  })

  it('says at its field what is missing or out of bounds', () => {
    expect(
      pathsOf(rules({ slots: { ...slots!, minutes: 5, daysAhead: null as never, share: 0, most: 0 } }))
    ).toEqual([
      'callbacks/slots/minutes',
      'callbacks/slots/daysAhead',
      'callbacks/slots/share',
      'callbacks/slots/most'
    ])
    expect(
      pathsOf(
        rules({ retries: { ...usualRetries, attempts: 11, gap: { noAnswer: 0, busy: 1, machine: 1 } } })
      )
    ).toEqual(['callbacks/retries/attempts', 'callbacks/retries/gap/noAnswer'])
    expect(pathsOf(rules({ retries: { ...usualRetries, hours: { from: 1200, to: 480 } } }))).toEqual([
      'callbacks/retries/hours'
    ])
    expect(pathsOf(rules({ limits: { ...limits, perNumberDaily: 0.5, blocked: ['+88', '88213'] } }))).toEqual(
      ['callbacks/limits/perNumberDaily', 'callbacks/limits/blocked']
    )
  })

  it('asks for what carries a code', () => {
    expect(pathsOf(rules({ limits: { ...limits, code: 'mail' } }))).toEqual(['callbacks/limits/code'])
    expect(
      pathsOf(rules({ limits: { ...limits, code: 'mail' }, confirm: { ...confirm, mailAccountId: account } }))
    ).toEqual([])
    expect(
      pathsOf(rules({ confirm: { ...confirm, template: { accountId: account, templateId: '' } } }))
    ).toEqual(['callbacks/confirm/template'])
  })

  it('says nothing while nobody is called back', () => {
    expect(pathsOf(rules({ accountId: null, limits: { ...limits, perNumberDaily: 0 } }))).toEqual([])
  })
})
