import type { LogEntry } from '@palabre/config/contract/interaction'
import type { Reason } from '@palabre/config/contract/routing'

/** How an interaction came to the one it is with, or is offered to. */
export type WhyHere =
  | { how: 'offered'; agentId: string; reasons: Reason[] }
  | { how: 'given'; agentId: string; code: 'assigned' | 'transferred'; byId: string | null }
  | { how: 'picked'; agentId: string }

/** Lines after which it is with nobody. */
const away = ['declined', 'expired', 'withdrawn', 'requeued', 'moved', 'overflowed', 'reopened', 'abandoned']

/** Reads from its story why an interaction is where it is; null when it came to nobody, or the story is cut. */
export function whyHere(log: readonly LogEntry[]): WhyHere | null {
  let why = null as WhyHere | null
  for (const { name, byId, figures, reasons } of log) {
    const agentId = figures['agentId']
    if (name === 'offered' && typeof agentId === 'string')
      why = { how: 'offered', agentId, reasons: reasons ?? [] }
    else if ((name === 'assigned' || name === 'transferred') && typeof agentId === 'string')
      why = { how: 'given', agentId, code: name, byId }
    else if (name === 'transferred' || away.includes(name)) why = null
    else if (name === 'accepted' && typeof agentId === 'string' && why?.agentId !== agentId)
      why = { how: 'picked', agentId }
  }
  return why
}

const ofOthers = ['others-busy', 'others-away', 'passed-over', 'sticky-gone']

/** Why this one, and who else could have been. */
export const splitReasons = (reasons: readonly Reason[]): { own: Reason[]; others: Reason[] } => ({
  own: reasons.filter(({ code }) => !ofOthers.includes(code)),
  others: reasons.filter(({ code }) => ofOthers.includes(code))
})
