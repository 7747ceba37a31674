import {
  readCampaign,
  readResults,
  type Campaign,
  type CampaignProgress
} from '@palabre/config/contract/campaign'
import type { Reply } from '@palabre/config/contract/define'
import { call } from '../../call.ts'
import { live } from '../../live.svelte.ts'

export type Results = Reply<typeof readResults>

/** While it runs it is told twice a second; what is behind the counts is read again this often at most, in ms. */
const rereadMs = 3000

/** One campaign and what became of it, kept true while a component uses it. */
export class CampaignResults {
  #campaign: Campaign
  #results = $state.raw<Results | null>(null)
  #failure = $state.raw<unknown>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(campaign: Campaign) {
    this.#campaign = $state.raw(campaign)
  }

  get campaign(): Campaign {
    return this.#campaign
  }
  /** null until the first answer. */
  get results(): Results | null {
    return this.#results
  }
  /** Why the last reading failed; what was read before stays. */
  get failure(): unknown {
    return this.#failure
  }

  /** Keeps it true as long as the component that calls this while it starts. */
  use(): this {
    $effect(() => {
      const stops = [
        live.on('campaign.changed', ({ campaign }) => this.take(campaign)),
        live.keep(() => void this.#readAll(), { atOnce: true })
      ]
      return () => {
        clearTimeout(this.#timer)
        this.#timer = undefined
        stops.forEach((stop) => stop())
      }
    })
    return this
  }

  /** Takes what was told or answered, unless something newer is here. */
  take(newer: Campaign | CampaignProgress): void {
    const { id, version } = this.#campaign
    if (newer.id !== id || newer.version < version) return
    this.#campaign = { ...this.#campaign, ...newer }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.read()
    }, rereadMs)
  }

  read = async (): Promise<void> => {
    try {
      this.#results = await call(readResults, { params: { id: this.#campaign.id } })
      this.#failure = undefined
    } catch (error) {
      this.#failure = error
    }
  }

  async #readAll(): Promise<void> {
    try {
      const newest = await call(readCampaign, { params: { id: this.#campaign.id } })
      if (newest.version >= this.#campaign.version) this.#campaign = newest
    } catch (error) {
      this.#failure = error
      return
    }
    await this.read()
  }
}
