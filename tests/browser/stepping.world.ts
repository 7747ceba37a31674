import type { Interaction } from '@palabre/config/contract/interaction'
import type { Message } from '@palabre/config/contract/message'
import type { Writing } from '@palabre/config/contract/stepping'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import {
  addInteraction,
  addMessage,
  contactOf,
  deskAnswers,
  furnishDesk
} from '../simulators/api-hub/desk.ts'
import { routingAnswers } from '../simulators/api-hub/routing.ts'
import { SteppingDesk } from '../simulators/api-hub/stepping.ts'
import { ago, defaultPreferences, meOf, newId } from '../simulators/api-hub/world.ts'

/** An agent's chat and mail with their customers, and a supervisor who may step in. */
export class SteppingWorld {
  readonly hub: ApiHub
  readonly desk: SteppingDesk
  readonly chat: Interaction
  readonly mail: Interaction

  private constructor(hub: ApiHub, desk: SteppingDesk) {
    this.hub = hub
    this.desk = desk
    const { world } = hub
    furnishDesk(world)
    const contact = contactOf('Amina Diallo', { company: 'Atelier Diallo' })
    this.chat = addInteraction(world, contact)
    addMessage(world, this.chat, { text: 'Bonjour, ma carte ne marche plus depuis hier.', at: ago(120) })
    addMessage(world, this.chat, { kind: 'out', text: 'Bonjour, je regarde tout de suite.', at: ago(90) })
    addMessage(world, this.chat, { text: 'Merci. C’est urgent, je pars ce soir.', at: ago(40) })
    this.mail = addInteraction(world, contactOf('Moussa Traoré'), {
      channel: 'email',
      medium: 'email',
      subject: 'Relevé de compte de septembre',
      customerOnline: null
    })
    addMessage(world, this.mail, {
      text: 'Je n’ai pas reçu mon relevé.',
      html: '<p>Je n’ai pas reçu mon relevé.</p>',
      at: ago(4000)
    })
  }

  static async open(): Promise<SteppingWorld> {
    const desk = new SteppingDesk()
    const hub = await startApiHub({
      answers: { ...deskAnswers, ...routingAnswers, ...desk.answers },
      ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {})
    })
    return new SteppingWorld(hub, desk)
  }

  /** The agent whose work it is, or the supervisor. */
  enter(as: 'agent' | 'supervisor' | 'administrator', look: Partial<typeof defaultPreferences> = {}): void {
    const { world } = this.hub
    const user = world.users[{ agent: 0, supervisor: 1, administrator: 2 }[as]]!
    world.preferences.set(user.id, { ...defaultPreferences, offerSound: 'none', ...look })
    world.me = meOf(world, user)
  }

  /** The agent writes. */
  write(text: string, more: Partial<Writing> = {}): void {
    const agent = this.hub.world.agents[0]!
    this.hub.push('writing.changed', {
      writing: {
        interactionId: this.chat.id,
        agentId: agent.id,
        name: agent.name,
        mode: 'reply',
        text,
        subject: null,
        keptAt: null,
        ...more
      }
    })
  }

  /** Somebody looks on, or nobody any more. */
  watch(on: boolean, shown = true): void {
    const watched = { interactionId: this.chat.id, on, shown }
    this.desk.watched = on ? [watched] : []
    this.hub.push('watched.changed', { watched })
  }

  /** The supervisor whispers to the agent. */
  whisper(text: string): Message {
    const [agent, lead] = this.hub.world.agents
    const message = addMessage(this.hub.world, this.chat, {
      kind: 'note',
      text,
      author: { kind: 'agent', id: lead!.id, name: lead!.name },
      whisper: { agentId: agent!.id, name: agent!.name },
      state: 'sent',
      at: ago(0)
    })
    this.hub.push('message.changed', { message })
    return message
  }

  /** The supervisor has taken the agent's chat. */
  takeAway(draft: string | null): void {
    const lead = this.hub.world.agents[1]!
    const stepIn = {
      id: newId(),
      interactionId: this.chat.id,
      contactName: this.chat.contactName,
      kind: 'taken-over' as const,
      byName: lead.name,
      reason: 'I know the case',
      draft: draft === null ? null : { text: draft, fate: 'handed' as const },
      at: ago(0)
    }
    Object.assign(this.chat, { agentId: lead.id, version: this.chat.version + 1 })
    this.hub.push('interaction.changed', { interaction: this.chat })
    this.desk.stepIns = [stepIn]
    this.hub.push('stepIn.changed', { stepIn })
  }
}
