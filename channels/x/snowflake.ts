/** X counts from here: 2010-11-04T01:42:54.657Z. */
const epoch = 1_288_834_974_657

/** Ids of posts and messages grow with time: the first 42 bits of 64 are milliseconds. */
export const snowflakeAt = (moment: Date): string =>
  String(BigInt(Math.max(0, moment.getTime() - epoch)) << 22n)

/** Is this an id as X makes them? */
export const isSnowflake = (id: string): boolean => /^[1-9]\d{0,18}$/.test(id)

/** They are too large for numbers, and of unlike length as text. */
export const isNewer = (id: string, than: string): boolean => BigInt(id) > BigInt(than)

export const byAge = (one: { id: string }, other: { id: string }): number =>
  isNewer(one.id, other.id) ? 1 : one.id === other.id ? 0 : -1
