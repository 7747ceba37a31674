import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Person, Visitor, chatAccount, clientId, eventually, openHouse, type House } from './house.ts'

let house: House
let accountId: string
let awa: Person

beforeAll(async () => {
  house = await openHouse()
  accountId = await chatAccount(house.url)
  awa = await Person.signIn(house.url, 'awa')
  await awa.ready()
})
afterAll(() => house.stop())

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Another browser of hers, which comes back after `since`. */
async function back(since: string | undefined, topics: string[] = []): Promise<Person> {
  const person = new Person(house.url)
  person.headers = awa.headers
  await person.listen(since, topics)
  return person
}
const textsOf = (person: Person) =>
  person.heard.flatMap((event) => (event.name === 'message.changed' ? [event.payload.message.text] : []))
const seqsOf = (person: Person) => person.heard.flatMap(({ seq }) => (seq === null ? [] : [seq]))
const head = () => house.hub.stream.head()
const settled = async () => {
  await house.hub.stream.settle()
  await pause(100)
}

async function chat(text: string) {
  const visitor = await new Visitor(house.url, accountId).connect()
  await visitor.say(text)
  const interaction = await awa.accept(await awa.offer(text))
  return { visitor, interaction, end: () => awa.close(interaction.id) }
}
const isRising = (seqs: string[]) => seqs.every((seq, i) => i === 0 || compare(seqs[i - 1]!, seq) < 0)
const compare = (a: string, b: string) => {
  const [aMs = 0, aN = 0] = a.split('-').map(Number)
  const [bMs = 0, bN = 0] = b.split('-').map(Number)
  return aMs - bMs || aN - bN
}

describe('a socket that comes back', () => {
  it('is told exactly what it missed, once and in order', async () => {
    const { visitor, interaction, end } = await chat('before the tunnel')
    const person = await back(undefined)
    await visitor.say('heard')
    await eventually('heard', () => textsOf(person).includes('heard'))
    await settled()
    const since = seqsOf(person).at(-1)
    person.leave()
    const missed = Array.from({ length: 12 }, (_, i) => `missed ${String(i)}`)
    for (const text of missed) await visitor.say(text)
    await settled()
    const again = await back(since)
    expect(again.frames.map(({ type }) => type)).toEqual(['ready'])
    expect(textsOf(again)).toEqual(missed)
    expect(isRising(seqsOf(again))).toBe(true)
    expect(seqsOf(again)).not.toContain(since)
    await visitor.say('and on')
    await eventually('and on', () => textsOf(again).includes('and on'))
    await settled()
    expect(textsOf(again)).toEqual([...missed, 'and on'])
    again.leave()
    await end()
    visitor.leave()
    expect(interaction.state).toBe('active')
  })

  it('misses and repeats nothing while it comes back in the middle of a storm', async () => {
    const { visitor, end } = await chat('before the storm')
    await settled()
    const since = head()
    const total = 60
    let said = 0
    const storm = (async () => {
      for (; said < total; said++) {
        await visitor.say(`storm ${String(said)}`)
        // The customer's client may send twenty frames a second.
        await pause(52)
      }
    })()
    const people: Person[] = []
    while (said < total - 5) {
      people.push(await back(since))
      await pause(30)
    }
    await storm
    await settled()
    const expected = Array.from({ length: total }, (_, i) => `storm ${String(i)}`)
    for (const person of people) {
      expect(textsOf(person)).toEqual(expected)
      expect(isRising(seqsOf(person))).toBe(true)
      person.leave()
    }
    expect(people.length).toBeGreaterThan(20)
    await end()
    visitor.leave()
  }, 30_000)

  it('hears what its topics missed, and of others nothing', async () => {
    const { visitor, interaction, end } = await chat('watched by boris')
    const boris = await Person.signIn(house.url, 'boris')
    await settled()
    const since = head()
    await visitor.say('while away')
    await settled()
    await boris.listen(since, [`interaction:${interaction.id}`])
    expect(textsOf(boris)).toEqual(['while away'])
    boris.leave()
    const other = await Person.signIn(house.url, 'boris')
    await other.listen(since)
    expect(textsOf(other)).toEqual([])
    other.leave()
    await end()
    visitor.leave()
  })

  it('is told to read again when what it missed is gone, too much, or never was', async () => {
    for (const since of ['1-0', '1700000000000-0', '9999999999999-0', 'rubbish', '-', '0'])
      expect(
        (await back(since)).frames.map(({ type }) => type),
        since
      ).toEqual(['resync'])
    await settled()
    const since = head()
    const { hub } = house
    const userId = awa.me.user.id as string
    for (let i = 0; i < 2100; i++)
      hub.stream.publish({ name: 'user.changed', payload: { userId }, topics: ['nobody'] })
    await settled()
    await eventually('the reader', async () => {
      const seq = head()
      await pause(100)
      return seq === head()
    })
    const late = await back(since)
    expect(late.frames.map(({ type }) => type)).toEqual(['resync'])
    expect(compare(late.frames[0]?.seq ?? '', since)).toBeGreaterThan(0)
    const next = await back(late.frames[0]?.seq ?? undefined)
    expect(next.frames.map(({ type }) => type)).toEqual(['ready'])
    expect(next.heard).toEqual([])
  }, 30_000)

  it('is not told who was typing meanwhile', async () => {
    const { visitor, interaction, end } = await chat('typing is of the moment')
    const here = await back(undefined, [`interaction:${interaction.id}`])
    await settled()
    const since = head()
    visitor.write({ type: 'typing', on: true })
    await eventually('typing', () => here.heard.find(({ name }) => name === 'typing.changed'))
    await visitor.say('typed')
    await settled()
    const again = await back(since, [`interaction:${interaction.id}`])
    expect(textsOf(again)).toEqual(['typed'])
    expect(again.heard.map(({ name }) => name)).not.toContain('typing.changed')
    for (const person of [here, again]) person.leave()
    await end()
    visitor.leave()
  })

  it('may ask for the same message twice and stores it once', async () => {
    const { visitor, interaction, end } = await chat('sent twice')
    const body = { clientId: clientId(), text: 'once' }
    const [one, two] = await Promise.all([
      awa.post(`/api/interactions/${interaction.id}/messages`, body),
      awa.post(`/api/interactions/${interaction.id}/messages`, body)
    ])
    expect(one.body.id).toBe(two.body.id)
    await end()
    visitor.leave()
  })

  it('answers ping, and stops hearing what it does not watch any more', async () => {
    const { visitor, interaction, end } = await chat('unwatched')
    const boris = await Person.signIn(house.url, 'boris')
    await boris.listen(undefined, [`interaction:${interaction.id}`, 'floor'])
    boris.socket?.send('{"type":"ping"}')
    await eventually('pong', () => boris.frames.find(({ type }) => type === 'pong'))
    await visitor.say('watched')
    await eventually('watched', () => textsOf(boris).includes('watched'))
    boris.socket?.send(
      JSON.stringify({ type: 'unwatch', topics: [`interaction:${interaction.id}`, 'floor'] })
    )
    boris.socket?.send('{"type":"ping"}')
    await eventually('pong', () => boris.frames.filter(({ type }) => type === 'pong').length === 2)
    const heard = boris.heard.length
    await visitor.say('unwatched now')
    await end()
    await settled()
    const queueOnly = boris.heard.slice(heard).filter(({ name }) => name !== 'user.changed')
    expect(queueOnly).toEqual([])
    boris.leave()
    visitor.leave()
  })
})
