import type { Interaction } from '@palabre/config/contract/interaction'

/** What is on screen of words of the floor: the sheet with its message, and questions that may be asked from anywhere. */
class FloorPlace {
  /** The sheet in the shell. */
  open = $state(false)
  messageId = $state<string | null>(null)
  /** Asking for help: with an interaction, or (null) in general. */
  helpAbout = $state.raw<{ interaction: Interaction | null } | null>(null)
  /** Writing: to these agents at first. */
  writingTo = $state.raw<{ agentIds: readonly string[] } | null>(null)

  show(messageId: string | null = null): void {
    this.messageId = messageId
    this.open = true
  }

  askHelp(interaction: Interaction | null): void {
    this.helpAbout = { interaction }
  }

  write(agentIds: readonly string[] = []): void {
    this.writingTo = { agentIds }
  }
}

export const floorPlace = new FloorPlace()
