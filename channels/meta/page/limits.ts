const mb = 1024 * 1024

/** What Messenger and Instagram bound alike. Sizes in bytes; the channels' READMEs have the sources. */
export const limits = {
  /** Answers may follow the customer's last message for so long … */
  windowSeconds: 24 * 3600,
  /** … and for so long when a person wrote them (`HUMAN_AGENT`). */
  agentSeconds: 7 * 24 * 3600,

  quickReplies: 13,
  quickReplyChars: 20,

  imageBytes: 8 * mb,
  /** Of sounds, films and documents. */
  fileBytes: 25 * mb,
  /** Files of one message of ours together: they are held in memory on their way. */
  sentFilesBytes: 50 * mb,
  /** Of somebody's picture. */
  pictureBytes: 2 * mb,

  // What is taken of what customers write.
  textInChars: 65_536,
  nameChars: 120,
  lineChars: 1000,
  chosenChars: 100,
  emojiChars: 16
} as const
