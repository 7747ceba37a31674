/** The clocks of jambonz 0.9.8, in milliseconds. All were seen in its own engine unless a comment says otherwise. */
export const timing = {
  /** How long jambonz waits for the ack of a frame, once it is sent. */
  ack: 5000,
  handshake: 1500,
  /** How long it waits for the answer of an HTTP webhook. */
  webhook: 10_000,
  /** Silence before every round of an `enqueue` waitHook. */
  queueGap: 500,
  /** Silence before every round of a `conference` waitHook. */
  roomGap: 750,
  /** After a dial's answer its media goes to the border controller, unless it is anchored. */
  release: 200,
  dequeueSleep: 1000,
  dequeuePoll: 5000,
  /** An outbound leg that failed keeps its socket so long. */
  afterFailure: 5000,
  /** Between a member's first and second `leave`; the second does not wait for the ack of the actionHook. */
  secondLeave: 5,
  /** What takes a moment in SIP: from an INVITE to its first answer. Not measured. */
  invite: 5
} as const

/** jambonz doubles its back-off up to two seconds and then adds two; it is never reset within a call. */
export const firstBackoff = 500
export const nextBackoff = (ms: number) => (ms < 2000 ? ms * 2 : ms + 2000)

/** The first connection and four automatic repetitions. */
export const mostConnections = 5

/** Larger frames of the application close the socket with 1009. */
export const mostBytes = 24 * 1024
