import { onDestroy, type Component } from 'svelte'
import { shortcuts } from './shortcuts.svelte.ts'

export interface Command {
  /** Unique; 'inbox.open', 'presence.ready'. */
  id: string
  section: () => string
  label: () => string
  /** Further words by which it is found. */
  keywords?: () => string
  icon?: Component<{ size?: number | string }>
  /** Shown beside it, and registered as a shortcut. */
  keys?: string
  when?: () => boolean
  run: () => void
}

/** What the command palette offers. */
class Commands {
  #list = $state.raw<Command[]>([])
  /** The palette is on screen. */
  open = $state(false)

  get list(): readonly Command[] {
    return this.#list
  }

  /** Adds commands, and the shortcuts of those with keys. Gives the function that takes them away. */
  register(...added: Command[]): () => void {
    this.#list = [...this.#list, ...added]
    const stop = shortcuts.register(
      ...added.flatMap(({ keys, section, label, run, when }) =>
        keys ? [{ keys, scope: section, description: label, run: () => run(), when }] : []
      )
    )
    return () => {
      stop()
      this.#list = this.#list.filter((command) => !added.includes(command))
    }
  }
}

export const commands = new Commands()

/** Commands that live as long as the component that calls this while it starts. */
export function useCommands(...added: Command[]): void {
  onDestroy(commands.register(...added))
}
