import type { Fields } from './frame.ts'
import type { Samples } from './audio/pcm.ts'

export interface JambonzOptions {
  /** The application's hook: `ws://…` or `http://…`, with `#rc=5&rp=ct,5xx` for the retry policy. */
  appUrl: string
  /** Basic authentication of the application's hooks. */
  user?: string
  password?: string
  webhookSecret?: string
  accountSid?: string
  applicationSid?: string
  apiKey?: string
  /** 0 (the default) takes a spare one. */
  restPort?: number
  /** The account's SIP realm: `user@realm` is an address of record. */
  realm?: string
  featureServers?: number
  /** Asked about every REGISTER; without it nobody is let in. */
  registrationHook?: string
  /** Told when somebody joins or leaves a queue. */
  queueEventHook?: string
  /** Where an HTTP application's call statuses go. */
  callStatusHook?: string
  /** Without speech credentials `say` is an error and is skipped. */
  speech?: boolean
  defaults?: Fields
  /** What the URLs of `play` sound like; unknown ones are a second and a half of nothing. */
  media?: Record<string, Media>
  /** What the audio sockets offer. `false`: nothing. */
  audioProtocol?: 'audio.drachtio.org' | 'audio.jambonz.org' | false
}

export interface Media {
  seconds: number
  /** Hertz of a tone. */
  tone?: number
  /** 8 kHz mono. */
  pcm?: Samples
}

export const resolveOptions = (options: JambonzOptions) => ({
  user: 'jambonz',
  password: 'jambonz',
  webhookSecret: 'wh_secret',
  accountSid: 'acct0000-0000-0000-0000-000000000001',
  applicationSid: 'app00000-0000-0000-0000-000000000001',
  apiKey: 'api-key',
  restPort: 0,
  realm: 'cc.example.com',
  featureServers: 2,
  speech: true,
  defaults: {
    synthesizer: { vendor: 'deepgram', language: 'en-US', voice: 'v' },
    recognizer: { vendor: 'deepgram', language: 'en-US' }
  } as Fields,
  media: {},
  audioProtocol: 'audio.drachtio.org' as const,
  ...options
})

export type Options = ReturnType<typeof resolveOptions>
