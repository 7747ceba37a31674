import { explain, Refusal } from '../../call.ts'
import { t } from '../../words.svelte.ts'

/** Why a provider did not take something, in its own words where it gave any. */
export const sayRefused = (error: unknown): string =>
  error instanceof Refusal && error.name === 'not-deliverable' && error.detail
    ? t('adminChannel.test-message-refused', { reason: error.detail })
    : explain(error)
