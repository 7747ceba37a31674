/** Seconds of an input as whole minutes; an input that was emptied holds null, which is said when it is saved. */
export const toMinutes = (seconds: number | null): number =>
  seconds === null ? (null as unknown as number) : Math.round(seconds / 60)
