import type { Interaction } from '@palabre/config/contract/interaction'
import type { StepIn, Watched, WatchRule } from '@palabre/config/contract/stepping'
import { Refuse, type Answers, type Asked } from './asked.ts'
import { addMessage } from './desk.ts'
import { ago } from './world.ts'

const one = ({ world, params }: Asked): Interaction => {
  const found = world.interactions.find(({ id }) => id === params['id'])
  if (!found) throw new Refuse('not-found')
  return found
}

/** What supervisors do beside agents; one person at a time sits at both sides of it. */
export class SteppingDesk {
  watched: Watched[] = []
  stepIns: StepIn[] = []
  rule: WatchRule = { version: 0, shownToAgents: true }
  asked: { name: string; body: unknown }[] = []
  /** What the next take-over is refused with. */
  refusal: 'over-capacity' | 'not-ready' | 'changed-meanwhile' | null = null

  answers: Answers = {
    'watch.list': () => ({ items: this.watched }),
    'stepIn.list': () => ({ items: this.stepIns }),
    'stepIn.dismiss': ({ params }) => {
      this.stepIns = this.stepIns.filter(({ id }) => id !== params['id'])
      return { ok: true }
    },
    'watchRule.read': () => this.rule,
    'watchRule.write': ({ body }) => {
      if (body.version !== this.rule.version) throw new Refuse('changed-meanwhile')
      return (this.rule = { version: body.version + 1, shownToAgents: body.shownToAgents })
    },
    'message.whisper': (asked) => {
      const { body, world, push } = asked
      this.asked.push({ name: 'message.whisper', body })
      const interaction = one(asked)
      if (interaction.agentId !== body.agentId) throw new Refuse('changed-meanwhile')
      const message = addMessage(world, interaction, {
        kind: 'note',
        text: body.text,
        author: { kind: 'agent', id: world.me?.agent?.id ?? null, name: world.me?.user.name ?? '' },
        whisper: {
          agentId: body.agentId,
          name: world.agents.find(({ id }) => id === body.agentId)?.name ?? ''
        },
        state: 'sent',
        at: ago(0),
        clientId: body.clientId
      })
      push('message.changed', { message })
      return message
    },
    // As the desk does it, for whoever has no agent record too.
    'interaction.transfer': (asked) => {
      const { body, world, push } = asked
      const interaction = Object.assign(one(asked), {
        state: 'queued',
        agentId: null,
        offer: null,
        transfer: { byId: world.me?.agent?.id ?? world.me?.user.id ?? '', note: body.note ?? '' }
      })
      interaction.version += 1
      push('interaction.changed', { interaction })
      return interaction
    },
    'interaction.takeOver': (asked) => {
      const { body, world, push } = asked
      this.asked.push({ name: 'interaction.takeOver', body })
      if (this.refusal) throw new Refuse(this.refusal)
      const interaction = one(asked)
      const from = interaction.agentId ?? interaction.offer?.agentId
      if (from !== body.fromAgentId) throw new Refuse('changed-meanwhile')
      Object.assign(interaction, {
        state: 'active',
        agentId: world.me?.agent?.id ?? null,
        offer: null,
        version: interaction.version + 1
      })
      push('interaction.changed', { interaction })
      return interaction
    }
  }
}
