import { listSenders, type CampaignSender } from '@palabre/config/contract/campaign'
import { call } from '../../call.ts'
import { live } from '../../live.svelte.ts'

/** While campaigns run they tell twice a second; what their senders have sent is read again this often at most, in ms. */
const rereadMs = 5000

/** The accounts that campaigns leave by, kept true while a component uses them. */
export class Senders {
  #items = $state.raw<readonly CampaignSender[] | null>(null)
  #failure = $state.raw<unknown>()
  #timer: ReturnType<typeof setTimeout> | undefined

  /** null until the first answer. */
  get items(): readonly CampaignSender[] | null {
    return this.#items
  }
  /** Why the last reading failed; what was read before stays. */
  get failure(): unknown {
    return this.#failure
  }

  /** Keeps them true as long as the component that calls this while it starts. */
  use(): this {
    $effect(() => {
      const stops = [
        live.on('setting.changed', ({ resource }) => {
          if (resource === 'campaign-sender') void this.read()
        }),
        live.on('campaign.changed', () => {
          this.#timer ??= setTimeout(() => {
            this.#timer = undefined
            void this.read()
          }, rereadMs)
        }),
        live.keep(() => void this.read(), { atOnce: true })
      ]
      return () => {
        clearTimeout(this.#timer)
        this.#timer = undefined
        stops.forEach((stop) => stop())
      }
    })
    return this
  }

  read = async (): Promise<void> => {
    try {
      this.#items = (await call(listSenders)).items
      this.#failure = undefined
    } catch (error) {
      this.#failure = error
    }
  }

  /** Takes one as a change answered it. */
  put(sender: CampaignSender): void {
    this.#items =
      this.#items?.map((one) =>
        one.accountId === sender.accountId && sender.version >= one.version ? sender : one
      ) ?? null
  }
}
