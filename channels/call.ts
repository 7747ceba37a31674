import type { WebSocket } from 'ws'
import type { TObject } from 'typebox'
import type { Account, WebhookRequest } from './channel.ts'

/**
 * The port of channels whose customers call. A call has parties (the customer, an agent, a supervisor, somebody
 * outside), each with a line of its own: the connection over which it is told what to do, and tells what became of
 * it. Parties hear each other in a room. The hub decides, the channel speaks the protocol of the media server.
 */

/** Something that a party hears. Text is spoken in the language (BCP 47) with the account's voice for it. */
export type Prompt =
  | { kind: 'say'; text: string; language?: string }
  /** An http(s) address of a sound file, or a path of the hub's own. */
  | { kind: 'play'; url: string }
  | { kind: 'pause'; seconds: number }

/**
 * What a party does, one step after the other. Steps with an `id` tell how they ended (`result`), and the answer to
 * that is what comes next. Where steps run out, the party hears silence and waits for more.
 */
export type Step =
  | { kind: 'prompt'; prompts: Prompt[]; /** Until something else is told. */ forever?: boolean }
  | {
      kind: 'ask'
      id: string
      prompts: Prompt[]
      /** Keys: at least and at most so many, ended early by the key `until`. */
      digits?: { min: number; max: number; until?: '#' | '*' }
      /** Words, where the account has speech recognition. */
      speech?: { language: string; hints: string[] }
      /** Seconds of silence after which the party is taken to say nothing. */
      seconds: number
    }
  /** Alone in a room until somebody comes; what is heard is asked again and again (`waiting`). */
  | { kind: 'wait'; id: string; room: string }
  /** Into a room with those who are there. */
  | { kind: 'join'; id: string; room: string; as: Role; muted: boolean; prompts?: Prompt[] }
  /** Speaks to a recording alone: beep, then until silence, a key or the end of the time. */
  | { kind: 'voicemail'; id: string; audio: AudioOrder; seconds: number }
  /** From here on the party's sound, and what it hears, is also sent to the hub. */
  | { kind: 'stream'; audio: AudioOrder }
  /** Sends the call to somebody else and leaves it (SIP REFER). */
  | { kind: 'refer'; id: string; to: string }
  /** Refuses a call that was not answered yet. Status: 480, 486, 603 … */
  | { kind: 'decline'; status: number; reason: string }
  | { kind: 'hangUp' }

export type Role = 'customer' | 'agent' | 'guest' | 'supervisor'

/** Sound wanted over a socket of its own. `metadata` comes back with its first frame. */
export interface AudioOrder {
  metadata: Record<string, string>
  /** Both sides apart (stereo: first what the party hears or says first, see the channel's README) or as one. */
  channels: 1 | 2
  /** 8,000 or 16,000 Hz. */
  sampleRate: number
}

/** Where a new party is called. */
export type Target =
  /** A SIP user of the account's realm: a softphone or a desk phone that has registered. */
  | { kind: 'user'; name: string }
  /** An E.164 number, over the account's carrier. */
  | { kind: 'number'; number: string }
  | { kind: 'sip'; uri: string }

/** A party to be called. `tag` is the caller's own name for it, and comes with every event of that party. */
export interface NewParty {
  tag: string
  target: Target
  /** E.164, or the extension that is shown. */
  from: string
  /** Shown by the callee's phone. */
  fromName?: string
  /** Seconds of ringing. */
  seconds: number
  /** Extra SIP headers (X-…). */
  headers?: Record<string, string>
  /** What answers is listened to, where the account can tell people from machines (`answeredBy`). */
  mayBeMachine?: boolean
}

/** What happens at a line, in order. Those marked with → are answered with steps. */
export type LineEvent =
  /** → A party is there: a customer who calls (not answered yet), or somebody called who has answered. */
  | {
      kind: 'arrived'
      direction: 'in' | 'out'
      /** As the network gives them; E.164 where they are numbers, else as they came, cleaned. */
      from: string
      to: string
      name: string
      tag: string | null
      headers: Record<string, string>
    }
  /**
   * The line was lost and is back, here or at another node; what the party was doing goes on. `arrival`: how it came,
   * where the far side tells it once more, as the first time may have been lost with the line.
   */
  | { kind: 'returned'; arrival: Extract<LineEvent, { kind: 'arrived' }> | null }
  /** → A step ended. */
  | { kind: 'result'; id: string; result: StepResult }
  /** → Alone in a room: what is heard next. Prompts only; an empty list ends it for good. */
  | { kind: 'waiting'; id: string; seconds: number }
  /** What happens in a room that the party is in; may come twice. */
  | { kind: 'room'; room: string; event: 'start' | 'end' | 'join' | 'leave'; role: Role | null }
  /** Of the party itself, or (before it has a line) of one that was called from here. */
  | { kind: 'state'; state: PartyState; tag: string | null; partyId: string; end: PartyEnd | null }
  /** What has answered, of a party that was called with `mayBeMachine`; seconds after it did, or never. */
  | { kind: 'answeredBy'; by: 'person' | 'machine' }
  /** A key was pressed outside of `ask`. */
  | { kind: 'key'; key: string }
  /** The media server could not do something: no speech service, a file that is not there. */
  | { kind: 'trouble'; detail: string }

export type PartyState = 'trying' | 'ringing' | 'answered' | 'ended'

export interface PartyEnd {
  /** Why, in our words: SIP 603/486 of a phone is declined, 480/404 unreachable, 487 or no answer in time noAnswer. */
  cause: 'hungUp' | 'busy' | 'declined' | 'noAnswer' | 'unreachable' | 'failed'
  by: 'party' | 'us' | null
  sipStatus: number | null
  seconds: number
}

export type StepResult =
  | { kind: 'done' }
  | { kind: 'digits'; digits: string }
  | { kind: 'speech'; text: string; confidence: number }
  | { kind: 'silence' }
  /** It left a room: sent out by us, or because the room ended. */
  | { kind: 'left' }
  | { kind: 'failed'; detail: string }

/** What a line may be told. Nothing comes back but events; a party that has gone makes it ineffective. */
export type LineCommand =
  | { kind: 'do'; steps: Step[] }
  | { kind: 'call'; party: NewParty }
  | { kind: 'hangUp' }
  /** In a room: neither hears nor is heard, and is asked what is played (`waiting` with the id). */
  | { kind: 'hold'; id: string }
  | { kind: 'unhold' }
  | { kind: 'mute' }
  | { kind: 'unmute' }
  /** In a room: heard only by parties of that role. */
  | { kind: 'coach'; role: Role }
  | { kind: 'uncoach' }
  | { kind: 'keys'; keys: string }
  | { kind: 'stream'; audio: AudioOrder }
  | { kind: 'streaming'; on: 'paused' | 'on' | 'off' }
  /** Ends the ringing of a party that was called from here. */
  | { kind: 'cancel'; partyId: string }

/** One party's connection at this node. */
export interface Line {
  /** The media server's id of the party, null until its first event. */
  readonly partyId: string | null
  /** Throws ChannelError('refused') when the command cannot be valid; nothing was sent then. */
  tell(command: LineCommand): void
  /** The node goes: the far side comes back at another one. */
  drain(): void
}

/** The hub, as a line sees it. */
export interface Desk {
  /**
   * Takes one event; events of a line come one after the other unless an answer takes longer than the far side waits:
   * then it goes on without, and what comes late is told as a command. Never rejects for long: a rejection is logged,
   * and the party hears that there is a fault.
   */
  take(event: LineEvent, line: Line): Promise<Step[]>
  /** The connection is gone for now (or for good, after `ended`). */
  lost(line: Line): void
}

/** Sound that comes over a socket of its own: signed 16-bit little-endian PCM, channels interleaved. */
export interface Sound {
  metadata: Record<string, string>
  partyId: string
  channels: 1 | 2
  sampleRate: number
}

/** Makes a place for a stream; null refuses it. `close` ends it from our side: a message that is left is over then. */
export type OpenSound = (sound: Sound, close: () => void) => Promise<SoundSink | null>

/** Takes the sound of one stream. */
export interface SoundSink {
  write(pcm: Uint8Array): void
  key(key: string): void
  end(): void
}

/** What a phone says when it registers (RFC 8760 digest). */
export interface Registration {
  method: string
  username: string
  realm: string
  nonce: string
  uri: string
  response: string
  algorithm?: string
  qop?: string
  nc?: string
  cnonce?: string
  expires: number
}

/** How an account treats its calls. */
export interface CallPolicy {
  /** BCP 47; what the account's machine speaks. */
  language: string
  /** What is heard while nobody is there. */
  music: Prompt[]
  /** Heard first by everybody who calls; may be empty. */
  welcome: Prompt[]
  /** The number that is shown when an agent calls, E.164. */
  callerId: string
  /** Where browsers' phones register; null when there are none. */
  phones: { server: string; realm: string } | null
  recording: 'always' | 'on-demand' | 'never'
  /** Heard by the customer before they are recorded; empty: a usual sentence. */
  recordingNotice: Prompt[]
  /** Days after which recordings are erased; null: they are kept. */
  retentionDays: number | null
  /** Agents may hear the recordings of their own conversations. */
  agentsListen: boolean
  /** Spoken answers are understood. */
  recognition: boolean
  /** Toll fraud: numbers that may be called begin so; and so many calls a minute and agent. */
  dialling: {
    /** Everything is filled in that calling needs. */
    isSetUp: boolean
    prefixes: string[]
    perMinute: number
    /** Minutes after midnight, where the callee is: nobody is called before and after. */
    hours: { from: number; to: number }
  }
}

export interface CallDoor<S extends TObject = TObject> {
  policy(account: Account<S>): CallPolicy
  /** WebSocket sub-protocols, best first, of the lines and of the sound. */
  protocols: { line: readonly string[]; sound: readonly string[] }
  /** Does whoever opens a socket, or posts, prove to be the account's media server? */
  admits(request: Pick<WebhookRequest, 'headers'>, account: Account<S>): boolean
  /** Serves one line until its socket closes. Frames that cannot be read are answered as the protocol says. */
  attend(socket: WebSocket, account: Account<S>, desk: Desk): Line
  /** Serves one socket of sound; `open` may refuse (null), then the socket is closed. */
  hear(socket: WebSocket, account: Account<S>, open: OpenSound): void
  /** One event by webhook instead of a line, answered with the body to send. Throws ChannelError('rejected'). */
  hook(request: WebhookRequest, account: Account<S>, desk: Desk): Promise<unknown>
  /** Reads a registration request. Throws ChannelError('rejected') when it is none. */
  registration(body: unknown): Registration
  /** Is the digest right for this password? Compared in constant time. */
  proves(registration: Registration, password: string): boolean
  /** Calls somebody with no call there yet; the party's line comes when it answers. Resolves with its id. */
  place(party: NewParty, account: Account<S>): Promise<string>
  /** Ends a call by the media server's own interface, when no node has its line. Without effect when it is over. */
  end(partyId: string, account: Account<S>): Promise<void>
  /** Ids of the parties that the media server knows, to reconcile with. */
  parties(account: Account<S>): Promise<Set<string>>
  /** Canonical form of a number as people write it: E.164; null when it is none. */
  number(text: string, account: Account<S>): string | null
  /** Where a number (E.164) is: ISO 3166, two letters; null where it does not tell. */
  country(number: string): string | null
}
