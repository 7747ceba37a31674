import { checkAccounts } from '@palabre/hub/accounts/check'
import type { RunJob } from './job.ts'

/** Finds out that a token has expired before a customer waits for an answer. */
export const checkAccountsJob: RunJob<'account.check'> = (hub) => checkAccounts(hub)
