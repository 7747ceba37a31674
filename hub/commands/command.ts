import type { Hub } from '../hub.ts'

/** A command: reads its words before anything is opened, then does its work and says what to print. */
export interface Command {
  usage: string
  /** @throws Misuse for words that it does not understand */
  read(words: string[]): Promise<(hub: Hub) => Promise<string>>
}

/** What was typed cannot be meant. */
export class Misuse extends Error {}
