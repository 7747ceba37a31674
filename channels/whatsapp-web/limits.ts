const mb = 1024 * 1024

/** Every bound of WhatsApp by a phone, in one place. Sizes in bytes, times in milliseconds unless said otherwise. */
export const limits = {
  /** One text message, in characters. */
  textChars: 4096,
  /** Words under a picture, a film or a document. */
  captionChars: 1024,

  // Files pass through the page as base64 in one piece, in both directions.
  fileInBytes: 32 * mb,
  sentFileBytes: 16 * mb,
  sentFilesBytes: 32 * mb,
  /** One file from the page, or to it. */
  mediaMs: 60_000,
  mediaAttempts: 3,

  /** One answer of the page. */
  askMs: 10_000,
  /** Until WhatsApp has taken a message of ours; the hub's claim on it lasts two minutes. */
  sentMs: 40_000,
  /** From the start of the browser to a code to scan, or to the signed-in page. */
  startMs: 120_000,
  /** From the scan to the signed-in page: the phone hands over the recent history. */
  syncMs: 300_000,
  /** How long one code can be scanned; WhatsApp shows the next one after about twenty seconds, the first after sixty. */
  codeMs: 60_000,

  /** What is kept of the browser's profile, as it lies on the disk. */
  sessionBytes: 256 * mb,
  sessionFiles: 20_000,

  // What is taken after an outage.
  /** Seconds before the newest message in which others may still come. */
  overlapSeconds: 600,
  /** Ids of messages of that time which are known. */
  knownIds: 2000,
  messagesPerChat: 500,
  chats: 500,

  // What is taken of what customers write.
  textInChars: 65_536,
  nameChars: 120,
  lineChars: 1000,
  fileNameChars: 200,
  contactCards: 20,
  /** Who is known by which id in WhatsApp, kept in memory. */
  knownPeople: 5000
} as const
