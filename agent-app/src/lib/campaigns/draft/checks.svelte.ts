import { checkCampaign, type CampaignFinding } from '@palabre/config/contract/campaign'
import type { Reply } from '@palabre/config/contract/define'
import { call } from '../../call.ts'
import type { Draft } from './draft.svelte.ts'

type Answer = Reply<typeof checkCampaign>

/** What the hub says of a draft before it is launched, and whether that still holds. */
export class Checks {
  #answer = $state.raw<Answer | null>(null)
  #version = $state(0)
  #isChecking = $state(false)
  #failure = $state.raw<unknown>()
  readonly #draft: Draft

  constructor(draft: Draft) {
    this.#draft = draft
  }

  /** null until it was asked for. */
  get findings(): readonly CampaignFinding[] | null {
    return this.#answer?.findings ?? null
  }
  get audience(): Answer['audience'] | null {
    return this.#answer?.audience ?? null
  }
  get isChecking(): boolean {
    return this.#isChecking
  }
  get failure(): unknown {
    return this.#failure
  }
  /** Something was written since. */
  get isStale(): boolean {
    return this.#answer !== null && (this.#draft.dirty || this.#draft.kept.version !== this.#version)
  }
  get isBlocked(): boolean {
    return this.findings?.some(({ severity }) => severity === 'blocking') ?? false
  }

  /** Keeps what was written, then asks. Says whether there is an answer. */
  run = async (): Promise<boolean> => {
    if (this.#isChecking) return false
    this.#isChecking = true
    this.#failure = undefined
    try {
      if (!(await this.#draft.flush())) {
        this.#failure = this.#draft.failure
        return false
      }
      const { id, version } = this.#draft.kept
      this.#answer = await call(checkCampaign, { params: { id } })
      this.#version = version
      return true
    } catch (caught) {
      this.#failure = caught
      return false
    } finally {
      this.#isChecking = false
    }
  }
}
