import { previewCampaign, type CampaignFields, type CampaignMessage } from '@palabre/config/contract/campaign'
import type { Reply } from '@palabre/config/contract/define'
import { call, Refusal } from '../../call.ts'
import { faultIn } from './lines.ts'

export interface Fault {
  /** Where in the message: `mjml`, `text`, `subjects/a`. */
  part: string
  line: number | null
  what: string
}
interface Asked {
  id: string
  message: CampaignMessage
  contactId: string | undefined
  subject: string
  /** Links look otherwise when they are followed. */
  tracking: CampaignFields['tracking']
}

/** What a message looks like while it is written; what was shown stays until there is something better. */
export class Previewing {
  #shown = $state.raw<Reply<typeof previewCampaign> | null>(null)
  #fault = $state.raw<Fault | null>(null)
  #failure = $state.raw<unknown>()
  #isAsking = $state(false)

  get shown(): Reply<typeof previewCampaign> | null {
    return this.#shown
  }
  /** Where the message is wrong. */
  get fault(): Fault | null {
    return this.#fault
  }
  get failure(): unknown {
    return this.#failure
  }
  get isAsking(): boolean {
    return this.#isAsking
  }

  async ask({ id, message, contactId, subject }: Asked, signal: AbortSignal): Promise<void> {
    this.#isAsking = true
    try {
      const body = { message, subject, ...(contactId !== undefined && { contactId }) }
      const shown = await call(previewCampaign, { params: { id }, body }, { signal })
      this.#shown = shown
      this.#fault = null
      this.#failure = undefined
    } catch (caught) {
      if (signal.aborted) return
      const field = caught instanceof Refusal ? caught.fields[0] : undefined
      const part = field && /message\/(.+)$/.exec(field.path)?.[1]
      this.#fault = field && part ? { part, ...faultIn(field.message) } : null
      this.#failure = this.#fault ? undefined : caught
    } finally {
      if (!signal.aborted) this.#isAsking = false
    }
  }
}
