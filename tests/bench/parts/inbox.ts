import { existsSync } from 'node:fs'
import mongoose from 'mongoose'
import { root } from '../../../hub/launch/run.mjs'
import { programs } from '../../programs.mjs'
import { demand, percentile, sleep, until, type Row } from '../figures.ts'
import { headersOf } from '../load/agent.ts'
import { closeConversations, nextMark, openConversations } from '../load/conversations.ts'
import { openPool, type Line } from '../load/line.ts'
import { openStage, type Bench, type Login, type Stage } from '../stage/stage.ts'
import type { Outcome } from './outcome.ts'

const { ObjectId } = mongoose.mongo
const batch = 2000
const messagesEach = 10
/** Work in an agent's hands; the rest is closed, over the past year. */
const heldEach = 20
const yearMs = 365 * 86_400_000

type Doc = Record<string, unknown>

/**
 * Fills the database as a year of work would have: copies of one conversation that went the real way, each with its own
 * ids, keys and times. The copies are as the hub writes them, whatever its records look like.
 */
async function fill(stage: Stage, conversations: number, note: (line: string) => void): Promise<string[]> {
  const { db, agents } = stage
  const one = (name: string, filter: Doc = {}) => db.collection(name).findOne(filter) as Promise<Doc | null>
  const interaction = await one('interactions', { state: 'active' })
  demand(interaction !== null, 'there is no conversation to copy')
  const contact = await one('contacts', { _id: interaction['contactId'] })
  const conversation = await one('conversations', { _id: interaction['conversationId'] })
  const message = await one('messages', { conversationId: interaction['conversationId'], kind: 'in' })
  demand(contact !== null && conversation !== null && message !== null, 'the conversation is not whole')
  const ids: string[] = []
  const now = Date.now()
  const insert = (name: string, docs: Doc[]) =>
    db.collection(name).insertMany(docs, { ordered: false, writeConcern: { w: 1 } })
  for (let from = 0; from < conversations; from += batch) {
    const contacts: Doc[] = []
    const threads: Doc[] = []
    const works: Doc[] = []
    const said: Doc[] = []
    for (let i = from; i < Math.min(conversations, from + batch); i += 1) {
      const held = i < agents.length * heldEach
      const agentId = new ObjectId(agents[i % agents.length]!.agentId)
      const at = new Date(now - (held ? 3_600_000 + i * 100 : 86_400_000 + (i / conversations) * yearMs))
      const [contactId, conversationId, interactionId] = [new ObjectId(), new ObjectId(), new ObjectId()]
      const messageIds = Array.from({ length: messagesEach }, () => new ObjectId())
      const own = (doc: Doc) => renamed(doc, String(i))
      const name = `Customer ${String(i)}`
      contacts.push({ ...own(contact), _id: contactId, name })
      threads.push({ ...own(conversation), _id: conversationId, contactId, createdAt: at, lastMessageAt: at })
      const { openKey: _, ...work } = interaction
      works.push({
        ...work,
        _id: interactionId,
        begunBy: messageIds[0],
        contactId,
        conversationId,
        contactName: name,
        agentId,
        relayAt: null,
        lastMessageAt: at,
        queuedAt: at,
        createdAt: at,
        ...(held ? { openKey: conversationId.toHexString() } : { state: 'closed', closedAt: at })
      })
      for (const [n, messageId] of messageIds.entries())
        said.push({
          ...message,
          _id: messageId,
          conversationId,
          interactionId,
          externalId: `${interactionId.toHexString()}-${String(n)}`,
          clientId: `seeded-${String(n)}`,
          pendingAt: null,
          at: new Date(at.getTime() - (messagesEach - n) * 20_000)
        })
      ids.push(conversationId.toHexString())
    }
    await insert('contacts', contacts)
    await insert('conversations', threads)
    await insert('interactions', works)
    for (let i = 0; i < said.length; i += batch) await insert('messages', said.slice(i, i + batch))
    if ((from / batch) % 10 === 9) note(`${String(from + batch)} conversations are there`)
  }
  return ids
}

/** The record with every text that has to be unique (keys, contact points) made so. */
function renamed(doc: Doc, suffix: string): Doc {
  const change = (value: unknown): unknown =>
    typeof value === 'string' && /anonymous:/.test(value)
      ? `${value}-${suffix}`
      : Array.isArray(value)
        ? value.map(change)
        : value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype
          ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, change(one)]))
          : value
  return change(doc) as Doc
}

/** Asks for pages at a steady pace, whatever becomes of the earlier ones. */
async function readPages(
  pool: Line,
  pages: Record<string, () => [Login, string]>,
  perSecond: number,
  seconds: number
) {
  const took = new Map(Object.keys(pages).map((name) => [name, [] as number[]]))
  const asks: Promise<void>[] = []
  const start = performance.now()
  for (let i = 0; i < perSecond * seconds; i += 1) {
    await sleep(Math.max(0, start + (i * 1000) / perSecond - performance.now()))
    for (const [name, page] of Object.entries(pages)) {
      const [login, path] = page()
      const at = performance.now()
      asks.push(
        pool.ask({ method: 'GET', path, headers: headersOf(login) }).then(({ status, text }) => {
          demand(
            status === 200 && text.includes('"items":[{'),
            `${path}: ${String(status)} ${text.slice(0, 200)}`
          )
          took.get(name)?.push(performance.now() - at)
        })
      )
    }
  }
  await Promise.all(asks)
  return took
}

/** Time from the navigation until the inbox shows a customer's name, in Chromium; null where that cannot be tried. */
async function firstUsefulPaint(stage: Stage, note: (line: string) => void): Promise<number | null> {
  const executablePath = programs().PALABRE_CHROMIUM
  if (!executablePath || !existsSync(`${root}/agent-app/build/index.html`)) return null
  const { chromium } = await import('playwright-core')
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    const origin = `http://127.0.0.1:${String(stage.hub.port)}`
    const took: number[] = []
    for (const login of stage.agents.slice(0, 5)) {
      const context = await browser.newContext()
      await context.addCookies([{ name: 'palabre_session', value: login.token, url: origin }])
      const page = await context.newPage()
      const at = performance.now()
      await page.goto(`${origin}/inbox`, { waitUntil: 'commit' })
      await page
        .getByText(/Customer \d+/)
        .first()
        .waitFor({ timeout: 15_000 })
      took.push(performance.now() - at)
      await context.close()
    }
    return percentile(took, 0.5)
  } catch (error) {
    note(`the inbox could not be shown: ${String(error).slice(0, 200)}`)
    return null
  } finally {
    await browser.close()
  }
}

/** Reading while a year of work lies in the database and messages come in. */
export async function benchInbox(bench: Bench): Promise<Outcome> {
  const { quick } = bench
  const conversations = quick ? 2000 : 100_000
  const [perSecond, seconds] = quick ? [20, 2] : [100, 20]
  const stage = await openStage(bench, 'inbox', { agents: quick ? 10 : 100, capacity: 50 })
  const pool = openPool(stage.hub.port, 64)
  const flow = await openConversations(stage, pool, stage.agents.length)
  bench.note(
    `filling in ${String(conversations)} conversations, ${String(conversations * messagesEach)} messages`
  )
  const since = performance.now()
  const ids = await fill(stage, conversations, (line) => {
    bench.note(line)
  })
  bench.note(`filled in ${((performance.now() - since) / 1000).toFixed(0)} s`)

  let over = false
  let sent = 0
  const incoming = (async () => {
    const start = performance.now()
    const saying: Promise<void>[] = []
    while (!over) {
      for (const due = ((performance.now() - start) / 1000) * perSecond; sent < due; sent += 1) {
        const { clientId, text } = nextMark()
        saying.push(flow.open[sent % flow.open.length]!.visitor.say(clientId, text))
      }
      await sleep(5)
    }
    await Promise.all(saying)
  })()
  const any = <T>(list: readonly T[]) => list[Math.floor(Math.random() * list.length)]!
  const pages: Record<string, () => [Login, string]> = {
    'inbox of an agent': () => [any(stage.agents), '/api/inbox'],
    'list of an agent': () => [any(stage.agents), '/api/interactions?limit=50'],
    'list of a supervisor': () => [stage.supervisor, '/api/interactions?limit=50'],
    'last 50 messages': () => [any(stage.agents), `/api/conversations/${any(ids)}/messages?limit=50`]
  }
  await readPages(pool, pages, 2, 1)
  const took = await readPages(pool, pages, 10, seconds)
  const paintMs = await firstUsefulPaint(stage, bench.note)
  over = true
  await incoming
  const stored = await stage.db.collection('messages').countDocuments()
  const expected = conversations * messagesEach + flow.open.length + sent
  demand(stored === expected, `${String(stored)} of ${String(expected)} messages are stored`)
  await until(
    'all offers are taken',
    async () => (await stage.db.collection('interactions').countDocuments({ state: 'queued' })) === 0
  )
  const usage = await stage.hub.usage()
  closeConversations(flow)
  pool.close()
  await stage.close()
  const rows: Row[] = [...took].map(([page, times]) => ({
    page,
    reads: String(times.length),
    'p50 ms': percentile(times, 0.5),
    'p99 ms': percentile(times, 0.99),
    'longest ms': Math.max(...times)
  }))
  if (paintMs !== null)
    rows.push({ page: 'first useful paint', reads: '5', 'p50 ms': paintMs, 'p99 ms': '', 'longest ms': '' })
  rows.push({
    page: `hub RSS ${usage.rssMb.toFixed(0)} MB`,
    reads: '',
    'p50 ms': '',
    'p99 ms': '',
    'longest ms': ''
  })
  return {
    rows,
    figures: {
      inboxP99Ms: Math.max(...[...took.values()].map((times) => percentile(times, 0.99))),
      ...(paintMs !== null && { inboxPaintMs: paintMs })
    }
  }
}
