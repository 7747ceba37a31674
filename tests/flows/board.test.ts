import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BoardCell, BoardQuarter } from '@palabre/config/contract/board'
import { Interaction } from '@palabre/hub/interactions/interaction.model'
import { Fact } from '@palabre/hub/record/fact.model'
import { startGraph, type Graph } from '../simulators/graph/graph.ts'
import type { GraphNumber } from '../simulators/graph/webhooks.ts'
import { eventually, openHouse, Person, type House } from './house.ts'
import { recordNamed } from './people.ts'

const number: GraphNumber = {
  phoneNumberId: '106540352242922',
  wabaId: '102290129340398',
  display: '221338890000',
  accessToken: 'access-of-the-number',
  appSecret: 'secret of the app 0123456789'
}

/** A screen that shows the floor: the snapshot, and then whatever is told. */
class Screen {
  readonly cells = new Map<string, BoardCell>()
  readonly quarters = new Map<string, BoardQuarter>()
  readonly #person: Person
  #read = 0

  constructor(person: Person) {
    this.#person = person
  }

  async open() {
    await this.#person.listen(undefined, ['board'])
    const from = new Date(Date.now() - 3_600_000).toISOString()
    const { status, body } = await this.#person.get(`/api/board?from=${from}`)
    expect(status, JSON.stringify(body)).toBe(200)
    for (const cell of body.cells as BoardCell[]) this.#take(cell)
    for (const quarter of body.quarters as BoardQuarter[]) this.#add(quarter)
  }

  /** What this screen shows now. */
  total(of: (cell: BoardCell) => number): number {
    for (const { name, payload } of this.#person.heard.slice(this.#read)) {
      if (name === 'board.changed') for (const cell of payload.cells) this.#take(cell)
      if (name === 'quarters.changed') for (const quarter of payload.quarters) this.#add(quarter)
    }
    this.#read = this.#person.heard.length
    return [...this.cells.values()].reduce((sum, cell) => sum + of(cell), 0)
  }

  today(name: string): number {
    this.total(() => 0)
    return [...this.quarters.values()]
      .filter(({ kind }) => kind === 'queue')
      .reduce((sum, { sums }) => sum + (sums[name] ?? 0), 0)
  }

  #take(cell: BoardCell) {
    this.cells.set(`${cell.queueId} ${cell.accountId} ${cell.medium}`, cell)
  }
  #add(quarter: BoardQuarter) {
    if ((this.quarters.get(quarter.id)?.version ?? -1) <= quarter.version)
      this.quarters.set(quarter.id, quarter)
  }
}

describe('the board', () => {
  let house: House
  let graph: Graph
  let boris: Person
  let screen: Screen

  beforeAll(async () => {
    house = await openHouse()
    graph = await startGraph([number])
    const admin = await Person.signIn(house.url, 'admin')
    boris = await Person.signIn(house.url, 'boris')
    const { phoneNumberId, wabaId, accessToken, appSecret } = number
    const { body } = await admin.post('/api/accounts', {
      channel: 'whatsapp',
      name: 'WhatsApp',
      queueId: (await recordNamed(admin, '/api/queues', 'Loans')).id,
      settings: {
        phoneNumberId,
        wabaId,
        accessToken,
        appSecret,
        verifyToken: 'agreed words',
        graphUrl: graph.url
      }
    })
    graph.hook(`${house.url}/hooks/${body.id as string}`)
    screen = new Screen(await Person.signIn(house.url, 'supervisor'))
  }, 60_000)
  afterAll(async () => {
    await graph.stop()
    await house.stop()
  }, 60_000)

  const write = async (n: number) => {
    const text = `Question ${String(n)} for the board`
    await graph.write(number, `2217760000${String(n)}`, { type: 'text', text: { body: text } })
    return text
  }

  it('shows what is there when it is opened, and what happens from then on', async () => {
    await write(10)
    await screen.open()
    expect(screen.total(({ waiting }) => waiting)).toBe(1)
    const text = await write(11)
    await eventually('two to wait', () => screen.total(({ waiting }) => waiting) === 2)
    await boris.ready()
    const works = [await boris.accept(await boris.offer('Question 10 for the board'))]
    works.push(await boris.accept(await boris.offer(text)))
    await eventually('both in hand', () => screen.total(({ active }) => active) === 2)
    expect(screen.total(({ waiting }) => waiting)).toBe(0)
    for (const { id } of works) await boris.close(id)
    await eventually('nothing in hand', () => screen.total(({ active }) => active) === 0)
  })

  it('shows figures of the day that are those of the facts', async () => {
    await eventually('the facts to be counted', () => screen.today('answered') === 2)
    expect(screen.today('arrived')).toBe(2)
    const open = await Interaction.countDocuments({ state: { $ne: 'closed' } })
    expect(screen.total(({ waiting, active, wrapUp }) => waiting + active + wrapUp)).toBe(open)
    const answered = await Fact.countDocuments({ noun: 'interaction', name: 'accepted' })
    expect(screen.today('answered')).toBe(answered)
  })

  it('is shown to nobody who may not see the floor, by REST or by socket', async () => {
    const from = new Date().toISOString()
    expect((await boris.get(`/api/board?from=${from}`)).status).toBe(403)
    await boris.listen(undefined, ['board'])
    await eventually('the refusal', () =>
      boris.frames.some(({ type, topics }) => type === 'refused' && topics?.includes('board'))
    )
  })

  it('refuses a day that is long over', async () => {
    const supervisor = await Person.signIn(house.url, 'supervisor')
    const from = new Date(Date.now() - 3 * 86_400_000).toISOString()
    expect((await supervisor.get(`/api/board?from=${from}`)).status).toBe(400)
    expect((await supervisor.get('/api/board?from=yesterday')).status).toBe(400)
  })
})
