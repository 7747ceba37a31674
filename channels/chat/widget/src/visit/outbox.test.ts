import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { message, openTab, type FarSocket } from './far-side.ts'

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-11-23T09:00:00Z') }))
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function chatting(store?: ReturnType<typeof openTab>['store']) {
  const tab = openTab(undefined, store)
  await tab.visit.door.open()
  tab.visit.attend()
  tab.socket.accept({ phase: 'active' })
  return tab
}

/** The hub confirms the last message that was sent. */
function confirm(socket: FarSocket, number: number): void {
  const { clientId, text } = socket.of('say').at(-1)!
  socket.tell({ type: 'said', clientId, message: message(number, { clientId, text, mine: true }) })
}

const texts = (socket: FarSocket) => socket.of('say').map(({ text }) => text)

describe('outbox', () => {
  it('shows a message at once, and once only after it was stored', async () => {
    const { visit, socket } = await chatting()
    visit.say('Hello')
    expect(visit.outbox.letters).toMatchObject([{ text: 'Hello' }])
    confirm(socket, 1)
    expect(visit.outbox.letters).toEqual([])
    expect(visit.messages).toMatchObject([{ text: 'Hello', mine: true }])
  })

  it('sends one at a time, in order', async () => {
    const { visit, socket } = await chatting()
    for (const text of ['one', 'two', 'three']) visit.say(text)
    expect(texts(socket)).toEqual(['one'])
    confirm(socket, 1)
    confirm(socket, 2)
    confirm(socket, 3)
    expect(texts(socket)).toEqual(['one', 'two', 'three'])
  })

  it('sends what was written without a line when it is back, under the same id', async () => {
    const tab = await chatting()
    tab.visit.say('in flight')
    const { clientId } = tab.socket.of('say')[0]!
    tab.socket.cut()
    tab.visit.say('written offline')
    await vi.advanceTimersByTimeAsync(1_000)
    tab.socket.accept({ phase: 'active' })
    expect(tab.socket.of('say')).toMatchObject([{ text: 'in flight', clientId }])
    confirm(tab.socket, 1)
    expect(texts(tab.socket)).toEqual(['in flight', 'written offline'])
  })

  it('does not send again what the hub turns out to have', async () => {
    const tab = await chatting()
    tab.visit.say('stored, but the answer was lost')
    const { clientId, text } = tab.socket.of('say')[0]!
    tab.socket.cut()
    await vi.advanceTimersByTimeAsync(1_000)
    tab.socket.accept({ phase: 'active' }, [message(1, { clientId, text, mine: true })])
    expect(texts(tab.socket)).toEqual([])
    expect(tab.visit.outbox.letters).toEqual([])
  })

  it('survives a reload with all it holds', async () => {
    const before = await chatting()
    before.socket.cut()
    before.visit.say('one')
    before.visit.say('two')
    const after = openTab(undefined, before.store)
    await after.visit.door.open()
    after.socket.accept({ phase: 'active' })
    confirm(after.socket, 1)
    expect(texts(after.socket)).toEqual(['one', 'two'])
  })

  it('seeks a new line when the hub stays silent', async () => {
    const tab = await chatting()
    tab.visit.say('Hello?')
    const silent = tab.socket
    await vi.advanceTimersByTimeAsync(12_000)
    expect(tab.socket).not.toBe(silent)
    tab.socket.accept({ phase: 'active' })
    expect(texts(tab.socket)).toEqual(['Hello?'])
  })

  it('keeps a refused message with its reason until the visitor decides', async () => {
    const { visit, socket } = await chatting()
    visit.say('refused')
    visit.say('next')
    const { clientId } = socket.of('say')[0]!
    socket.tell({ type: 'refused', clientId, error: 'not-deliverable', message: '' })
    expect(texts(socket)).toEqual(['refused', 'next'])
    expect(visit.outbox.letters[0]).toMatchObject({ text: 'refused', failure: 'not-deliverable' })
    confirm(socket, 1)
    visit.outbox.retry(clientId)
    expect(socket.of('say').at(-1)).toMatchObject({ text: 'refused', clientId })
    confirm(socket, 2)
    expect(visit.outbox.letters).toEqual([])
  })

  it('waits by itself when it was too fast', async () => {
    const { visit, socket } = await chatting()
    visit.say('too fast')
    const { clientId } = socket.of('say')[0]!
    socket.tell({ type: 'refused', clientId, error: 'too-many-requests', message: '' })
    expect(visit.outbox.letters[0]!.failure).toBeUndefined()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(texts(socket)).toEqual(['too fast', 'too fast'])
  })

  it('carries the answers of the form with the first message', async () => {
    const { visit, socket } = await chatting()
    visit.say('Hello', [], { name: 'Awa', fields: { Topic: 'Cards' } })
    expect(socket.of('say')[0]).toMatchObject({ form: { name: 'Awa', fields: { Topic: 'Cards' } } })
  })

  it("shows another tab's messages, and leaves them to that tab unless it is gone", async () => {
    const tab = await chatting()
    const foreign = {
      clientId: 'f'.repeat(32),
      text: 'elsewhere',
      attachments: [],
      at: Date.now(),
      tab: 'other'
    }
    tab.memory.write(`out:${foreign.clientId}`, foreign)
    tab.hear(`out:${foreign.clientId}`)
    tab.visit.outbox.pump()
    expect(tab.visit.outbox.letters).toMatchObject([{ text: 'elsewhere' }])
    expect(texts(tab.socket)).toEqual([])
    await vi.advanceTimersByTimeAsync(26_000)
    expect(texts(tab.socket)).toEqual(['elsewhere'])
  })

  it('lets go of a message that another tab has sent', async () => {
    const tab = await chatting()
    const foreign = {
      clientId: 'f'.repeat(32),
      text: 'elsewhere',
      attachments: [],
      at: Date.now(),
      tab: 'other'
    }
    tab.memory.write(`out:${foreign.clientId}`, foreign)
    tab.hear(`out:${foreign.clientId}`)
    tab.socket.tell({ type: 'message', message: message(1, { clientId: foreign.clientId, mine: true }) })
    expect(tab.visit.outbox.letters).toEqual([])
    expect(tab.memory.names('out:')).toEqual([])
  })
})
