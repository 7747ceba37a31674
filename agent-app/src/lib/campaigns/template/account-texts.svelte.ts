import { listTemplates, type MessageTemplate } from '@palabre/config/contract/template'
import { call } from '../../call.ts'
import { live } from '../../live.svelte.ts'
import { arrange, type Wanted } from '../../templates/arrange.ts'

/** All templates of an account, those that cannot be sent as well, kept true while somebody looks. */
export class AccountTexts {
  readonly accountId: string
  items = $state.raw<MessageTemplate[]>([])
  state = $state<'loading' | 'ready' | 'failed'>('loading')
  error = $state.raw<unknown>()

  constructor(accountId: string) {
    this.accountId = accountId
  }

  /** Reads them, and again when the platform had something new, until the function that it gives is called. */
  start(): () => void {
    void this.read()
    return live.on('setting.changed', ({ resource, id }) => {
      if (resource === 'template' && id === this.accountId) void this.read()
    })
  }

  read = async (): Promise<void> => {
    if (this.state === 'failed') this.state = 'loading'
    try {
      this.items = (await call(listTemplates, { query: { accountId: this.accountId } })).items
      this.state = 'ready'
    } catch (error) {
      if (this.state === 'ready') return
      this.error = error
      this.state = 'failed'
    }
  }
}

/** A code to sign in with is asked for by whoever signs in. */
export const isForCampaigns = ({ category }: Pick<MessageTemplate, 'category'>): boolean =>
  category.toLowerCase() !== 'authentication'

/** Templates that may be chosen, and those that may not, found by the same words. */
export function sorted(items: readonly MessageTemplate[], wanted: Omit<Wanted, 'recent'>) {
  const mayBe = (one: MessageTemplate) => one.state === 'approved' && isForCampaigns(one)
  const find = (some: MessageTemplate[]) => {
    const fitting = new Set(
      arrange(
        some.map((one) => ({ ...one, state: 'approved' })),
        { ...wanted, recent: [] }
      ).map(({ id }) => id)
    )
    return some.filter(({ id }) => fitting.has(id))
  }
  return {
    choosable: find(items.filter(mayBe)),
    others: find(items.filter((one) => !mayBe(one)))
  }
}
