import { setTimeout as sleep } from 'node:timers/promises'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Message } from '@palabre/config/contract/message'
import { demoPassword } from '../flows/house.ts'
import { Desk } from '../floor/desk.ts'
import { Door } from '../floor/door.ts'
import type { Chance } from '../floor/random.ts'

/** An agent who answers every line of a customer once, and closes after the last. */
export class ChaosAgent extends Desk {
  readonly answered: { id: string; interactionId: string; clientId: string; text: string }[] = []
  readonly #chance: Chance
  #dispositionId = ''

  constructor(name: string, urls: string[], first: number, chance: Chance) {
    super(name, new Door(urls, first))
    this.#chance = chance
  }

  async start(): Promise<void> {
    const refusal = await this.signIn(`${this.name}@palabre.example`, demoPassword)
    if (refusal !== null) throw new Error(`sign-in failed: ${refusal}`)
    const { items } = (await this.ask('GET', '/api/dispositions')).body as {
      items: { id: string; noteRequired: boolean }[]
    }
    this.#dispositionId = items.find((one) => !one.noteRequired)?.id ?? ''
    await this.ready()
    void this.stay()
  }

  protected comesBackMs = () => this.#chance.between(200, 500)

  protected async handle(item: Interaction) {
    const { id } = item
    await sleep(this.#chance.between(20, 200))
    if (item.state === 'offered') {
      const { status, body } = await this.ask('POST', `/api/interactions/${id}/accept`, {
        offerId: item.offer?.id
      })
      if (status === 200) this.take(body as Interaction, null)
      else await this.look(id)
      return
    }
    if (item.state !== 'active') return
    const { body } = await this.ask('GET', `/api/conversations/${item.conversationId}/messages?limit=100`)
    const { items } = body as { items: Message[] }
    const done = new Set(items.map(({ clientId }) => clientId))
    let isLast = false
    for (const line of items.filter(({ kind, interactionId }) => kind === 'in' && interactionId === id)) {
      isLast ||= line.text.includes('(last)')
      const clientId = `re-${line.id}`
      if (done.has(clientId)) continue
      const text = `re: ${line.text.trim()}`
      const sent = await this.ask('POST', `/api/interactions/${id}/messages`, { clientId, text })
      if (sent.status !== 200) return this.look(id)
      this.answered.push({ id: (sent.body as Message).id, interactionId: id, clientId, text })
    }
    if (!isLast) return
    const closed = await this.ask('POST', `/api/interactions/${id}/close`, {
      dispositionId: this.#dispositionId
    })
    if (closed.status === 200) this.take(closed.body as Interaction, null)
    else await this.look(id)
  }
}
