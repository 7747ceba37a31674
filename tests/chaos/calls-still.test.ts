import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dialects, musicTone, openCallCentre, type CallCentre } from './calls-centre.ts'
import { wrongAfter } from './calls-check.ts'
import { Scene, sounds, voices } from './calls-scene.ts'
import { callSteps } from './calls-steps.ts'
import { soon } from './calls-soon.ts'
import { isBuilt } from './stage.ts'

/** With `PALABRE_CHAOS_CALLS=all`; half a minute each. */
const isLong = process.env['PALABRE_CHAOS_CALLS'] === 'all'
const frozenMs = 20_000
const redisAwayMs = 10_000
const asks = isLong && dialects.postgresql.isInstalled ? (['postgresql'] as const) : []

describe.skipIf(!isBuilt || !isLong)('a call is none the worse', () => {
  let centre: CallCentre
  let turn = 0
  beforeAll(async () => {
    centre = await openCallCentre([...asks])
  }, 180_000)
  afterAll(() => centre.stop(), 60_000)

  async function opened(lines: 'beside it' | 'elsewhere') {
    const { awa, boris, supervisor } = centre
    await Promise.all([awa, boris, supervisor].map((person) => person.presence('offline')))
    await centre.goThrough(null)
    const owner = turn++ % 2
    return { scene: new Scene(centre, owner, lines === 'beside it' ? owner : 1 - owner), owner }
  }

  /** Freezes the owner of the customer's line; the front takes it out, as a load balancer does. */
  async function frozen(owner: number, meanwhile: () => Promise<void>) {
    const thaw = centre.stage.hubs[owner]!.freeze(frozenMs)
    centre.front.prefer(1 - owner)
    await meanwhile()
    await thaw
  }

  const steps = callSteps.filter(({ name, asks: dialect }) => !dialect && !name.includes('wrapped up'))
  describe('when the hub that has the customer’s line stands still for twenty seconds', () => {
    it.each(steps.map((step) => [step.name, step] as const))(
      '%s',
      async (_name, step) => {
        const { scene, owner } = await opened('elsewhere')
        try {
          await step.reach(scene)
          await frozen(owner, () => Promise.resolve())
          await step.goesOn(scene)
          await scene.end()
          expect(await wrongAfter(scene, scene.offersMade)).toEqual([])
        } finally {
          scene.leave()
          await centre.stage.healthy()
        }
      },
      120_000
    )

    it.runIf(asks.length > 0)(
      'while somebody presses a key of a menu',
      async () => {
        const { scene, owner } = await opened('elsewhere')
        await centre.goThrough('postgresql')
        try {
          await scene.ring('+221338000001')
          await scene.hears('Pour vos cartes')
          await frozen(owner, () => {
            // Its answer comes 20 s later, when nobody waits for it any more.
            scene.caller.press('3')
            return Promise.resolve()
          })
          await centre.awa.presence('ready')
          await scene.rings()
          await scene.answer()
          await scene.end()
          expect(await wrongAfter(scene, 1)).toEqual([])
        } finally {
          scene.leave()
          await centre.stage.healthy()
        }
      },
      120_000
    )
  })

  describe('while Redis is away for ten seconds', () => {
    async function away(meanwhile: () => Promise<void>) {
      for (const tap of centre.stage.taps) tap.shut()
      const back = sleep(redisAwayMs).then(() => {
        for (const tap of centre.stage.taps) tap.open()
      })
      await meanwhile()
      await back
      await centre.stage.healthy()
    }

    it('and they go on talking, and it ends for both at once', async () => {
      const { scene } = await opened('elsewhere')
      try {
        await scene.talk()
        await away(async () => {
          await scene.isHeard('awa')
          scene.caller.hangUp()
          await soon('the agent’s line is ended', () => scene.leg('awa').state === 'ended', 6000)
        })
        await scene.end()
        expect(await wrongAfter(scene, 1)).toEqual([])
      } finally {
        scene.leave()
        await centre.stage.healthy()
      }
    }, 90_000)

    it('and who waits hears music, and is offered afterwards', async () => {
      const { scene } = await opened('beside it')
      try {
        await scene.wait()
        await away(() => sounds(scene.caller, musicTone, 'music', 15_000).then(() => undefined))
        await centre.awa.presence('ready')
        await scene.rings()
        await scene.answer()
        await scene.end()
        expect(await wrongAfter(scene, 1)).toEqual([])
      } finally {
        scene.leave()
        await centre.stage.healthy()
      }
    }, 90_000)

    it('and somebody who calls hears music and is not lost', async () => {
      const { scene } = await opened('beside it')
      try {
        await away(() => scene.wait())
        await centre.awa.presence('ready')
        await scene.rings()
        await scene.answer()
        await sounds(scene.caller, voices.awa, 'awa')
        await scene.end()
        expect(await wrongAfter(scene, 1)).toEqual([])
      } finally {
        scene.leave()
        await centre.stage.healthy()
      }
    }, 90_000)
  })

  describe('when the hub dies in the middle of a sentence to the media server', () => {
    /** Whatever was sent to it is not answered any more: its process stands still, and then it is gone. */
    async function struck(owner: number, meanwhile: () => Promise<void>) {
      const hub = centre.stage.hubs[owner]!
      const thaw = hub.freeze(1500)
      await meanwhile()
      hub.kill()
      centre.front.prefer(1 - owner)
      await thaw
    }

    it('a new call that it had not answered yet', async () => {
      const { scene, owner } = await opened('beside it')
      try {
        await struck(owner, async () => {
          centre.front.prefer(owner)
          const ringing = scene.ring()
          await sleep(700)
          void ringing.catch(() => undefined)
        })
        await sounds(scene.caller, musicTone, 'music', 15_000)
        await centre.awa.presence('ready')
        await scene.rings()
        await scene.answer()
        await scene.end()
        expect(await wrongAfter(scene, 1)).toEqual([])
      } finally {
        scene.leave()
        await centre.stage.healthy()
      }
    }, 90_000)

    it('an agent’s answer that it had not taken in yet', async () => {
      const { scene, owner } = await opened('beside it')
      try {
        await scene.offered()
        await struck(owner, async () => {
          centre.awa.phone.answer()
          scene.leg('awa').hum(voices.awa)
          await sleep(700)
        })
        scene.holder = centre.awa
        await centre.awa.shows(scene.id, 'active')
        await scene.isHeard('awa')
        await scene.end()
        expect(await wrongAfter(scene, 1)).toEqual([])
      } finally {
        scene.leave()
        await centre.stage.healthy()
      }
    }, 90_000)

    it('the question for more music', async () => {
      const { scene, owner } = await opened('beside it')
      try {
        await scene.wait()
        // Longer than a task is doubted by its age alone.
        await sleep(16_000)
        await struck(owner, () => sleep(1400))
        await sleep(500)
        await sounds(scene.caller, musicTone, 'music', 10_000)
        await centre.awa.presence('ready')
        await scene.rings()
        await scene.answer()
        await scene.hold(true)
        await sleep(16_000)
        const next = 1 - owner
        await struck(next, () => sleep(1400))
        await sleep(500)
        await sounds(scene.caller, musicTone, 'music on hold', 8000)
        await scene.hold(false)
        await scene.end()
        expect(await wrongAfter(scene, 1)).toEqual([])
      } finally {
        scene.leave()
        await centre.stage.healthy()
      }
    }, 120_000)

    it('a customer who hangs up while nobody hears it', async () => {
      const { scene, owner } = await opened('elsewhere')
      try {
        await scene.talk()
        await struck(owner, async () => {
          scene.caller.hangUp()
          await sleep(700)
        })
        // The media server is asked after a minute.
        await soon(
          'the end of the call',
          async () => (await centre.awa.callOf(scene.id))?.state === 'ended',
          100_000
        )
        await scene.end()
        expect(await wrongAfter(scene, 1)).toEqual([])
      } finally {
        scene.leave()
        await centre.stage.healthy()
      }
    }, 150_000)
  })
})
