import { errorAnswer, type GraphAnswer } from './faults.ts'

/** What Meta refuses of messages to one customer only: too many in a moment, or none wanted. */
export interface PersonalFaults {
  set(to: string, code: number, times?: number): void
  meet(to: string): GraphAnswer | null
}

export function personalFaults(): PersonalFaults {
  const faults = new Map<string, { code: number; times: number }>()
  return {
    set(to, code, times = 1) {
      faults.set(to, { code, times })
    },
    meet(to) {
      const fault = faults.get(to)
      if (!fault || fault.times <= 0) return null
      fault.times--
      return errorAnswer(400, fault.code, `(#${String(fault.code)}) As told`)
    }
  }
}
