import verbSpecifications from '@jambonz/verb-specifications'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LineEvent, Step } from '../call.ts'
import { pause, standInDesk, startWire, until, type Wire } from './fixtures/wire.ts'

let wire: Wire
beforeAll(async () => {
  wire = await startWire()
})
afterAll(() => wire.close())

const answerMs = 40

/** What the hub does with one event. */
const answers = fc.record({
  ms: fc.integer({ min: 0, max: answerMs * 2 }),
  how: fc.constantFrom('steps', 'steps', 'nothing', 'rejects', 'throws', 'invalid', 'huge', 'never')
})

const frames = fc.constantFrom(
  { type: 'session:new', hook: undefined },
  { type: 'session:reconnect', hook: undefined },
  { type: 'session:adulting', hook: undefined },
  { type: 'verb:hook', hook: '/result/asked/q.1/other.1/last' },
  { type: 'verb:hook', hook: '/result/left/q.2/other.1/more' },
  { type: 'verb:hook', hook: '/waiting/q.3/other.1/1700000000' },
  { type: 'verb:hook', hook: '/room/c-1' },
  { type: 'verb:hook', hook: '/not/ours' },
  { type: 'dial:confirm', hook: '/confirm' },
  { type: 'session:redirect', hook: '/child' },
  { type: 'unheard:of', hook: undefined }
)

const plans = fc.record({
  frames: fc.array(fc.tuple(frames, fc.integer({ min: 0, max: 8 })), { minLength: 1, maxLength: 12 }),
  answers: fc.array(answers, { minLength: 1, maxLength: 12 }),
  /** Before which frame the hub moves the party, drains, or the socket breaks. */
  moves: fc.array(fc.nat(12), { maxLength: 2 })
})

const steps = (event: LineEvent): Step[] =>
  event.kind === 'waiting'
    ? [{ kind: 'prompt', prompts: [{ kind: 'say', text: 'Soon' }] }]
    : [{ kind: 'ask', id: 'q.1', prompts: [], digits: { min: 1, max: 2 }, seconds: 3 }, { kind: 'hangUp' }]

const taken = async (event: LineEvent, { ms, how }: { ms: number; how: string }): Promise<Step[]> => {
  if (how === 'throws') throw new Error('At once')
  await pause(ms)
  switch (how) {
    case 'nothing':
      return []
    case 'rejects':
      throw new Error('The store is away')
    case 'invalid':
      return [{ kind: 'wait', id: 'c.0', room: 'no room; at all' }]
    case 'huge':
      return [{ kind: 'prompt', prompts: [{ kind: 'say', text: 'é'.repeat(13_000) }] }]
    case 'never':
      return new Promise<Step[]>(() => undefined)
    default:
      return steps(event)
  }
}

describe('whatever the hub does, and when', () => {
  it('every frame that waits for an answer gets exactly one, valid, under its own id', async () => {
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        let asked = 0
        const desk = standInDesk((event) => taken(event, plan.answers[asked++ % plan.answers.length]!))
        const { jambonz, line } = await wire.open(desk, { pace: { answerMs, waitingMs: 0 } })
        const ids: { id: string; type: string }[] = []
        for (const [at, [{ type, hook }, ms]] of plan.frames.entries()) {
          if (plan.moves.includes(at) && line.partyId !== null)
            line.tell({ kind: 'do', steps: steps({ kind: 'returned', arrival: null }) })
          ids.push({
            type,
            id: jambonz.say(type, { direction: 'inbound', digits: '1', reason: 'dtmfDetected' }, hook)
          })
          await pause(ms)
        }
        await until(() => ids.every(({ id }) => jambonz.acksOf(id).length > 0))
        // What comes too late must not be answered a second time.
        await pause(answerMs * 2 + 20)
        for (const { id, type } of ids) {
          const acks = jambonz.acksOf(id)
          expect(acks).toHaveLength(1)
          verbSpecifications.validate({ info: () => undefined }, acks[0]!.data)
          // jambonz declines a call that is answered with nothing.
          if (type.startsWith('session:') && type !== 'session:redirect')
            expect(acks[0]!.data).not.toEqual([])
        }
        expect(jambonz.acks).toHaveLength(ids.length)
        for (const { command, data } of jambonz.commands) {
          expect(command).toBe('redirect')
          verbSpecifications.validate({ info: () => undefined }, data as object[])
        }
        expect(jambonz.closed).toBeNull()
        jambonz.close()
      }),
      { numRuns: 40 }
    )
  }, 60_000)

  it('asks the hub in the order in which the frames came', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(answers, { minLength: 2, maxLength: 12 }), async (plan) => {
        let asked = 0
        const desk = standInDesk((event) => taken(event, plan[asked++ % plan.length]!))
        const { jambonz } = await wire.open(desk, { pace: { answerMs } })
        jambonz.say('session:reconnect')
        const rooms = plan.map((_, at) => `room-${at}`)
        for (const room of rooms) jambonz.say('verb:hook', { event: 'join' }, `/room/${room}`)
        await until(() => desk.kinds().filter((kind) => kind === 'room').length === rooms.length)
        expect(desk.events.flatMap((event) => (event.kind === 'room' ? [event.room] : []))).toEqual(rooms)
        jambonz.close()
      }),
      { numRuns: 15 }
    )
  }, 60_000)
})
