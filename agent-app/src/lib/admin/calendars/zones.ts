import type { Option } from '../../ui/options.ts'
import { offsetOf } from './opening.ts'

/** Every time zone that this browser knows, by city, with its offset at a moment (ms since 1970). */
export function zoneOptions(now: number): Option[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')].map((zone) => {
    const parts = zone.replaceAll('_', ' ').split('/')
    const city = parts.pop() ?? zone
    return {
      value: zone,
      label: zone === 'UTC' ? 'UTC' : `${[...parts, city].join(' / ')}`,
      detail: offsetOf(zone, now)
    }
  })
}
