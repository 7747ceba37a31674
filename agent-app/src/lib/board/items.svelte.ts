import { listBoardItems, type BoardItem } from '@palabre/config/contract/board'
import type { FigureName, Filter } from '@palabre/config/figures/figures'
import { call } from '../call.ts'

const join = (ids: readonly string[] | undefined) => ids?.join()

/** What stands behind one figure, page by page. */
export class FigureItems {
  readonly name: FigureName
  readonly filter: Filter
  items = $state.raw<readonly BoardItem[]>([])
  total = $state<number | null>(null)
  state = $state<'loading' | 'ready' | 'failed'>('loading')
  error = $state.raw<unknown>()
  next = $state<string | undefined>()
  #asked = 0

  constructor(name: FigureName, filter: Filter) {
    this.name = name
    this.filter = filter
  }

  read = (): Promise<void> => this.#page(undefined)
  more = (): Promise<void> => this.#page(this.next)

  async #page(after: string | undefined): Promise<void> {
    const asked = ++this.#asked
    const { from, queueIds, accountIds, channels, media, teamIds, siteIds } = this.filter
    this.state = 'loading'
    try {
      const page = await call(listBoardItems, {
        query: {
          figure: this.name,
          from: new Date(from).toISOString(),
          queueIds: join(queueIds),
          accountIds: join(accountIds),
          channels: join(channels),
          media: join(media),
          teamIds: join(teamIds),
          siteIds: join(siteIds),
          after
        }
      })
      if (asked !== this.#asked) return
      const known = after === undefined ? [] : this.items
      this.items = [...known, ...page.items.filter(({ id }) => !known.some((one) => one.id === id))]
      this.total = page.total
      this.next = page.next
      this.state = 'ready'
    } catch (error) {
      if (asked !== this.#asked) return
      this.error = error
      this.state = 'failed'
    }
  }
}
