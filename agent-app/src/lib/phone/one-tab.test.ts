import { describe, expect, it } from 'vitest'
import { OneTab, type TabChannel } from './one-tab.ts'

/** Locks of one browser as Web Locks define them, as far as a phone uses them. */
class Locks {
  #holder: { lost: (error: Error) => void } | null = null
  #queue: { grant: () => void; fail: (error: Error) => void }[] = []

  request = ((_name: string, options: LockOptions, run: (lock: Lock | null) => unknown) =>
    new Promise<unknown>((resolve, reject) => {
      const grant = () => {
        const holder = { lost: reject }
        this.#holder = holder
        void Promise.resolve(run({} as Lock)).then((given) => {
          resolve(given)
          if (this.#holder !== holder) return
          this.#holder = null
          this.#queue.shift()?.grant()
        })
      }
      if (options.steal) {
        this.#holder?.lost(new Error('stolen'))
        return grant()
      }
      if (!this.#holder) return grant()
      if (options.ifAvailable) return resolve(run(null))
      const entry = { grant, fail: reject }
      this.#queue.push(entry)
      options.signal?.addEventListener('abort', () => {
        this.#queue = this.#queue.filter((one) => one !== entry)
        reject(new Error('aborted'))
      })
    })) as LockManager['request']
}

function browser() {
  const locks = new Locks()
  const channels: TabChannel[] = []
  const busy = new Set<string>()
  const sleeping = new Set<TabChannel>()
  const tab = (id: string) => {
    const channel: TabChannel = {
      onmessage: null,
      postMessage: (data) => {
        for (const other of channels)
          if (other !== channel && !sleeping.has(other)) other.onmessage?.({ data })
      }
    }
    channels.push(channel)
    const one = new OneTab({
      locks,
      channel,
      id,
      isBusy: () => busy.has(id),
      changed: () => {},
      after: (_ms, run) => {
        const timer = setTimeout(run, 5)
        return () => clearTimeout(timer)
      }
    })
    return Object.assign(one, { sleep: () => void sleeping.add(channel) })
  }
  return { tab, busy }
}
const settle = () => new Promise((later) => setTimeout(later, 2))

describe('the phone among tabs', () => {
  it('is in the first, and known to be there in the second', async () => {
    const { tab } = browser()
    const [a, b] = [tab('a'), tab('b')]
    a.start()
    b.start()
    await settle()
    expect([a.place, b.place]).toEqual(['here', 'elsewhere'])
  })

  it('comes by itself to the tab that has waited longest when its holder goes', async () => {
    const { tab } = browser()
    const [a, b, c] = [tab('a'), tab('b'), tab('c')]
    for (const one of [a, b, c]) {
      one.start()
      await settle()
    }
    a.stop()
    await settle()
    expect([a.place, b.place, c.place]).toEqual(['nowhere', 'here', 'elsewhere'])
  })

  it('is taken over from a tab that does not talk, and can go back', async () => {
    const { tab } = browser()
    const [a, b] = [tab('a'), tab('b')]
    a.start()
    b.start()
    await settle()
    expect(await b.takeOver()).toBe(true)
    await settle()
    expect([a.place, b.place]).toEqual(['elsewhere', 'here'])
    expect(await a.takeOver()).toBe(true)
    await settle()
    expect([a.place, b.place]).toEqual(['here', 'elsewhere'])
  })

  it('is not taken away from a call', async () => {
    const { tab, busy } = browser()
    const [a, b] = [tab('a'), tab('b')]
    a.start()
    b.start()
    await settle()
    busy.add('a')
    expect(await b.takeOver()).toBe(false)
    expect([a.place, b.place]).toEqual(['here', 'elsewhere'])
  })

  it('is taken from a tab that sleeps', async () => {
    const { tab } = browser()
    const [a, b] = [tab('a'), tab('b')]
    a.start()
    b.start()
    await settle()
    a.sleep()
    expect(await b.takeOver()).toBe(true)
    expect(b.place).toBe('here')
  })
})
