import {
  createAccount,
  updateAccount,
  type ChannelAccount,
  type ChannelKind
} from '@palabre/config/contract/account'
import { call, Refusal } from '../../../call.ts'
import { t } from '../../../words.svelte.ts'
import { check, complaintsOf, type FieldError } from '../../records/check.ts'
import { differences } from '../../records/differences.ts'
import { accounts, channels } from '../../records/stores.ts'
import { checkable, defaultsOf, isKeptSecret, settingsOf, type Settings } from '../settings-form.ts'
import { fieldsOf, needsAccount, needsRunning, pagesOf, type Page } from './steps.ts'

interface Given {
  name: string
  queueId: string
  flowId: string | null
  settings: Settings
}

/**
 * Connecting one account, page by page. The account is made, paused, before the first page that shows something of it;
 * from then on each page is kept, so that whoever leaves can go on later.
 */
export class Wizard {
  channel = $state('')
  given = $state<Given>({ name: '', queueId: '', flowId: null, settings: {} })
  at = $state(0)
  busy = $state(false)
  failure = $state.raw<unknown>()
  #accountId = $state<string | null>(null)
  #tried = $state(false)
  #complaints = $state.raw<FieldError[]>([])
  #kept: Given | null = null

  readonly kind: ChannelKind | undefined = $derived(channels.byId(this.channel))
  readonly pages: Page[] = $derived(pagesOf(this.kind, this.given.settings))
  readonly page: Page = $derived(this.pages[this.at] ?? { kind: 'finish' })
  /** As the hub has it; null while nothing is kept. */
  readonly account: ChannelAccount | null = $derived(accounts.byId(this.#accountId) ?? null)
  /** Something was written that is nowhere kept. */
  readonly dirty = $derived(this.#accountId === null && this.given.name.trim() !== '')

  /** Goes on with an account that was left half way. */
  static resume(account: ChannelAccount): Wizard {
    const wizard = new Wizard()
    const { id, channel, name, queueId, flowId, settings, setupStep } = account
    const given = {
      name,
      queueId,
      flowId,
      settings: settingsOf(channels.byId(channel)?.settings ?? {}, settings)
    }
    wizard.channel = channel
    wizard.given = given
    wizard.#kept = structuredClone(given)
    wizard.#accountId = id
    wizard.at = Math.min(Math.max(setupStep ?? 1, 1), wizard.pages.length - 1)
    return wizard
  }

  get isKept(): boolean {
    return this.#accountId !== null
  }

  choose(channel: string): void {
    if (channel !== this.channel) this.given.settings = defaultsOf(channels.byId(channel)?.settings ?? {})
    this.channel = channel
    this.at = 1
  }

  back(): void {
    this.failure = undefined
    this.at = Math.max(this.isKept ? 1 : 0, this.at - 1)
  }

  /** To a page before this one. */
  goTo(at: number): void {
    if (at < this.at && at >= (this.isKept ? 1 : 0)) this.at = at
  }

  /** What is wrong with a field: `name`, `queueId`, `settings/<name>`. */
  error(path: string): string | undefined {
    const mine = this.#tried ? this.#wrong().find((one) => this.#isAt(one, path)) : undefined
    return (mine ?? this.#complaints.find((one) => this.#isAt(one, path)))?.message
  }

  /** Keeps this page and goes to the next; stays when something is wrong. */
  async next(): Promise<void> {
    const target = this.at + 1
    const page = this.pages[target]
    if (!(await this.#keep(page, target))) return
    this.at = target
  }

  /** Lets it run. Gives the account, or null when the hub refused. */
  async finish(): Promise<ChannelAccount | null> {
    return this.#ask(() => this.#update({ paused: false, setupStep: null }))
  }

  async #keep(page: Page | undefined, target: number): Promise<boolean> {
    this.#tried = true
    this.#complaints = []
    if (this.#wrong().length) return false
    this.#tried = false
    if (!this.isKept && !needsAccount(page)) return true
    const paused = needsRunning(page) ? false : undefined
    const written = await this.#ask(() =>
      this.isKept
        ? this.#update({ setupStep: target, ...(paused === false && { paused }) })
        : this.#create(target, paused ?? true)
    )
    return written !== null
  }

  async #ask(run: () => Promise<ChannelAccount>): Promise<ChannelAccount | null> {
    this.busy = true
    this.failure = undefined
    try {
      const account = await run()
      accounts.put(account)
      this.#accountId = account.id
      this.#kept = $state.snapshot(this.given) as Given
      return account
    } catch (error) {
      this.failure = error
      this.#complaints = error instanceof Refusal ? complaintsOf(error) : []
      this.#showComplaint()
      return null
    } finally {
      this.busy = false
    }
  }

  /** The hub may find fault with an earlier page: that one is shown. */
  #showComplaint(): void {
    const [first] = this.#complaints
    const at = this.pages.findIndex((page) =>
      page.kind === 'general'
        ? ['name', 'queueId', 'flowId'].includes(first?.path ?? '')
        : page.kind === 'step' && page.step.fields?.some((name) => first?.path.startsWith(`settings/${name}`))
    )
    if (at >= 0) this.at = at
  }

  #create(setupStep: number, paused: boolean): Promise<ChannelAccount> {
    const { flowId, ...rest } = $state.snapshot(this.given) as Given
    return call(createAccount, {
      body: {
        channel: this.channel,
        ...rest,
        name: rest.name.trim(),
        ...(this.kind?.calls && { flowId }),
        paused,
        setupStep
      }
    })
  }

  async #update(more: { setupStep: number | null; paused?: boolean }, again = true): Promise<ChannelAccount> {
    const account = this.account
    if (!account) throw new Refusal('not-found', 404)
    const { settings, ...changes } = differences(this.#kept as Given, $state.snapshot(this.given) as Given)
    const before = this.#kept?.settings ?? {}
    try {
      return await call(updateAccount, {
        params: { id: account.id },
        body: {
          version: account.version,
          change: { ...changes, ...(settings && { settings: differences(before, settings) }), ...more }
        }
      })
    } catch (error) {
      if (!again || !(error instanceof Refusal) || error.name !== 'changed-meanwhile') throw error
      await accounts.read()
      return this.#update(more, false)
    }
  }

  #isAt = ({ path }: FieldError, wanted: string) => path === wanted || path.startsWith(`${wanted}/`)

  /** What is wrong on this page. */
  #wrong(): FieldError[] {
    const { page, kind, given } = this
    const needed = (path: 'name' | 'queueId') =>
      given[path].trim() ? [] : [{ path, message: t('admin.error-needed') }]
    if (page.kind === 'general') return [...needed('name'), ...needed('queueId')]
    if (page.kind !== 'step' || !kind) return []
    const shown = new Set(fieldsOf(kind.settings, given.settings, page.step).map(({ name }) => name))
    const values = $state.snapshot(given.settings) as Settings
    return check(kind.settings, checkable(kind.settings, values))
      .filter(({ path }) => shown.has(path.split('/')[0] ?? '') && !isKeptSecret(values, path))
      .map(({ path, message }) => ({ path: `settings/${path}`, message }))
  }
}
