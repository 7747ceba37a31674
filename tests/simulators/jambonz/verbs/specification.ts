/** Kinds of values; `hook` is a URL or an object with a url, `?` ends what may be left out. */
type Kind = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'hook'

export interface Specification {
  properties: Record<
    string,
    Kind | Kind[] | { enum: readonly (string | number)[] } | { nested: string } | { list: string }
  >
  required?: readonly string[]
}

const mixTypes = { enum: ['mono', 'stereo', 'mixed'] } as const
const text: Kind[] = ['string', 'array']

/**
 * The verbs of 0.9.8 as far as this simulator checks them: names, kinds, what is required, and nothing more allowed.
 * `@jambonz/verb-specifications` 0.1.13 has the whole; `validate.ts` is the one place to call it from.
 */
export const specifications: Record<string, Specification> = {
  answer: { properties: {} },
  'sip:decline': {
    properties: { status: 'number', reason: 'string', headers: 'object' },
    required: ['status']
  },
  'sip:refer': {
    properties: {
      referTo: 'string',
      referredBy: 'string',
      referredByDisplayName: 'string',
      headers: 'object',
      actionHook: 'hook',
      eventHook: 'hook'
    },
    required: ['referTo']
  },
  'sip:request': {
    properties: { method: 'string', body: 'string', headers: 'object', actionHook: 'hook' },
    required: ['method']
  },
  config: {
    properties: {
      synthesizer: 'object',
      recognizer: 'object',
      bargeIn: 'object',
      record: 'object',
      listen: { nested: '#listen' },
      stream: { nested: '#listen' },
      transcribe: 'object',
      amd: 'object',
      fillerNoise: 'object',
      notifyEvents: 'boolean',
      notifySttLatency: 'boolean',
      onHoldMusic: 'string',
      actionHookDelayAction: 'object',
      sipRequestWithinDialogHook: 'hook',
      boostAudioSignal: ['number', 'string'],
      vad: 'object',
      ttsStream: 'object',
      reset: text,
      referHook: 'hook',
      earlyMedia: 'boolean',
      trackTtsPlayout: 'boolean'
    }
  },
  conference: {
    properties: {
      name: 'string',
      beep: 'boolean',
      startConferenceOnEnter: 'boolean',
      endConferenceOnExit: 'boolean',
      endConferenceDuration: 'number',
      joinMuted: 'boolean',
      maxParticipants: 'number',
      waitHook: 'hook',
      statusEvents: 'array',
      statusHook: 'hook',
      enterHook: 'hook',
      actionHook: 'hook',
      speakOnlyTo: 'string',
      memberTag: 'string',
      record: 'object',
      listen: { nested: '#listen' },
      distributeDtmf: 'boolean'
    },
    required: ['name']
  },
  dequeue: {
    properties: { name: 'string', actionHook: 'hook', timeout: 'number', beep: 'boolean', callSid: 'string' },
    required: ['name']
  },
  dial: {
    properties: {
      actionHook: 'hook',
      onHoldHook: 'hook',
      answerOnBridge: 'boolean',
      callerId: 'string',
      callerName: 'string',
      confirmHook: 'hook',
      referHook: 'hook',
      dialMusic: 'string',
      dtmfCapture: 'object',
      dtmfHook: 'hook',
      headers: 'object',
      anchorMedia: 'boolean',
      exitMediaPath: 'boolean',
      forwardPAI: 'boolean',
      boostAudioSignal: ['number', 'string'],
      listen: { nested: '#listen' },
      stream: { nested: '#listen' },
      target: { list: '#target' },
      timeLimit: 'number',
      timeout: 'number',
      proxy: 'string',
      transcribe: 'object',
      amd: 'object',
      dub: 'array',
      tag: 'object'
    },
    required: ['target']
  },
  dtmf: { properties: { dtmf: 'string', duration: 'number' }, required: ['dtmf'] },
  enqueue: {
    properties: { name: 'string', actionHook: 'hook', waitHook: 'hook', priority: 'number', _: 'object' },
    required: ['name']
  },
  gather: {
    properties: {
      actionHook: 'hook',
      finishOnKey: 'string',
      input: 'array',
      numDigits: 'number',
      minDigits: 'number',
      maxDigits: 'number',
      interDigitTimeout: 'number',
      partialResultHook: 'hook',
      speechTimeout: 'number',
      listenDuringPrompt: 'boolean',
      dtmfBargein: 'boolean',
      bargein: 'boolean',
      minBargeinWordCount: 'number',
      listenAfterSpeech: 'boolean',
      timeout: 'number',
      recognizer: 'object',
      play: { nested: 'play' },
      say: { nested: 'say' },
      fillerNoise: 'object',
      actionHookDelayAction: 'object'
    }
  },
  hangup: { properties: { headers: 'object' } },
  leave: { properties: {} },
  listen: {
    properties: {
      actionHook: 'hook',
      auth: 'object',
      finishOnKey: 'string',
      maxLength: 'number',
      metadata: 'object',
      mixType: mixTypes,
      passDtmf: 'boolean',
      playBeep: 'boolean',
      disableBidirectionalAudio: 'boolean',
      bidirectionalAudio: 'object',
      sampleRate: 'number',
      timeout: 'number',
      transcribe: 'object',
      url: 'string',
      wsAuth: 'object',
      earlyMedia: 'boolean',
      channel: 'number'
    },
    required: ['url']
  },
  message: {
    properties: {
      carrier: 'string',
      account_sid: 'string',
      message_sid: 'string',
      to: 'string',
      from: 'string',
      text: 'string',
      media: text,
      actionHook: 'hook'
    },
    required: ['to', 'from']
  },
  pause: { properties: { length: 'number' }, required: ['length'] },
  play: {
    properties: {
      url: text,
      loop: ['number', 'string'],
      earlyMedia: 'boolean',
      seekOffset: ['number', 'string'],
      timeoutSecs: ['number', 'string'],
      actionHook: 'hook',
      cacheAudio: 'boolean'
    },
    required: ['url']
  },
  redirect: { properties: { actionHook: 'hook', statusHook: 'hook' }, required: ['actionHook'] },
  say: {
    properties: {
      text,
      instructions: 'string',
      stream: 'boolean',
      loop: ['number', 'string'],
      synthesizer: 'object',
      earlyMedia: 'boolean',
      disableTtsCache: 'boolean',
      closeStreamOnEmpty: 'boolean'
    }
  },
  tag: { properties: { data: 'object' }, required: ['data'] },
  '#listen': {
    properties: {
      enable: 'boolean',
      url: 'string',
      sampleRate: 'number',
      mixType: mixTypes,
      metadata: 'object',
      wsAuth: 'object',
      passDtmf: 'boolean',
      disableBidirectionalAudio: 'boolean',
      bidirectionalAudio: 'object',
      earlyMedia: 'boolean'
    }
  },
  '#target': {
    properties: {
      type: { enum: ['phone', 'sip', 'user', 'teams'] },
      confirmHook: 'hook',
      method: { enum: ['GET', 'POST'] },
      headers: 'object',
      from: 'object',
      name: 'string',
      number: 'string',
      sipUri: 'string',
      auth: 'object',
      vmail: 'boolean',
      tenant: 'string',
      trunk: 'string',
      overrideTo: 'string',
      proxy: 'string'
    },
    required: ['type']
  }
}
specifications['stream'] = specifications['listen'] ?? { properties: {} }
