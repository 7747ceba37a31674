import { t } from '../words.svelte.ts'
import type { PhoneNow } from './phone.ts'

/** What the phone does, in a few words. */
export const sayState = ({ state }: PhoneNow, isElsewhere: boolean): string =>
  isElsewhere ? t('call.phone-elsewhere') : t(`call.phone-${state}`)

/** What is wrong with it and what to do, in plain words; null when nothing is. */
export const sayTrouble = ({ trouble }: PhoneNow): string | null =>
  trouble ? t(`call.trouble-${trouble}`) : null
