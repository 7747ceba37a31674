/** Bounds of Messenger beside those that it shares with Instagram (../meta/page/limits.ts). */
export const limits = {
  /** One message, in characters. */
  textChars: 2000
} as const
