import { describe, expect, it } from 'vitest'
import { holdsDefinition } from '../channel-contract/definition.ts'
import { holdsTest } from '../channel-contract/test.ts'
import { voiceAccount } from './fixtures/account.ts'
import { voice } from './index.ts'
import { policy } from './policy.ts'

// The contract knows no channel yet whose only way in is calls.
const withWayIn = { ...voice, receive: () => [] }
const cases = {
  account: () =>
    voiceAccount({
      restUrl: 'http://127.0.0.1:9',
      accountSid: 'acct',
      apiKey: 'key-of-api',
      webhookSecret: 'secret-of-hooks'
    })
}

describe('channel contract: voice', () => {
  holdsDefinition(withWayIn, cases)
  holdsTest(voice, cases)
})

describe('how an account treats its calls', () => {
  it('welcomes with what the account says, and promises no recording, which nothing keeps yet', () => {
    const { welcome, recording } = policy(voiceAccount({ welcome: 'Bonjour' }))
    expect(welcome).toEqual([{ kind: 'say', text: 'Bonjour' }])
    expect(recording).toBe('never')
    expect(policy(voiceAccount()).welcome).toEqual([])
  })

  it('has something to be heard while waiting, always', () => {
    expect(policy(voiceAccount()).music).toEqual([
      { kind: 'play', url: 'https://sounds.example.com/wait.mp3' }
    ])
    for (const settings of [{ musicUrl: '' }, { musicUrl: '/a.mp3', hubUrl: '' }, { musicUrl: 'http:///' }])
      expect(policy(voiceAccount(settings)).music).toEqual([{ kind: 'pause', seconds: 5 }])
  })

  it('lets numbers of its own country be called, unless others are listed', () => {
    expect(policy(voiceAccount()).dialling).toEqual({ prefixes: ['+33'], perMinute: 10 })
    expect(policy(voiceAccount({ allowedPrefixes: ['+44'] })).dialling.prefixes).toEqual(['+44'])
    expect(policy(voiceAccount({ defaultCountry: 'XX' })).dialling.prefixes).toEqual([])
  })

  it('has phones where both realm and server are known', () => {
    expect(policy(voiceAccount()).phones).toEqual({
      server: 'wss://sbc.example.com:8443',
      realm: 'cc.example.com'
    })
    expect(policy(voiceAccount({ phoneServer: '' })).phones).toBeNull()
  })
})
