import { untrack } from 'svelte'
import { commands, type Command } from '../commands.svelte.ts'
import { shortcuts, type Shortcut } from '../shortcuts.svelte.ts'

// Registered at the end of the flush in which a component appears, not while it starts: another one that goes in the
// same flush reads state as it was before (Svelte's rule for teardowns) and would write these away again.

/** Commands that live as long as the component that calls this while it starts. */
export function useCallCommands(...added: Command[]): void {
  $effect(() => untrack(() => commands.register(...added)))
}

/** Shortcuts likewise. */
export function useCallShortcuts(...added: Shortcut[]): void {
  $effect(() => untrack(() => shortcuts.register(...added)))
}
