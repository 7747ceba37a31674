import { setPresence } from '@palabre/config/contract/agent'
import { call } from '../call.ts'
import { directory } from '../inbox/directory.svelte.ts'
import { session } from '../session.svelte.ts'
import { toasts } from '../toasts.svelte.ts'
import { t } from '../words.svelte.ts'

type Wish = { state: 'ready' | 'offline' } | { state: 'paused'; pauseReasonId: string }

/** The signed-in agent's own status. */
class OwnPresence {
  #busy = $state(false)

  get busy(): boolean {
    return this.#busy
  }

  get now() {
    return session.me?.agent?.presence ?? null
  }

  /** The state in words, a pause with its reason. */
  get words(): string {
    const { now } = this
    if (!now) return ''
    const reason = directory.pauseReason(now.pauseReasonId)?.name
    return now.state === 'paused' && reason
      ? t('presence.paused-for', { reason })
      : t(`app.presence-${now.state}`)
  }

  set = async (wish: Wish): Promise<void> => {
    this.#busy = true
    try {
      session.replaceAgent(await call(setPresence, { body: wish }))
    } catch (error) {
      toasts.fail(error)
    } finally {
      this.#busy = false
    }
  }
  ready = (): Promise<void> => this.set({ state: 'ready' })
}

export const presence = new OwnPresence()
