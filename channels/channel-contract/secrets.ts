import type { TObject } from 'typebox'
import type { Account, Channel } from '../channel.ts'
import { secretFields } from '../settings.ts'

/** Everything of an account that nobody outside the hub may learn. */
export const secretsOf = <S extends TObject>(channel: Channel<S>, account: Account<S>): string[] => [
  account.signingKey,
  ...secretFields(channel.settings)
    .map((name) => (account.settings as Record<string, unknown>)[name])
    .filter((value): value is string => typeof value === 'string' && value !== '')
]
