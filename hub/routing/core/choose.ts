import type { AgentChoice } from '@palabre/config/contract/routing'
import type { Candidate } from './picture.ts'
import { proficiencyOf, type Asked } from './requirement.ts'

/** An agent in a choice. What was given at this moment counts, so that equals share. */
export interface Chooser extends Candidate {
  given: number
  /** Share of the places that are taken. */
  load: number
}

/** What an agent has had today, and has in hand. */
export const shareOf = ({ handledToday, holds }: Candidate): number => handledToday + holds.length

const idle = (a: Chooser, b: Chooser) => a.idleSince - b.idleSince || a.given - b.given
const load = (a: Chooser, b: Chooser) => a.load - b.load
const share = (a: Chooser, b: Chooser) => shareOf(a) - shareOf(b)
const skill = (a: Chooser, b: Chooser, { requirements }: Asked) =>
  proficiencyOf(b, requirements) - proficiencyOf(a, requirements)

/**
 * Negative when `a` is the better choice. It depends on each one's own state only and gets worse with what they are
 * given; the id decides last, so that the same picture gives the same answer.
 */
export function compareAgents(a: Chooser, b: Chooser, asked: Asked, choice: AgentChoice): number {
  const byId = a.id < b.id ? -1 : 1
  switch (choice) {
    case 'longest-idle':
      return idle(a, b) || load(a, b) || byId
    case 'least-loaded':
      return load(a, b) || idle(a, b) || byId
    case 'best-skilled':
      return skill(a, b, asked) || idle(a, b) || load(a, b) || byId
    case 'fair-share':
      return share(a, b) || idle(a, b) || load(a, b) || byId
  }
}
