import { describe, expect, it } from 'vitest'
import { blankPhone, isPhone, tidyNumber } from './agent-phone.ts'

describe('the phone of an agent', () => {
  it('takes numbers as people write them', () => {
    expect(tidyNumber('00 221 33-800.00 (01)')).toBe('+221338000001')
    expect(tidyNumber('+33 1 99 00 12 34')).toBe('+33199001234')
  })

  it('asks for a key where a voice box may answer', () => {
    expect(blankPhone('number')).toMatchObject({ confirms: true })
    expect(blankPhone('sip')).toMatchObject({ confirms: false })
    expect(blankPhone('browser')).toBeNull()
  })

  it('is refused while it leads nowhere', () => {
    expect(isPhone(null)).toBe(true)
    expect(isPhone({ kind: 'number', number: '+221338000001', confirms: true })).toBe(true)
    expect(isPhone({ kind: 'sip', uri: 'sip:1042@pbx.example.com', confirms: false })).toBe(true)
    for (const number of ['', '338000001', '+0123', '+22133<script>'])
      expect(isPhone({ kind: 'number', number, confirms: true })).toBe(false)
    for (const uri of ['sip:', '1042@pbx', 'sip:a b@pbx', 'sip:1042@pbx;transport=tcp?X=1', 'https://pbx'])
      expect(isPhone({ kind: 'sip', uri, confirms: false })).toBe(false)
  })
})
