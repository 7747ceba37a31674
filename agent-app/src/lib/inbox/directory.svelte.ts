import { listChannels, type ChannelKind } from '@palabre/config/contract/account'
import { listAgents, type Agent } from '@palabre/config/contract/agent'
import {
  cannedAnswer,
  disposition,
  pauseReason,
  queue,
  skill,
  type CannedAnswer,
  type Disposition,
  type PauseReason,
  type Queue,
  type Skill
} from '@palabre/config/contract/setting'
import { call } from '../call.ts'
import { live } from '../live.svelte.ts'
import { session } from '../session.svelte.ts'

interface Records {
  queue: Queue[]
  skill: Skill[]
  disposition: Disposition[]
  pauseReason: PauseReason[]
  cannedAnswer: CannedAnswer[]
}
type RecordName = keyof Records

/** Names and rules that the work refers to, kept true: queues, skills, dispositions, colleagues, channels. */
class Directory {
  #records = $state.raw<Records>({ queue: [], skill: [], disposition: [], pauseReason: [], cannedAnswer: [] })
  #channels = $state.raw<ChannelKind[]>([])
  #agents = $state.raw<Agent[]>([])

  get queues() {
    return this.#records.queue
  }
  get skills() {
    return this.#records.skill
  }
  get dispositions() {
    return this.#records.disposition
  }
  get pauseReasons() {
    return this.#records.pauseReason
  }
  get cannedAnswers() {
    return this.#records.cannedAnswer
  }
  get agents() {
    return this.#agents
  }

  queue = (id: string): Queue | undefined => this.#records.queue.find((one) => one.id === id)
  queueName = (id: unknown): string => this.#records.queue.find((one) => one.id === id)?.name ?? '…'
  skillName = (id: unknown): string => this.#records.skill.find((one) => one.id === id)?.name ?? '…'
  disposition = (id: unknown): Disposition | undefined =>
    this.#records.disposition.find((one) => one.id === id)
  pauseReason = (id: unknown): PauseReason | undefined =>
    this.#records.pauseReason.find((one) => one.id === id)
  channel = (name: string): ChannelKind | undefined => this.#channels.find((one) => one.name === name)
  /** By the agent's id or by the user's: log lines name the user, offers the agent. */
  agent = (id: unknown): Agent | undefined =>
    this.#agents.find((one) => one.id === id || one.userId === id) ??
    (session.me?.agent && (session.me.agent.id === id || session.me.user.id === id)
      ? session.me.agent
      : undefined)

  /** The queues whose work this person may see. */
  get scope(): Queue[] {
    const ids = session.me?.queueIds
    return ids ? this.#records.queue.filter(({ id }) => ids.includes(id)) : this.#records.queue
  }

  /** Reads all of it and follows changes until the function that it gives is called. */
  start(): () => void {
    const reads: Record<RecordName, () => Promise<void>> = {
      queue: async () => this.#put('queue', (await call(queue.list)).items),
      skill: async () => this.#put('skill', (await call(skill.list)).items),
      disposition: async () => this.#put('disposition', (await call(disposition.list)).items),
      pauseReason: async () => this.#put('pauseReason', (await call(pauseReason.list)).items),
      cannedAnswer: async () => this.#put('cannedAnswer', (await call(cannedAnswer.list)).items)
    }
    // A name that is missing shows as an ellipsis; the next event or resync brings it.
    const quietly = (read: () => Promise<unknown>) => void read().catch(() => {})
    const readAll = () => {
      for (const read of Object.values(reads)) quietly(read)
      quietly(async () => (this.#channels = (await call(listChannels)).items))
      quietly(this.readAgents)
    }
    const stops = [
      live.on('setting.changed', ({ resource }) => {
        if (resource in reads) quietly(reads[resource as RecordName])
      }),
      live.on('agent.changed', ({ agent }) => this.#take(agent)),
      live.keep(readAll)
    ]
    return () => stops.forEach((stop) => stop())
  }

  readAgents = async (): Promise<void> => {
    if (!session.can('agent:read')) return
    this.#agents = (await call(listAgents)).items
  }

  /** Follows colleagues' presence while somebody looks at them. */
  watchAgents(): () => void {
    void this.readAgents().catch(() => {})
    return live.watch('floor')
  }

  #put<N extends RecordName>(name: N, items: Records[N]): void {
    this.#records = { ...this.#records, [name]: items }
  }

  #take(agent: Agent): void {
    const at = this.#agents.findIndex(({ id }) => id === agent.id)
    if (at < 0 || this.#agents[at]!.version > agent.version) return
    this.#agents = this.#agents.with(at, agent)
  }
}

export const directory = new Directory()
