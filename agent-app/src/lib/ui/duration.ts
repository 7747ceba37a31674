export const durationUnits = { second: 1, minute: 60, hour: 3600, day: 86_400 } as const
export type DurationUnit = keyof typeof durationUnits

/** The largest unit in which a length in seconds is a whole number: 14400 → 4 hours. Nothing is 0 of the smallest. */
export function splitDuration(seconds: number): { value: number; unit: DurationUnit } {
  for (const unit of ['day', 'hour', 'minute'] as const)
    if (seconds >= durationUnits[unit] && seconds % durationUnits[unit] === 0)
      return { value: seconds / durationUnits[unit], unit }
  return { value: seconds, unit: 'second' }
}
