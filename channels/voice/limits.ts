/**
 * Every bound of the voice channel, in one place. Times in milliseconds, sizes in bytes unless said otherwise.
 * README.md says which of jambonz's own limits each one keeps away from.
 */
export const limits = {
  /** A frame to jambonz: beyond 24 KiB it closes the socket with 1009. */
  frameBytes: 24_000,
  /** How long the hub may think before jambonz is answered without it; jambonz itself gives up after 5 s. */
  answerMs: 2_500,
  /** The same for HTTP, where jambonz waits 10 s. */
  hookAnswerMs: 7_000,
  /** jambonz sends no pings, and proxies cut connections that are silent for 60 s. */
  pingMs: 20_000,
  /** Events of one line that the hub has not taken yet; beyond it the line starts anew at another node. */
  eventsPending: 500,
  /** Message ids by which a repeated frame is known. */
  idsRemembered: 500,
  /** jambonz has no session yet, and loses commands, while a new call is not answered and a moment longer. */
  arrivalSettleMs: 100,
  /** Coach mode is set up in two steps by jambonz: who is unmuted sooner is heard by everybody. */
  coachSettleMs: 300,
  /** Between two keys: each one is a SIP INFO of its own, which could overtake the one before. */
  keyMs: 350,
  /** A call that moves to another feature server says first that it left its room, then that its line ends. */
  leftSettleMs: 300,
  /** A list that is asked for again sooner than this was not played: it would be asked for without end. */
  waitingMs: 400,

  // What is said to jambonz.
  holdSeconds: 10,
  faultPauseSeconds: 2,
  silentWaitSeconds: 5,
  repeatedPrompts: 30,
  ringSeconds: 300,
  voicemailSilenceSeconds: 5,
  interDigitSeconds: 4,

  // What is taken from strangers, in characters.
  numberChars: 64,
  nameChars: 80,
  detailChars: 500,
  headers: 30,
  headerChars: 256,
  idChars: 200,
  speechChars: 5_000,

  // Sound.
  soundStartMs: 5_000,
  soundBytesPending: 2 * 1024 * 1024,
  /** jambonz closes a socket of sound that it was told to end; else we do, after so long. */
  soundEndMs: 1_000,

  // jambonz's REST interface and webhooks.
  restMs: 10_000,
  testStepMs: 5_000,
  /** Seconds by which the clock of a signed request may differ from ours. */
  signatureSeconds: 300,
  hookBytes: 256 * 1024
} as const

/** The times of a line, which tests shorten. */
export type Pace = Record<
  'answerMs' | 'arrivalSettleMs' | 'pingMs' | 'coachSettleMs' | 'keyMs' | 'leftSettleMs' | 'waitingMs',
  number
>
