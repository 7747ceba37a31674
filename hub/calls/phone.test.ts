import { describe, expect, it } from 'vitest'
import { agentOfPhone, phoneOf, phoneUser } from './phone.ts'

const agent = { id: '0123456789abcdef01234567', name: 'Awa' }

describe('where an agent is rung', () => {
  it('is the browser, unless another phone was set', () => {
    const browser = { target: { kind: 'user', name: phoneUser(agent.id) }, name: 'Awa', confirms: false }
    expect(phoneOf(agent)).toEqual(browser)
    expect(phoneOf({ ...agent, phone: null })).toEqual(browser)
    expect(agentOfPhone(phoneUser(agent.id))).toBe(agent.id)
  })

  it('is a number or a SIP address, where a key may be asked for', () => {
    expect(phoneOf({ ...agent, phone: { kind: 'number', number: '+221770000001', confirms: true } })).toEqual(
      { target: { kind: 'number', number: '+221770000001' }, name: 'Awa', confirms: true }
    )
    expect(
      phoneOf({ ...agent, phone: { kind: 'sip', uri: 'sip:1042@pbx.example.com', confirms: false } })
    ).toEqual({ target: { kind: 'sip', uri: 'sip:1042@pbx.example.com' }, name: 'Awa', confirms: false })
  })
})
