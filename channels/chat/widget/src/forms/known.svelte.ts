import type { Visit } from '../visit/visit.svelte.ts'

/** Name and address as the visitor gave them before, or as the hub knows them; kept for the next form. */
export class Known {
  name = $state('')
  email = $state('')
  readonly #visit: Visit

  constructor(visit: Visit) {
    this.#visit = visit
    const kept = visit.memory.read<{ name: string; email: string }>('known')
    this.name = visit.state?.name || kept?.name || ''
    this.email = visit.state?.email || kept?.email || ''
  }

  keep(): void {
    this.#visit.memory.write('known', { name: this.name.trim(), email: this.email.trim() })
  }
}
