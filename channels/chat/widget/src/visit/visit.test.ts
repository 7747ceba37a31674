import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FarSocket, message, openTab, standing } from './far-side.ts'

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-11-23T09:00:00Z') }))
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function chatting(messages = [message(1)]) {
  const tab = openTab()
  await tab.visit.door.open()
  tab.visit.attend()
  tab.socket.accept({ phase: 'active', agentName: 'Fatou' }, messages)
  return tab
}

describe('coming in', () => {
  it('keeps the token and shows it at the next page', async () => {
    const first = openTab()
    await first.visit.door.open()
    const second = openTab(undefined, first.store)
    await second.visit.door.open()
    expect(second.opened).toEqual([{ token: 'token-1' }])
  })

  it('begins anew when the hub does not know the token any more', async () => {
    const before = openTab()
    await before.visit.door.open()
    const tab = openTab(
      ({ token }) =>
        token
          ? [401, { error: 'visitor-rejected' }]
          : { token: 'token-2', appearance: {}, state: standing, messages: [] },
      before.store
    )
    await tab.visit.door.open()
    expect(tab.opened).toEqual([{ token: 'token-1' }, {}])
    expect(tab.visit.token).toBe('token-2')
  })

  it('goes on trying while the hub is away, and says so', async () => {
    let isAway = true
    const tab = openTab(() =>
      isAway ? new TypeError('no route') : { token: 't', appearance: {}, state: standing, messages: [] }
    )
    await tab.visit.door.open()
    expect(tab.visit.door.trouble).toBe('unreachable')
    expect(tab.visit.door.isShut).toBe(false)
    isAway = false
    await vi.advanceTimersByTimeAsync(2_000)
    expect(tab.visit.door.trouble).toBeNull()
    expect(tab.visit.state?.phase).toBe('new')
  })

  it('stays away for good from a page that the hub does not admit', async () => {
    const tab = openTab(() => [403, { error: 'wrong-origin' }])
    await expect(tab.visit.door.open()).rejects.toMatchObject({ error: 'wrong-origin' })
    await vi.advanceTimersByTimeAsync(300_000)
    expect(tab.visit.door.isShut).toBe(true)
    expect(tab.opened).toHaveLength(1)
  })

  it('holds no line for somebody who only passes by', async () => {
    const tab = openTab()
    await tab.visit.door.open()
    expect(FarSocket.all).toHaveLength(0)
  })

  it('holds the line at once when a chat is under way', async () => {
    const tab = openTab(() => ({
      token: 't',
      appearance: {},
      state: { ...standing, phase: 'queued' },
      messages: []
    }))
    await tab.visit.door.open()
    expect(tab.socket.url).toBe('wss://hub.example/api/visitor/a1b2c3d4e5f6a1b2c3d4e5f6/live')
  })

  it('shows nothing of one visitor to the next who is identified', async () => {
    const tab = openTab(({ token = 'anonymous', identity }) => ({
      token: identity ? 'known' : token,
      appearance: {},
      state: standing,
      messages: identity ? [] : [message(1, { text: 'of the first' })]
    }))
    await tab.visit.door.open()
    expect(tab.visit.messages).toHaveLength(1)
    await tab.visit.identify({ id: '7', issuedAt: 1, signature: 's' })
    expect(tab.visit.messages).toHaveLength(0)
    expect(tab.visit.token).toBe('known')
  })

  it('tells the page that a claim was not believed, and goes on as before', async () => {
    const tab = openTab(({ token = 't', identity }) =>
      identity
        ? [401, { error: 'visitor-rejected' }]
        : { token, appearance: {}, state: standing, messages: [] }
    )
    await tab.visit.door.open()
    const identifying = tab.visit.identify({ id: '7', issuedAt: 1, signature: 'forged' })
    await expect(identifying).rejects.toMatchObject({ error: 'visitor-rejected' })
    expect(tab.visit.token).toBe('t')
    expect(tab.visit.door.isShut).toBe(false)
  })

  it('forgets everything when the visitor logs out of the site', async () => {
    let count = 0
    const tab = openTab(({ token = `t${++count}` }) => ({
      token,
      appearance: {},
      state: standing,
      messages: []
    }))
    await tab.visit.door.open()
    tab.visit.draft.text = 'secret'
    tab.visit.draft.keep()
    await tab.visit.forget()
    expect(tab.visit.token).toBe('t2')
    expect(tab.visit.draft.text).toBe('')
    expect(JSON.stringify(tab.memory.names())).not.toContain('draft')
  })

  it('follows another tab that has come in as somebody else', async () => {
    const tab = openTab()
    await tab.visit.door.open()
    tab.memory.write('visitor', { token: 'token-of-the-other-tab', who: 'other' })
    tab.hear('visitor')
    await vi.advanceTimersByTimeAsync(0)
    expect(tab.visit.token).toBe('token-of-the-other-tab')
    expect(tab.opened.at(-1)).toEqual({ token: 'token-of-the-other-tab' })
  })

  it('takes a renewed token of another tab without a stir', async () => {
    const tab = await chatting()
    const { who } = tab.memory.read<{ who: string }>('visitor')!
    tab.memory.write('visitor', { token: 'renewed', who })
    tab.hear('visitor')
    await vi.advanceTimersByTimeAsync(0)
    expect(tab.visit.token).toBe('renewed')
    expect(tab.opened).toHaveLength(1)
    expect(tab.visit.messages).toHaveLength(1)
    expect(tab.visit.line).toBe('live')
  })

  it('is not thrown out of the chat when the same person is identified again', async () => {
    let count = 0
    const tab = openTab(() => ({
      token: `t${++count}`,
      appearance: {},
      state: standing,
      messages: [message(1)]
    }))
    const claim = { id: '7', issuedAt: 1, signature: 's' }
    await tab.visit.identify(claim)
    tab.visit.attend()
    tab.socket.accept({ phase: 'active' }, [message(1)])
    await tab.visit.identify({ ...claim, issuedAt: 2 })
    expect(FarSocket.all).toHaveLength(1)
    expect(tab.visit.line).toBe('live')
  })

  it('brings a claim to the hub as soon as it is back', async () => {
    let isAway = true
    const tab = openTab(({ identity }) =>
      isAway
        ? new TypeError('no route')
        : { token: identity ? 'known' : 'anonymous', appearance: {}, state: standing, messages: [] }
    )
    const identifying = tab.visit.identify({ id: '7', issuedAt: 1, signature: 's' })
    await expect(identifying).rejects.toMatchObject({ error: 'unreachable' })
    isAway = false
    await vi.advanceTimersByTimeAsync(2_000)
    expect(tab.visit.token).toBe('known')
  })

  it('lets openings follow each other, so that an identity has the last word', async () => {
    const tab = openTab(({ identity }) => ({
      token: identity ? 'known' : 'anonymous',
      appearance: {},
      state: standing,
      messages: []
    }))
    await Promise.all([tab.visit.door.open(), tab.visit.identify({ id: '7', issuedAt: 1, signature: 's' })])
    expect(tab.visit.token).toBe('known')
    expect(tab.opened).toMatchObject([{}, { token: 'anonymous', identity: { id: '7' } }])
  })
})

describe('what the hub says', () => {
  it('orders messages by time and id, and keeps the newest state of each', async () => {
    const { visit, socket } = await chatting([message(2), message(1)])
    socket.tell({ type: 'message', message: message(2, { state: 'read' }) })
    expect(visit.messages.map(({ text, state }) => `${text} ${state}`)).toEqual([
      'message 1 sent',
      'message 2 read'
    ])
  })

  it('keeps older messages that a reconnect does not bring again', async () => {
    const tab = await chatting([message(1), message(2)])
    tab.socket.cut()
    await vi.advanceTimersByTimeAsync(1_000)
    tab.socket.accept({ phase: 'active' }, [message(2), message(3)])
    expect(tab.visit.messages).toHaveLength(3)
  })

  it('shows typing until a message comes, or it fades', async () => {
    const { visit, socket } = await chatting()
    socket.tell({ type: 'typing', on: true, name: 'Fatou' })
    expect(visit.typing.theirs).toBe('Fatou')
    socket.tell({ type: 'message', message: message(2) })
    expect(visit.typing.theirs).toBeNull()
    socket.tell({ type: 'typing', on: true, name: 'Fatou' })
    await vi.advanceTimersByTimeAsync(8_000)
    expect(visit.typing.theirs).toBeNull()
  })

  it('comes in again when the line is refused for its token', async () => {
    const tab = await chatting()
    tab.socket.tell({ type: 'refused', clientId: null, error: 'visitor-rejected', message: '' })
    await vi.advanceTimersByTimeAsync(0)
    expect(tab.opened).toHaveLength(2)
    expect(FarSocket.all).toHaveLength(2)
  })
})

describe('what the visitor does', () => {
  it('says typing once in three seconds, and that it stopped', async () => {
    const { visit, socket } = await chatting()
    for (let key = 0; key < 20; key++) visit.typing.keyed()
    expect(socket.of('typing')).toEqual([{ type: 'typing', on: true }])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(socket.of('typing').at(-1)).toEqual({ type: 'typing', on: false })
  })

  it('tells once that a message was delivered, and once that it was read', async () => {
    const { visit, socket } = await chatting([])
    socket.tell({ type: 'message', message: message(5) })
    visit.reading.notice()
    expect(socket.of('seen')).toEqual([{ type: 'seen', messageId: message(5).id, read: false }])
    expect(visit.reading.unread).toBe(1)
    visit.reading.look(true)
    visit.reading.notice()
    expect(socket.of('seen')).toHaveLength(2)
    expect(socket.of('seen')[1]).toMatchObject({ read: true })
    expect(visit.reading.unread).toBe(0)
  })

  it('counts as read what another tab has read', async () => {
    const { visit, memory, hear } = await chatting([message(1), message(2)])
    expect(visit.reading.unread).toBe(2)
    memory.write('read', message(1).id)
    hear('read')
    expect(visit.reading.unread).toBe(1)
  })

  it('ends the chat even when the line is down at that moment', async () => {
    const tab = await chatting()
    tab.socket.cut()
    tab.visit.end()
    await vi.advanceTimersByTimeAsync(1_000)
    tab.socket.accept({ phase: 'active' })
    expect(tab.socket.of('end')).toHaveLength(1)
    tab.socket.tell({ type: 'state', state: { ...standing, phase: 'ended' } })
    tab.socket.cut()
    await vi.advanceTimersByTimeAsync(2_000)
    tab.socket.accept({ phase: 'ended' })
    expect(tab.socket.of('end')).toHaveLength(0)
  })

  it('finds its words in the form for closed hours when these began meanwhile', async () => {
    let phase = 'new'
    const tab = openTab(() => ({ token: 't', appearance: {}, state: { ...standing, phase }, messages: [] }))
    await tab.visit.door.open()
    tab.visit.attend()
    tab.socket.accept()
    tab.visit.say('Is anybody there?')
    const { clientId } = tab.socket.of('say')[0]!
    phase = 'closed-now'
    tab.socket.tell({ type: 'refused', clientId, error: 'outside-hours', message: '' })
    await vi.advanceTimersByTimeAsync(0)
    expect(tab.visit.draft.text).toBe('Is anybody there?')
    expect(tab.visit.outbox.letters).toEqual([])
  })

  it('leaves out a comment of nothing but blanks', async () => {
    const { visit, socket } = await chatting()
    visit.rate(4, '  ')
    visit.rate(5, ' Thank you ')
    expect(socket.of('rate')).toEqual([
      { type: 'rate', score: 4 },
      { type: 'rate', score: 5, comment: 'Thank you' }
    ])
  })

  it('begins another chat after the last one was put away', async () => {
    const { visit, socket } = await chatting()
    socket.tell({ type: 'state', state: { ...standing, phase: 'ended' } })
    visit.isAnew = true
    visit.say('One more thing')
    socket.tell({ type: 'state', state: { ...standing, phase: 'queued', position: 1 } })
    expect(visit.isAnew).toBe(false)
    expect(visit.isBegun).toBe(true)
  })

  it('keeps a half-written message over a reload', async () => {
    const tab = await chatting()
    tab.visit.draft.text = 'Half a sen'
    tab.visit.draft.changed()
    await vi.advanceTimersByTimeAsync(300)
    expect(openTab(undefined, tab.store).visit.draft.text).toBe('Half a sen')
  })
})
