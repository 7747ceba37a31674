/** Bounds of Instagram beside those that it shares with Messenger (../meta/page/limits.ts). */
export const limits = {
  /** What the composer offers, in characters. */
  textChars: 1000,
  /** One message, in bytes of UTF-8: longer words leave as several. */
  textBytes: 1000
} as const
