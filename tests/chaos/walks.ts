import { setTimeout as sleep } from 'node:timers/promises'
import { chatAccount } from '../flows/house.ts'
import { ChaosAgent } from './agent.ts'
import { Post } from './post.ts'
import type { Chance } from '../floor/random.ts'
import { openSink } from './sink.ts'
import type { Stage } from './stage.ts'
import { ChaosVisitor } from './visitor.ts'

/** Customers, agents and mail servers at work, until everything that was begun has ended. */
export interface Walks {
  agents: ChaosAgent[]
  visitors: ChaosVisitor[]
  post: Post
  /** When each mail reached the customers. */
  arrivals: { messageId: string; at: number }[]
  /** How many mails every thread has when it is over, by sender. */
  threads: Map<string, number>
  beginChat(): void
  beginThread(): void
  /** Begins chats and mail threads until `until`, at most so many at once. */
  stream(until: number, atOnce: number): Promise<void>
  stop(): Promise<void>
}

export async function openWalks(stage: Stage, chance: Chance): Promise<Walks> {
  const accountId = await chatAccount(stage.urls[0]!)
  const arrivals: Walks['arrivals'] = []
  const threads = new Map<string, number>()
  const post = new Post(stage.smtpPort)
  // A slow far side leaves time to be killed while it thinks.
  const sink = await openSink(stage.sinkPort, 120, ({ messageId, to }) => {
    const isRepeat = arrivals.some((one) => one.messageId === messageId)
    arrivals.push({ messageId, at: Date.now() })
    if (!isRepeat) replyTo(to, messageId)
  })

  const agents = ['awa', 'boris'].map((name, n) => new ChaosAgent(name, stage.urls, n, chance))
  await Promise.all(agents.map((agent) => agent.start()))
  const visitors: ChaosVisitor[] = []
  const walking = new Set<ChaosVisitor>()

  const write = (from: string, n: number, of: number, inReplyTo?: string) =>
    void post.deliver({
      messageId: `${from.replace('@', '-')}-${String(n)}@customer.example`,
      from,
      text: `${from.split('@')[0] ?? ''} line ${String(n)}${n === of ? ' (last)' : ''}`,
      ...(inReplyTo && { inReplyTo: `<${inReplyTo}>` })
    })
  const written = new Map<string, number>()
  function replyTo(from: string, messageId: string) {
    const of = threads.get(from) ?? 0
    const n = (written.get(from) ?? 1) + 1
    if (n > of) return
    written.set(from, n)
    setTimeout(() => write(from, n, of, messageId), chance.between(50, 600))
  }

  const beginChat = () => {
    const lines = Math.floor(chance.between(2, 7))
    const visitor = new ChaosVisitor(
      `chat${String(visitors.length + 1)}`,
      lines,
      stage.urls,
      accountId,
      chance
    )
    visitors.push(visitor)
    walking.add(visitor)
    void visitor
      .walk()
      .catch((error: unknown) => visitor.refusals.push(String(error)))
      .finally(() => walking.delete(visitor))
  }
  const beginThread = () => {
    const from = `mail${String(threads.size + 1)}@customer.example`
    const of = chance.between(0, 1) < 0.4 ? 2 : 1
    threads.set(from, of)
    write(from, 1, of)
  }

  return {
    agents,
    visitors,
    post,
    arrivals,
    threads,
    beginChat,
    beginThread,
    async stream(until, atOnce) {
      while (Date.now() < until) {
        if (walking.size < atOnce) beginChat()
        if (chance.between(0, 1) < 0.5 && threads.size < visitors.length) beginThread()
        await sleep(chance.between(300, 1200))
      }
    },
    async stop() {
      post.stopped = true
      for (const visitor of visitors) visitor.leave()
      for (const agent of agents) agent.leave()
      await sink.stop()
    }
  }
}
