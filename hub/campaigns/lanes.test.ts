import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Lanes } from './lanes.ts'

/** Sends to the domains in turn for so many milliseconds, whenever lanes are open; gives the moments of each. */
function drive(
  lanes: Lanes,
  domains: string[],
  ms: number,
  answer: (domain: string, nth: number) => boolean
) {
  const sent = new Map(domains.map((domain) => [domain, [] as number[]]))
  for (let now = 1_000_000; now < 1_000_000 + ms; now++)
    for (const domain of domains) {
      if (lanes.opensAt(domain) > now) continue
      lanes.leave(domain, now)
      const times = sent.get(domain)!
      times.push(now)
      if (answer(domain, times.length)) lanes.taken(domain)
      else lanes.slow(domain, now)
    }
  return sent
}

describe('lanes', () => {
  it('keep the pace of each domain and of all, however they answer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.boolean()),
        (perSecond, perDomain, count, answers) => {
          const domains = Array.from({ length: count }, (_, i) => `d${String(i)}.example`)
          const sent = drive(
            new Lanes({ perSecond, perDomain }),
            domains,
            3000,
            () => answers.next().value !== false
          )
          const all = [...sent.values()].flat().sort((a, b) => a - b)
          const within = (times: number[], rate: number, credit: number) =>
            times.every((from, i) => {
              const until = times.filter((at) => at >= from && at < from + 1000).length
              return i >= 0 && until <= rate * (1 + credit) + 1
            })
          expect(within(all, perSecond, 0.05)).toBe(true)
          for (const times of sent.values())
            expect(within(times, Math.min(perSecond, perDomain), 0)).toBe(true)
        }
      ),
      { numRuns: 60 }
    )
  })

  it('leave a domain alone from the very mail that it put off', () => {
    const lanes = new Lanes({ perSecond: 1000, perDomain: 100 })
    const sent = drive(lanes, ['slow.example', 'fast.example'], 1500, (domain) => domain === 'fast.example')
    expect(sent.get('slow.example')).toHaveLength(1)
    expect(sent.get('fast.example')!.length).toBeGreaterThan(140)
  })

  it('wait longer each time in a row, and halve the pace', () => {
    const lanes = new Lanes({ perSecond: 100, perDomain: 100 })
    const pauses = [0, 1, 2, 3].map(() => lanes.slow('a.example', 0))
    expect(pauses).toEqual([2000, 4000, 8000, 16_000])
    expect(lanes.rate('a.example')).toBe(100 / 16)
  })

  it('give the pace back mail by mail, never more than was there', () => {
    const lanes = new Lanes({ perSecond: 100, perDomain: 50 })
    lanes.slow('a.example', 0)
    for (let i = 0; i < 10; i++) lanes.taken('a.example')
    expect(lanes.rate('a.example')).toBe(35)
    for (let i = 0; i < 100; i++) lanes.taken('a.example')
    expect(lanes.rate('a.example')).toBe(50)
  })
})
