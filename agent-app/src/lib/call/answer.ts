import type { Interaction } from '@palabre/config/contract/interaction'
import { inbox } from '../inbox/inbox.svelte.ts'
import { decline } from '../interactions/act.ts'
import { NoMicrophone } from '../phone/phone.ts'
import { beep } from '../phone/ringer.ts'
import { softphone } from '../phone/softphone.svelte.ts'
import { toasts } from '../toasts.svelte.ts'
import { t } from '../words.svelte.ts'
import { ringVolume } from './volume.ts'

/** The hub offers and calls the phone at the same time; either may be first. */
const ringsWithinMs = 4000
const takenWithinMs = 8000
const lookMs = 50

/** The phone of this tab rings for this offer. */
export const ringsFor = ({ id }: Pick<Interaction, 'id'>): boolean => {
  const { ring } = softphone.now
  return ring !== null && (ring.interactionId === null || ring.interactionId === id)
}

const until = async (claim: () => boolean, ms: number): Promise<boolean> => {
  const deadline = performance.now() + ms
  while (!claim() && performance.now() < deadline) await new Promise((later) => setTimeout(later, lookMs))
  return claim()
}

/**
 * Answers an offered call by the phone of this tab: that takes the offer. Says itself why it cannot; true when it is
 * talked.
 * @param byItself after a beep, because the queue answers for its agents
 */
export async function answerCall(interaction: Pick<Interaction, 'id'>, byItself = false): Promise<boolean> {
  if (!(await until(() => ringsFor(interaction), ringsWithinMs))) {
    toasts.add(t(softphone.place === 'elsewhere' ? 'call.answer-elsewhere' : 'call.answer-not-ringing'), {
      tone: 'warn'
    })
    return false
  }
  if (byItself) await beep(ringVolume())
  try {
    await inbox.act(interaction.id, softphone.answer)
  } catch (error) {
    toasts.add(t(`call.trouble-${error instanceof NoMicrophone ? error.why : 'sound'}`), {
      tone: 'danger',
      ms: null
    })
    return false
  }
  return until(() => softphone.now.talk !== null || !ringsFor(interaction), takenWithinMs).then(
    () => softphone.now.talk !== null
  )
}

/** Gives an offered call back: by the phone where it rings, by the hub where a reason is given or it does not. */
export function declineCall(interaction: Interaction, reason: string): Promise<unknown> {
  if (reason || !ringsFor(interaction)) return decline(interaction, reason)
  return inbox.act(interaction.id, () => {
    softphone.decline()
    return Promise.resolve()
  })
}
