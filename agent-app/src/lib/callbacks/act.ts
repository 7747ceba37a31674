import {
  arrangeCallback,
  askCallback,
  cancelCallback,
  noteMachine,
  readCallback,
  type Callback
} from '@palabre/config/contract/callback'
import type { Input } from '@palabre/config/contract/define'
import { call, Refusal } from '../call.ts'
import { inbox } from '../inbox/inbox.svelte.ts'
import { hearers } from './hearers.ts'

/** When somebody is called: in a slot that begins then, at a moment, or as soon as somebody is free. */
export type When = { slot: string } | { at: string } | Record<string, never>

type Wish = Omit<Input<typeof askCallback>['body'], 'slot' | 'at' | 'key'>

async function told(run: () => Promise<Callback>): Promise<Callback> {
  const callback = await run()
  hearers.tell(callback)
  return callback
}

/** One callback as it is now. */
export const read = (id: string) => told(() => call(readCallback, { params: { id } }))

/**
 * Asks for a callback; the same `key` makes one, however often it is asked.
 * @throws {Refusal} slot-taken, already-asked, not-deliverable, invalid-input, unknown-reference
 */
export const ask = (wish: Wish, when: When, key: string) =>
  told(() => call(askCallback, { body: { ...wish, ...when, key } }))

/** It leaves the hands of whoever arranges their own work anew, and that is no news to them. */
async function arrange(
  { id, version, interactionId }: Callback,
  body: Omit<Input<typeof arrangeCallback>['body'], 'version'>
): Promise<Callback> {
  try {
    return await inbox.act(interactionId ?? id, () =>
      told(() => call(arrangeCallback, { params: { id }, body: { version, ...body } }))
    )
  } catch (error) {
    // What is on screen was old, and no event said so.
    if (error instanceof Refusal && error.name === 'changed-meanwhile') await read(id)
    throw error
  }
}

/** @throws {Refusal} changed-meanwhile, too-late while a colleague has it in hand, slot-taken, wrong-state */
export const move = (callback: Callback, when: When) => arrange(callback, when)

/**
 * Keeps it for an agent; null: for nobody. Its time stays where it is still to come.
 * @throws {Refusal} as `move`
 */
export function give(callback: Callback, agentId: string | null): Promise<Callback> {
  const { slot, nextAt } = callback
  const when: When = slot && nextAt !== null ? { slot: slot.from } : nextAt !== null ? { at: nextAt } : {}
  return arrange(callback, { ...when, agentId })
}

/** @throws {Refusal} too-late, wrong-state */
export const cancel = ({ id }: Callback) => told(() => call(cancelCallback, { params: { id } }))

/** @throws {Refusal} not-yours, wrong-state */
export const noteItWasMachine = (id: string, interactionId: string) =>
  inbox.act(interactionId, () => told(() => call(noteMachine, { params: { id } })))
