/** The SIP realm of everybody's phones. */
export const realm = 'bench.example'

/** What the media server and its people are to do; sent to their process as JSON. */
export interface Begin {
  appUrl: string
  registrationHook: string
  restPort: number
  user: string
  password: string
  music: string
  phones: { user: string; password: string }[]
  /** From the ring to the answer, and from there to the end; half to one and a half times that. */
  answerMs: number
  talkMs: number
}

export interface Load {
  /** New calls a second, until so many are on the line; then one for each that ends. */
  perSecond: number
  atOnce: number
  holdSeconds: number
  /** A key for the menu; null where there is none. */
  key: string | null
  /** Everybody makes a sound. */
  hums: boolean
}

export interface Told {
  /** Frames that wait for an answer, in ms until they had it. */
  acks: number[]
  /** Of these, the ones by which a new call began, and a called agent came. */
  arrivals: number[]
  bridges: number[]
  /** Frames that had no answer within five seconds. */
  unanswered: number
  calls: number
  served: number
  most: number
  lost: number
  why: string[]
}
