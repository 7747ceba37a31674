const mb = 1024 * 1024
const second = 1000
const minute = 60 * second

/** Every bound of the X channel, in one place. Sizes in bytes, times in milliseconds; README.md has the sources. */
export const limits = {
  /** One direct message, in characters. */
  messageChars: 10_000,
  /** One post, in weighted characters. */
  postChars: 280,
  /** What every link counts in a post, however long it is. */
  linkChars: 23,

  // What X carries, by kind.
  imageBytes: 5 * mb,
  gifBytes: 15 * mb,
  imagesOfAPost: 4,
  /** Files of one message of ours, each and together: they are held in memory on their way. */
  sentFileBytes: 32 * mb,
  sentFilesBytes: 64 * mb,
  /** A file is handed up in pieces of this size. */
  pieceBytes: mb,
  /** X may take its time with a film; longer than this a message does not wait for it. */
  processingMs: 60 * second,

  // What is taken of what customers write.
  textInChars: 65_536,
  nameChars: 120,
  fileBytes: 100 * mb,
  pictureBytes: 2 * mb,

  // Questions to the API.
  callMs: 20 * second,
  fileMs: 60 * second,
  testStepMs: 8 * second,
  answerBytes: 16 * mb,
  /** Characters of X's own words that are handed on. */
  detailChars: 300,
  /** No limit of X's lasts longer; what says so is wrong. */
  longestLimitMs: 25 * 60 * minute,
  /** How long is waited after a 429 that does not say. */
  usualLimitMs: 60 * second,

  // Looking for what is new.
  /** One page, when few are expected: every message read costs money, also one that was read before. */
  smallPage: 20,
  largePage: 100,
  /** With a webhook, what it may have lost is looked for this often. */
  lookAfterMs: 15 * minute,
  /** X's clock and ours may differ by so much; what is older than the first start is let be. */
  clockMargin: minute,
  firstRetryMs: 5 * second,
  longestRetryMs: 5 * minute,
  firstRefusedRetryMs: 5 * minute,
  longestRefusedRetryMs: 30 * minute
} as const
