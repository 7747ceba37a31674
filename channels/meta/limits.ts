/** Bounds of every channel that speaks to Meta's Graph API. Times in milliseconds, sizes in bytes. */
export const limits = {
  /** One question to the Graph API. */
  callMs: 20_000,
  /** One file, either way. */
  fileMs: 60_000,
  testStepMs: 8_000,
  /** Characters of Meta's own words that are handed on. */
  detailChars: 300
} as const
