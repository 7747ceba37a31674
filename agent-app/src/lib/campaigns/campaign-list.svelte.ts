import { listCampaigns, type CampaignState, type CampaignSummary } from '@palabre/config/contract/campaign'
import { Paged } from '../audience/paged.svelte.ts'
import { call } from '../call.ts'
import { live } from '../live.svelte.ts'

/** A page of the list, and how long events are gathered before it is read again, in ms. */
const pageSize = 50
const burstMs = 300

/** Campaigns as they are looked for, kept true by what is told of them. */
export class CampaignList {
  text = $state('')
  state = $state<CampaignState | ''>('')
  archived = $state(false)
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #pages: Paged<CampaignSummary> = new Paged(async (after) =>
    call(listCampaigns, {
      query: {
        limit: pageSize,
        archived: this.archived,
        ...(this.state && { state: this.state }),
        ...(this.text && { text: this.text }),
        ...(after !== undefined && { after })
      }
    })
  )

  /** null until the first answer. */
  get items(): readonly CampaignSummary[] | null {
    return this.#pages.items
  }
  get failure(): unknown {
    return this.#pages.failure
  }
  get loading(): boolean {
    return this.#pages.loading
  }
  get isFiltered(): boolean {
    return this.text !== '' || this.state !== '' || this.archived
  }

  read = (): Promise<void> => this.#pages.again()
  more = (): Promise<void> => this.#pages.more()
  retry = (): Promise<void> => this.#pages.retry()

  /** Reads, and keeps what was read true; gives the function that stops. */
  start(): () => void {
    const stopListening = live.on('campaign.changed', ({ campaign }) => {
      const known = this.items?.find(({ id }) => id === campaign.id)
      if (!known) return this.#again()
      if (known.version >= campaign.version) return
      this.#pages.put({ ...known, ...campaign }, ({ id }) => id === campaign.id)
      // It may belong elsewhere now: in another state, off the list.
      if (known.state !== campaign.state || campaign.state === 'draft') this.#again()
    })
    const stopKeeping = live.keep(() => void this.read())
    return () => {
      stopListening()
      stopKeeping()
      clearTimeout(this.#timer)
    }
  }

  #again(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.read(), burstMs)
  }
}
