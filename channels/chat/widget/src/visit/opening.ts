import { Refusal, type Hub } from './hub.ts'

export type Greeting = Omit<Parameters<Hub['open']>[0], 'token'>
export type Opened = Awaited<ReturnType<Hub['open']>>

/** Resumes the visit of the token; a token that the hub does not know any more begins a new one. */
export async function openVisit(hub: Hub, token: string | null, greeting: Greeting): Promise<Opened> {
  if (token === null) return hub.open(greeting)
  try {
    return await hub.open({ ...greeting, token })
  } catch (error) {
    if (!(error instanceof Refusal) || error.error !== 'visitor-rejected') throw error
    return hub.open(greeting)
  }
}

/** Will trying again help? */
export const mayPass = ({ error }: Refusal): boolean =>
  ['unreachable', 'starting-up', 'too-many-requests', 'unexpected'].includes(error)

/** Milliseconds before the next try to open, the first one being 0. */
export const pauseBefore = (tries: number): number =>
  Math.min(60_000, 2_000 * 2 ** tries) * (0.5 + Math.random() / 2)
