/** Every bound of the chat channel, in one place. The widget refuses beyond them before anything is sent. */
export const limits = {
  /** Largest file, in bytes. */
  fileBytes: 10 * 1024 * 1024,
  /** Files of one message; the visitor's protocol takes no more. */
  filesAMessage: 10,
  /** Longest message, in characters; the visitor's protocol takes no more. */
  textChars: 5_000
} as const
