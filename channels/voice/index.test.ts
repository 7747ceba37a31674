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
  it('welcomes with what the account says', () => {
    expect(policy(voiceAccount({ welcome: 'Bonjour' })).welcome).toEqual([{ kind: 'say', text: 'Bonjour' }])
    expect(policy(voiceAccount()).welcome).toEqual([])
  })

  it('records nothing, keeps what is recorded, and lets agents hear none of it, unless it is said', () => {
    expect(policy(voiceAccount())).toMatchObject({
      recording: 'never',
      recordingNotice: [],
      retentionDays: null,
      agentsListen: false
    })
    const said = {
      recording: 'always' as const,
      recordingNotice: 'Ici.',
      retentionDays: 90,
      agentsListen: true
    }
    expect(policy(voiceAccount(said))).toMatchObject({
      recording: 'always',
      recordingNotice: [{ kind: 'say', text: 'Ici.' }],
      retentionDays: 90,
      agentsListen: true
    })
  })

  it('has something to be heard while waiting, always', () => {
    expect(policy(voiceAccount()).music).toEqual([
      { kind: 'play', url: 'https://sounds.example.com/wait.mp3' }
    ])
    for (const settings of [{ musicUrl: '' }, { musicUrl: '/a.mp3', hubUrl: '' }, { musicUrl: 'http:///' }])
      expect(policy(voiceAccount(settings)).music).toEqual([{ kind: 'pause', seconds: 5 }])
  })

  it('lets numbers of its own country be called, unless others are listed', () => {
    expect(policy(voiceAccount()).dialling).toMatchObject({
      prefixes: ['+33'],
      perMinute: 10,
      hours: { from: 8 * 60, to: 20 * 60 }
    })
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
