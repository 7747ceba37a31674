import type { Agent } from '@palabre/config/contract/agent'
import type { Call, NumberCheck, Party } from '@palabre/config/contract/call'
import type { Interaction } from '@palabre/config/contract/interaction'
import { Refuse, type Answers, type Asked } from './asked.ts'
import { addInteraction, contactOf } from './desk.ts'
import { ago, newId, type World } from './world.ts'

/** A hub without telephones. */
export const noPhone: Answers = {
  'phone.read': () => ({ phone: null }),
  'call.read': () => ({ call: null })
}

export const partyOf = (change: Partial<Party>): Party => ({
  tag: newId(),
  role: 'agent',
  agentId: null,
  name: '',
  state: 'in',
  held: false,
  heldSince: null,
  muted: false,
  coach: null,
  since: ago(0),
  end: null,
  ...change
})

/** What was asked of the hub about calls, in order. */
export interface AskedOfCalls {
  name: string
  body: unknown
}

/** The telephone calls of a small world: what the hub answers and tells, without a media server behind it. */
export class CallDesk {
  readonly calls: Call[] = []
  readonly asked: AskedOfCalls[] = []
  /** Told when the hub would have a phone called; the test, or a phone server, does it. */
  ring: (call: Call, party: Party) => void = () => {}
  /** Told when somebody is to leave. */
  drop: (call: Call, party: Party) => void = () => {}
  /** What is known of a number before it is called. */
  known: (number: string) => Partial<NumberCheck> = () => ({})
  phone: { server: string; expiresAt: string } | null = null

  /** A call with its interaction, put into the world. */
  add(
    world: World,
    work: Partial<Interaction> = {},
    change: Partial<Call> = {},
    name = 'Amina Diallo'
  ): Call {
    const interaction = addInteraction(world, contactOf(name), {
      medium: 'voice',
      channel: 'voice',
      preview: '',
      customerOnline: null,
      ...work
    })
    return this.#keep(interaction, name, change)
  }

  #keep(interaction: Interaction, name: string, change: Partial<Call>): Call {
    const call: Call = {
      id: newId(),
      version: 1,
      accountId: newId(),
      interactionId: interaction.id,
      direction: 'in',
      number: '+221771234567',
      ourNumber: '+33199001234',
      name,
      state: 'waiting',
      parties: [partyOf({ tag: 'customer', role: 'customer', name })],
      findings: [
        { label: 'Language', value: 'French' },
        { label: 'Card number ends in', value: '4821' }
      ],
      startedAt: ago(70),
      talkingSince: null,
      recording: 'off',
      recordingRule: 'on-demand',
      endedAt: null,
      endedBy: null,
      facts: null,
      ...change
    }
    this.calls.push(call)
    return call
  }

  /** A call to a number for an agent, whose own phone rings first. */
  out(interaction: Interaction, me: Agent, number: string, name: string): Call {
    return this.#keep(interaction, name, {
      direction: 'out',
      number,
      state: 'ringing',
      startedAt: ago(0),
      findings: [],
      parties: [
        partyOf({ tag: 'customer', role: 'customer', name, state: 'wanted' }),
        partyOf({ agentId: me.id, name: me.name, state: 'ringing' })
      ]
    })
  }

  /** Changes a call and tells it. */
  change(asked: Pick<Asked, 'push'>, call: Call, part: Partial<Call>): Call {
    Object.assign(call, part, { version: call.version + 1 })
    asked.push('call.changed', { call })
    return call
  }

  party(asked: Pick<Asked, 'push'>, call: Call, tag: string, part: Partial<Party>): Call {
    return this.change(asked, call, {
      parties: call.parties.map((one) => (one.tag === tag ? { ...one, ...part } : one))
    })
  }

  readonly answers: Answers = {
    'phone.read': ({ world }) => ({
      phone: this.phone && {
        accountId: newId(),
        uri: `sip:agent-${world.me?.agent?.id}@example.com`,
        user: `agent-${world.me?.agent?.id}`,
        password: 'for-this-shift',
        ...this.phone
      }
    }),
    'call.read': ({ params }) => ({
      call: this.calls.findLast(({ interactionId }) => interactionId === params['id']) ?? null
    }),
    'call.check': ({ query }) => {
      const digits = (query['number'] ?? '').replace(/[^\d+]/g, '')
      const number = /^\+\d{8,15}$/.test(digits) ? digits : null
      return {
        number,
        country: null,
        localTime: null,
        contact: null,
        refusal: number ? null : ('not-a-number' as const),
        ...(number && this.known(number))
      }
    },
    'call.dial': (asked) => {
      const { number, queueId, interactionId } = asked.body
      const { refusal = null, contact = null } = this.known(number)
      this.asked.push({ name: 'call.dial', body: asked.body })
      if (refusal) throw new Refuse(refusal === 'out-of-hours' ? 'outside-hours' : 'not-deliverable')
      const me = asked.world.me!.agent!
      const interaction =
        asked.world.interactions.find(({ id }) => id === interactionId) ??
        addInteraction(asked.world, contactOf(contact?.name ?? number), {
          medium: 'voice',
          channel: 'voice',
          preview: '',
          customerOnline: null,
          agentId: me.id,
          ...(queueId && { queueId })
        })
      const call = this.out(interaction, me, number, contact?.name ?? '')
      asked.push('interaction.changed', { interaction })
      asked.push('call.changed', { call })
      this.ring(call, call.parties[1]!)
      return { call, interaction }
    },
    'call.hold': (asked) =>
      this.party(asked, this.#mine(asked, 'call.hold'), 'customer', {
        held: asked.body.on,
        heldSince: asked.body.on ? ago(0) : null
      }),
    'call.mute': (asked) => {
      const call = this.#mine(asked, 'call.mute')
      return this.party(asked, call, this.#own(asked, call).tag, { muted: asked.body.on })
    },
    'call.record': (asked) =>
      this.change(asked, this.#mine(asked, 'call.record'), { recording: asked.body.to }),
    'call.keys': (asked) => {
      this.#mine(asked, 'call.keys')
      return { ok: true }
    },
    'call.hangUp': (asked) => {
      const call = this.#mine(asked, 'call.hangUp')
      const { tag = 'customer' } = asked.body
      const out = call.parties.filter(
        (party) => party.state !== 'ended' && (tag === 'customer' || party.tag === tag)
      )
      for (const party of out) this.drop(call, party)
      const parties = call.parties.map((party) => (out.includes(party) ? over(party) : party))
      if (tag !== 'customer') return this.change(asked, call, { parties })
      this.change(asked, call, { parties, state: 'ended', endedAt: ago(0), endedBy: 'agent' })
      wrapUp(asked, call)
      return call
    },
    'call.invite': (asked) => {
      const call = this.#mine(asked, 'call.invite')
      const { who, privately } = asked.body
      const agent = asked.world.agents.find(({ id }) => id === who.agentId)
      if (who.number && !/^\+?[\d ]{2,}$/.test(who.number)) throw new Refuse('invalid-input')
      const party = agent
        ? partyOf({ agentId: agent.id, name: agent.name, state: 'ringing' })
        : partyOf({ role: 'guest', name: who.number, state: 'ringing' })
      this.change(asked, call, {
        parties: [
          ...call.parties.map((one) => (one.tag === 'customer' && privately ? { ...one, held: true } : one)),
          party
        ]
      })
      this.ring(call, party)
      return call
    },
    'call.passOn': (asked) => {
      const call = this.#mine(asked, 'call.passOn')
      const own = this.#own(asked, call)
      this.drop(call, own)
      this.change(asked, call, {
        parties: [
          ...call.parties.map((one) => (one === own ? over(one) : one)),
          partyOf({ role: 'guest', name: asked.body.number, state: 'ringing' })
        ]
      })
      wrapUp(asked, call)
      return call
    },
    'call.handOver': (asked) => {
      const call = this.#mine(asked, 'call.handOver')
      const heir = call.parties.find(({ tag }) => tag === asked.body.tag)
      if (heir?.state !== 'in') throw new Refuse('wrong-state')
      const own = this.#own(asked, call)
      this.drop(call, own)
      this.change(asked, call, {
        parties: call.parties.map((one) =>
          one === own ? over(one) : one.tag === 'customer' ? { ...one, held: false } : one
        )
      })
      if (!heir.agentId) return wrapUp(asked, call)
      return work(asked, call, { agentId: heir.agentId })
    },
    'call.supervise': (asked) => {
      const call = this.#one(asked, 'call.supervise')
      const { as } = asked.body
      const agent = asked.world.me!.agent!
      const own = call.parties.find(({ agentId, state }) => agentId === agent.id && state !== 'ended')
      if (as === 'leave') {
        if (own) this.drop(call, own)
        return this.change(asked, call, {
          parties: call.parties.map((one) => (one === own ? over(one) : one))
        })
      }
      const marks = { muted: as === 'monitor', coach: as === 'whisper' ? ('agent' as const) : null }
      if (own) return this.party(asked, call, own.tag, marks)
      const party = partyOf({
        role: 'supervisor',
        agentId: agent.id,
        name: agent.name,
        state: 'ringing',
        ...marks
      })
      this.change(asked, call, { parties: [...call.parties, party] })
      this.ring(call, party)
      return call
    },
    'call.takeOver': (asked) => {
      const call = this.#one(asked, 'call.takeOver')
      const agent = asked.world.me!.agent!
      this.change(asked, call, {
        parties: call.parties.map((one) =>
          one.agentId === agent.id
            ? { ...one, role: 'agent', muted: false, coach: null }
            : one.role === 'agent'
              ? over(one)
              : one
        )
      })
      return work(asked, call, { agentId: agent.id })
    }
  }

  #one({ params, body }: Asked, name: string): Call {
    const call = this.calls.find(({ id }) => id === params['id'])
    if (!call) throw new Refuse('not-found')
    this.asked.push({ name, body })
    return call
  }

  #mine(asked: Asked, name: string): Call {
    const call = this.#one(asked, name)
    const interaction = asked.world.interactions.find(({ id }) => id === call.interactionId)
    if (interaction?.agentId !== asked.world.me?.agent?.id) throw new Refuse('not-yours')
    if (this.#own(asked, call).state !== 'in') throw new Refuse('wrong-state')
    return call
  }

  #own({ world }: Asked, call: Call): Party {
    const own = call.parties.find(
      ({ agentId, state }) => agentId === world.me?.agent?.id && state !== 'ended'
    )
    if (!own) throw new Refuse('wrong-state')
    return own
  }
}

const over = (party: Party): Party => ({
  ...party,
  state: 'ended',
  end: { cause: 'hungUp', by: 'us', sipStatus: null, seconds: 30 }
})

function work(asked: Pick<Asked, 'push' | 'world'>, call: Call, part: Partial<Interaction>): Interaction {
  const interaction = asked.world.interactions.find(({ id }) => id === call.interactionId)!
  Object.assign(interaction, part, { version: interaction.version + 1 })
  asked.push('interaction.changed', { interaction })
  return interaction
}

const wrapUp = (asked: Pick<Asked, 'push' | 'world'>, call: Call): Interaction =>
  work(asked, call, { state: 'wrapup', wrapUp: { since: ago(0), until: ago(-60) } })
