import type { ResourceName } from '@palabre/config/contract/setting'

/** Everything that administrators keep; the words of each begin with its name. */
export type Noun = ResourceName | 'user' | 'account' | 'threshold'
