import { usualCallbacks, type Callback, type CallbackOffer } from '@palabre/config/contract/callback'
import type { AttemptCause } from '@palabre/config/contract/call-end'
import type { Interaction } from '@palabre/config/contract/interaction'
import { Refuse, type Answers, type Asked } from './asked.ts'
import { ago, newId, type World } from './world.ts'

const minute = 60
const inMinutes = (minutes: number) => ago(-minutes * minute)
/** A moment of another day by the clock of this machine. */
const dayAt = (days: number, hours: number, minutes = 0): string => {
  const at = new Date()
  at.setDate(at.getDate() + days)
  at.setHours(hours, minutes, 0, 0)
  return at.toISOString()
}
const later = (at: string, minutes: number) =>
  new Date(Date.parse(at) + minutes * minute * 1000).toISOString()

/** What was asked of the hub about callbacks, in order. */
export interface AskedOfCallbacks {
  name: string
  id: string | null
  body: unknown
}

/** The callbacks of a small world: lists, slots, arrangements, without anybody who calls. */
export class CallbackBook {
  readonly items: Callback[] = []
  readonly asked: AskedOfCallbacks[] = []
  offer: CallbackOffer = {
    now: { estimatedWaitS: 300 },
    slots: [
      ...[9, 10, 11, 14, 15, 16].flatMap((hour) => [dayAt(1, hour), dayAt(1, hour, 30)]),
      ...[9, 10, 11].flatMap((hour) => [dayAt(2, hour), dayAt(2, hour, 30)]),
      ...[3, 4, 5].flatMap((days) => [dayAt(days, 9), dayAt(days, 14)])
    ].map((from) => ({ from, to: later(from, 30) })),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone
  }

  /** Every queue of the world calls back by this account. */
  furnish(world: World, change: Record<string, unknown> = {}): void {
    for (const queue of world.settings.queue)
      queue['callbacks'] = {
        ...structuredClone(usualCallbacks),
        accountId: newId(),
        retries: {
          attempts: 3,
          gap: { noAnswer: 30, busy: 10, machine: 120 },
          hours: { from: 480, to: 1200 },
          dispositionId: null
        },
        ...change
      }
  }

  add(world: World, change: Partial<Callback> = {}): Callback {
    const callback: Callback = {
      id: newId(),
      version: 1,
      state: 'scheduled',
      source: 'web',
      queueId: world.settings.queue[0]!.id,
      accountId: newId(),
      contactId: null,
      name: 'Amina Diallo',
      number: '+221771234567',
      email: '',
      reason: 'My card was swallowed by the machine at the station.',
      locale: 'fr',
      agentId: null,
      slot: null,
      nextAt: inMinutes(60),
      interactionId: null,
      conversationId: null,
      attempts: [],
      kept: null,
      createdAt: ago(2400),
      endedAt: null,
      ...change
    }
    this.items.push(callback)
    return callback
  }

  /** The callback that an interaction is the work of. */
  of(world: World, interaction: Interaction, change: Partial<Callback> = {}): Callback {
    return this.add(world, {
      id: interaction.callback?.id ?? newId(),
      state: 'queued',
      name: interaction.contactName,
      number: interaction.callback?.number ?? '',
      slot: interaction.callback?.slot ?? null,
      queueId: interaction.queueId,
      interactionId: interaction.id,
      conversationId: interaction.conversationId,
      nextAt: null,
      ...change
    })
  }

  /** Changes one and tells it. */
  change(asked: Pick<Asked, 'push'>, callback: Callback, part: Partial<Callback>): Callback {
    Object.assign(callback, part, { version: callback.version + 1 })
    asked.push('callback.changed', { callback })
    return callback
  }

  /** Nobody was reached: it is tried again at `nextAt`, or never; its interaction is over. */
  misses(
    hub: Pick<Asked, 'push' | 'world'>,
    callback: Callback,
    cause: AttemptCause,
    nextAt: string | null
  ): void {
    const agentId = hub.world.me?.agent?.id ?? null
    this.change(hub, callback, {
      attempts: [
        ...callback.attempts,
        { at: ago(0), interactionId: callback.interactionId ?? newId(), agentId, cause }
      ],
      state: nextAt ? 'scheduled' : 'failed',
      slot: null,
      nextAt,
      endedAt: nextAt ? null : ago(0)
    })
    const interaction = hub.world.interactions.find(({ id }) => id === callback.interactionId)
    if (!interaction) return
    Object.assign(interaction, {
      state: 'closed',
      closedAt: ago(0),
      version: interaction.version + 1,
      callback: interaction.callback && {
        ...interaction.callback,
        attempts: callback.attempts.length,
        lastCause: cause
      }
    })
    hub.push('interaction.changed', { interaction })
  }

  readonly answers: Answers = {
    'callback.list': ({ query, world }) => {
      const wanted = this.items
        .filter(({ state }) =>
          query['open'] === undefined
            ? true
            : (query['open'] === 'true') === (state === 'scheduled' || state === 'queued')
        )
        .filter(({ queueId }) => !query['queueId'] || queueId === query['queueId'])
        .filter(({ agentId }) => query['of'] !== 'mine' || agentId === world.me?.agent?.id)
        .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
      const from = Number(query['after'] ?? 0)
      const to = from + Number(query['limit'] ?? 50)
      return { items: wanted.slice(from, to), ...(wanted.length > to && { next: String(to) }) }
    },
    'callback.read': (asked) => this.#one(asked),
    'callback.slots': () => this.offer,
    'callback.ask': (asked) => {
      const { world, body } = asked
      this.asked.push({ name: 'callback.ask', id: null, body })
      const slot = body.slot ? this.#slot(body.slot) : null
      const callback = this.add(world, {
        source: 'agent',
        queueId: body.queueId,
        number: body.number,
        name: body.name ?? '',
        email: body.email ?? '',
        reason: body.reason ?? '',
        locale: body.locale ?? 'en',
        agentId: body.agentId ?? null,
        slot,
        nextAt: slot?.from ?? body.at ?? null,
        state: slot || body.at ? 'scheduled' : 'queued',
        createdAt: ago(0)
      })
      asked.push('callback.changed', { callback })
      return callback
    },
    'callback.arrange': (asked) => {
      const callback = this.#one(asked)
      const { version, slot: from, at, agentId } = asked.body
      this.asked.push({ name: 'callback.arrange', id: callback.id, body: asked.body })
      if (version !== callback.version) throw new Refuse('changed-meanwhile')
      const slot = from ? (callback.slot?.from === from ? callback.slot : this.#slot(from)) : null
      return this.change(asked, callback, {
        state: slot || at ? 'scheduled' : 'queued',
        slot,
        nextAt: slot?.from ?? at ?? null,
        kept: null,
        endedAt: null,
        ...(agentId !== undefined && { agentId })
      })
    },
    'callback.cancel': (asked) => {
      const callback = this.#one(asked)
      this.asked.push({ name: 'callback.cancel', id: callback.id, body: null })
      return this.change(asked, callback, { state: 'cancelled', nextAt: null, endedAt: ago(0) })
    },
    'callback.machine': (asked) => {
      const callback = this.#one(asked)
      this.asked.push({ name: 'callback.machine', id: callback.id, body: null })
      this.misses(asked, callback, 'machine', inMinutes(120))
      return callback
    }
  }

  #one({ params }: Asked): Callback {
    const callback = this.items.find(({ id }) => id === params['id'])
    if (!callback) throw new Refuse('not-found')
    return callback
  }

  #slot(from: string) {
    const slot = this.offer.slots.find((one) => one.from === from)
    if (!slot) throw new Refuse('slot-taken')
    this.offer = { ...this.offer, slots: this.offer.slots.filter((one) => one !== slot) }
    return slot
  }
}
