import { describe, expect, it } from 'vitest'
import type { Step } from '../call.ts'
import { voiceAccount } from './fixtures/account.ts'
import { onLine, verbsAfter, verbsOf, waitingVerbs } from './verbs.ts'

const account = voiceAccount({ language: 'en-GB', ttsVoice: 'Amy' })
const telling = { ...onLine(account, 'n.1'), now: 1_700_000_000 }
const verbs = (...steps: Step[]) => verbsOf(steps, telling)
const refused = expect.objectContaining({ reason: 'refused' }) as Error
const say = (text: string, language?: string) => ({ kind: 'say' as const, text, language })
const audio = { metadata: { callId: 'c1' }, channels: 1 as const, sampleRate: 8_000 }

describe('steps as verbs', () => {
  it('says and plays, in as few verbs as may be', () => {
    expect(
      verbs({
        kind: 'prompt',
        prompts: [
          say('One'),
          say('Two'),
          { kind: 'play', url: '/a.mp3' },
          { kind: 'play', url: 'http://x/b.wav' },
          { kind: 'pause', seconds: 2 },
          say('Trois', 'fr-FR')
        ]
      })
    ).toEqual([
      {
        verb: 'say',
        text: ['One', 'Two'],
        synthesizer: { vendor: 'default', language: 'en-GB', voice: 'Amy' }
      },
      { verb: 'play', url: ['https://palabre.example.com/a.mp3', 'http://x/b.wav'] },
      { verb: 'pause', length: 2 },
      { verb: 'say', text: 'Trois', synthesizer: { vendor: 'default', language: 'fr-FR' } }
    ])
  })

  it('repeats prompts until something else is told', () => {
    expect(
      verbs({ kind: 'prompt', forever: true, prompts: [{ kind: 'play', url: 'http://x/a.mp3' }] })
    ).toEqual([{ verb: 'play', url: 'http://x/a.mp3', loop: 'forever' }])
    const mixed = verbs({
      kind: 'prompt',
      forever: true,
      prompts: [say('Hold'), { kind: 'pause', seconds: 5 }]
    })
    expect(mixed).toHaveLength(60)
    expect(verbs({ kind: 'prompt', forever: true, prompts: [] })).toEqual([])
  })

  it('asks for keys and words, with the question inside so that it can be cut short', () => {
    const [first, gather] = verbsOf(
      [
        {
          kind: 'ask',
          id: 'q/1',
          prompts: [{ kind: 'play', url: 'http://x/a.mp3' }, say('Press')],
          digits: { min: 0, max: 4, until: '#' },
          speech: { language: 'fr-FR', hints: ['oui'] },
          seconds: 6
        }
      ],
      { ...telling, account: voiceAccount({ recognition: true, sttVendor: 'google' }) }
    )
    expect(first).toMatchObject({ verb: 'play' })
    expect(gather).toMatchObject({
      verb: 'gather',
      actionHook: '/result/asked/q%2F1/n.1/last',
      input: ['digits', 'speech'],
      timeout: 6,
      minDigits: 1,
      maxDigits: 4,
      finishOnKey: '#',
      say: { text: 'Press' },
      recognizer: { vendor: 'google', language: 'fr-FR', hints: ['oui'] }
    })
  })

  it('refuses a question that nobody could answer', () => {
    const speech = { language: 'fr-FR', hints: [] }
    expect(() => verbs({ kind: 'ask', id: 'q', prompts: [], speech, seconds: 5 })).toThrow(refused)
    expect(() => verbs({ kind: 'ask', id: '', prompts: [], digits: { min: 1, max: 1 }, seconds: 5 })).toThrow(
      refused
    )
  })

  it('waits alone in a room that it does not start', () => {
    expect(verbs({ kind: 'wait', id: 'c.0', room: 'c-1' })).toEqual([
      {
        verb: 'conference',
        name: 'c-1',
        memberTag: 'customer',
        endConferenceOnExit: false,
        startConferenceOnEnter: false,
        statusHook: '/room/c-1',
        statusEvents: ['start', 'end', 'join', 'leave'],
        actionHook: '/result/left/c.0/n.1/last',
        waitHook: '/waiting/c.0/n.1/1700000000'
      }
    ])
  })

  it('joins a room: agents start it, supervisors come unheard, prompts come first', () => {
    const [whisper, room] = verbs({
      kind: 'join',
      id: 'a.0',
      room: 'c-1',
      as: 'agent',
      muted: false,
      prompts: [say('Billing')]
    })
    expect(whisper).toMatchObject({ verb: 'say' })
    expect(room).toMatchObject({ memberTag: 'agent', startConferenceOnEnter: true })
    expect(room).not.toHaveProperty('joinMuted')
    expect(verbs({ kind: 'join', id: 's.0', room: 'c-1', as: 'supervisor', muted: false })).toMatchObject([
      { joinMuted: true, startConferenceOnEnter: false }
    ])
  })

  it('takes a message', () => {
    expect(verbs({ kind: 'voicemail', id: 'v.0', audio, seconds: 90 }, { kind: 'hangUp' })).toMatchObject([
      {
        verb: 'listen',
        url: '/calls/b1c2d3e4f5a6b1c2d3e4f5a6/sound',
        mixType: 'mono',
        maxLength: 90,
        playBeep: true,
        finishOnKey: '#',
        metadata: { order: { callId: 'c1' } },
        wsAuth: { username: 'palabre', password: 'application-pass-word' },
        actionHook: '/result/recorded/v.0/n.1/more'
      },
      { verb: 'hangup' }
    ])
  })

  it('streams in the background', () => {
    expect(verbs({ kind: 'stream', audio: { ...audio, channels: 2 } })).toMatchObject([
      { verb: 'config', listen: { enable: true, mixType: 'stereo', passDtmf: true } }
    ])
  })

  it('sends away, declines, hangs up', () => {
    expect(
      verbs(
        { kind: 'refer', id: 'r', to: '01 99 00 12 34' },
        { kind: 'decline', status: 486, reason: 'Busy' },
        { kind: 'hangUp' }
      )
    ).toEqual([
      { verb: 'sip:refer', referTo: '+33199001234', actionHook: '/result/referred/r/n.1/more' },
      { verb: 'sip:decline', status: 486, reason: 'Busy' },
      { verb: 'hangup' }
    ])
    expect(verbs({ kind: 'refer', id: 'r', to: 'sip:desk@pbx.example.com' })).toMatchObject([
      { referTo: 'sip:desk@pbx.example.com' }
    ])
  })

  it.each<[string, Step]>([
    [
      'a file of the media server',
      { kind: 'prompt', prompts: [{ kind: 'play', url: 'file:///etc/passwd' }] }
    ],
    ['a stream of the media server', { kind: 'prompt', prompts: [{ kind: 'play', url: 'tone_stream://x' }] }],
    ['a pause without end', { kind: 'prompt', prompts: [{ kind: 'pause', seconds: Infinity }] }],
    ['a pause backwards', { kind: 'prompt', prompts: [{ kind: 'pause', seconds: -1 }] }],
    ['a room that is a command', { kind: 'wait', id: 'c', room: 'x kick all' }],
    ['a transfer to a premium country', { kind: 'refer', id: 'r', to: '+882000000' }],
    ['a premium number in a SIP address', { kind: 'refer', id: 'r', to: 'sip:+882123456789@x.example' }],
    ['a SIP address with a header', { kind: 'refer', id: 'r', to: 'sip:a@b>\r\nX: y' }],
    [
      'what jambonz does not know',
      { kind: 'prompt', prompts: [{ kind: 'say', text: 7 as unknown as string }] }
    ],
    ['a status that is text', { kind: 'decline', status: '486' as unknown as number, reason: '' }]
  ])('refuses %s', (_, step) => {
    expect(() => verbs(step)).toThrow(refused)
  })

  it('knows what follows a step', () => {
    const steps: Step[] = [
      { kind: 'ask', id: 'q', prompts: [], digits: { min: 1, max: 1 }, seconds: 5 },
      { kind: 'hangUp' }
    ]
    expect(verbsAfter('q', steps, telling)).toEqual([{ verb: 'hangup' }])
    expect(verbsAfter('unknown', steps, telling)).toEqual([])
  })

  it('has a sound of this server only where its address is known', () => {
    const without = { ...telling, account: voiceAccount({ hubUrl: '' }) }
    expect(() => verbsOf([{ kind: 'prompt', prompts: [{ kind: 'play', url: '/a.mp3' }] }], without)).toThrow(
      refused
    )
  })
})

describe('what is heard while waiting', () => {
  it('is prompts and nothing else', () => {
    expect(
      waitingVerbs(
        [{ kind: 'prompt', forever: true, prompts: [say('Soon'), { kind: 'pause', seconds: 1 }] }],
        account
      )
    ).toMatchObject([{ verb: 'say' }, { verb: 'pause' }])
    expect(waitingVerbs([], account)).toEqual([])
    expect(() => waitingVerbs([{ kind: 'hangUp' }], account)).toThrow(refused)
  })
})
