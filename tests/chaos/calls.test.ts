import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCallCentre, type CallCentre } from './calls-centre.ts'
import { wrongAfter } from './calls-check.ts'
import { Scene } from './calls-scene.ts'
import { callSteps } from './calls-steps.ts'
import { isBuilt } from './stage.ts'

/** `PALABRE_CHAOS_CALLS=all npm test -- tests/chaos/calls` strikes every step, in every way. */
const isLong = process.env['PALABRE_CHAOS_CALLS'] === 'all'
const shortForm = ['while a menu waits', 'while it waits', 'as the agent answers', 'while a colleague']
const steps = callSteps.filter(({ name }) => isLong || shortForm.some((words) => name.startsWith(words)))
const asks = [...new Set(steps.flatMap((step) => step.asks ?? []))]

/** Where the lines are of those who were called: with the customer's, or at the hub that is left. */
const places = isLong ? (['beside it', 'elsewhere'] as const) : (['beside it'] as const)

describe.skipIf(!isBuilt)('a call goes on at the other hub', () => {
  let centre: CallCentre
  let turn = 0
  beforeAll(async () => {
    centre = await openCallCentre(asks)
  }, 180_000)
  afterAll(() => centre.stop(), 60_000)

  describe.each(places)(
    'when the hub is killed that has the customer’s line, the others’ being %s',
    (place) => {
      it.each(steps.map((step) => [step.name, step] as const))(
        '%s',
        async (_name, step) => {
          const { stage, front, awa, boris, supervisor } = centre
          await Promise.all([awa, boris, supervisor].map((person) => person.presence('offline')))
          await centre.goThrough(step.asks ?? null)
          const owner = turn++ % 2
          const scene = new Scene(centre, owner, place === 'beside it' ? owner : 1 - owner)
          try {
            await step.reach(scene)
            stage.hubs[owner]!.kill()
            front.prefer(1 - owner)
            await step.goesOn(scene)
            await scene.end()
            expect(await wrongAfter(scene, 1)).toEqual([])
          } finally {
            scene.leave()
            await stage.healthy()
          }
        },
        90_000
      )
    }
  )
})
