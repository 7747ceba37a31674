import { listAudit, type AuditEntry } from '@palabre/config/contract/user'
import { call } from '../../call.ts'

export interface AuditFilter {
  action: string
  actorId: string
  subjectId: string
}

const pageSize = 50

/** The audit trail page by page, newest first. */
export class Trail {
  entries = $state.raw<AuditEntry[] | null>(null)
  failure = $state.raw<unknown>()
  loading = $state(false)
  #next = $state.raw<string | undefined>()
  #filter: AuditFilter = { action: '', actorId: '', subjectId: '' }
  #reading = 0

  get hasMore(): boolean {
    return this.#next !== undefined
  }

  /** Begins anew with a filter. */
  async show(filter: AuditFilter): Promise<void> {
    this.#filter = filter
    this.entries = null
    this.#next = undefined
    await this.#read()
  }

  more = (): Promise<void> => this.#read()

  async #read(): Promise<void> {
    const mine = ++this.#reading
    this.loading = true
    this.failure = undefined
    const { action, actorId, subjectId } = this.#filter
    try {
      const page = await call(listAudit, {
        query: {
          limit: pageSize,
          ...(action && { action }),
          ...(actorId && { actorId }),
          ...(subjectId && { subjectId }),
          ...(this.#next && { after: this.#next })
        }
      })
      if (mine !== this.#reading) return
      this.entries = [...(this.entries ?? []), ...page.items]
      this.#next = page.next
    } catch (error) {
      if (mine === this.#reading) this.failure = error
    } finally {
      if (mine === this.#reading) this.loading = false
    }
  }
}
