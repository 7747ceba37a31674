import type { Recording as RecordingWire } from '@palabre/config/contract/recording'
import { Call, type CallDoc } from '@palabre/hub/calls/call.model'
import { Recording, Segment } from '@palabre/hub/recordings/recording.model'
import { wavOf } from '../flows/wav.ts'
import { goertzel } from '../simulators/jambonz/audio/goertzel.ts'
import { rate } from '../simulators/jambonz/audio/pcm.ts'
import { dialects, musicTone, type Dialect } from './calls-centre.ts'
import { voices, sounds, type Scene } from './calls-scene.ts'
import { soon } from './calls-soon.ts'

/** A step of a call in whose middle something is struck. */
export interface CallStep {
  name: string
  /** The database that its flow asks. */
  asks?: Dialect
  /** Brings the call there. */
  reach(scene: Scene): Promise<void>
  /** How the step is completed, by people who know nothing of what was struck. */
  goesOn(scene: Scene): Promise<void>
}

const known = '+221338000001'
const docOf = async ({ caller }: Scene) =>
  (await Call.findOne({
    'parties.partyId': { $eq: caller.callSid, $type: 'string' }
  }).lean()) as CallDoc | null

/** From the menu of the flow to an agent. */
async function throughMenu(scene: Scene) {
  scene.caller.press('3')
  await scene.centre.awa.presence('ready')
  await scene.rings()
  await scene.answer()
}

const lookUp = (dialect: Dialect): CallStep => ({
  name: `while a ${dialect} database is asked`,
  asks: dialect,
  async reach(scene) {
    await scene.centre.databases[dialect]!.freeze()
    const { front, jambonz } = scene.centre
    front.prefer(scene.owner)
    scene.caller = jambonz.call({ from: known, to: '+221338000000' })
    scene.caller.hum(voices.customer)
    await soon('the look-up', async () => (await docOf(scene))?.flow?.awaits === null)
    front.prefer(scene.later)
  },
  async goesOn(scene) {
    await scene.centre.databases[dialect]!.thaw()
    await scene.hears('Bonjour Aminata Ndiaye.')
    await scene.hears('Pour vos cartes')
    await throughMenu(scene)
    const call = await scene.centre.awa.call(scene.id)
    const found = call.findings.find(({ label }) => label === 'Client')?.value
    if (found !== 'Aminata Ndiaye') throw new Error(`the agent is shown ${JSON.stringify(call.findings)}`)
  }
})

/** Recordings of the call, as a supervisor is told of them. */
const recordingsOf = async ({ centre, id }: Scene) =>
  ((await centre.supervisor.do('GET', `/api/interactions/${id}/recordings`)) as { items: RecordingWire[] })
    .items

/** Sound is kept that was said now or later. */
async function keepsRecording(scene: Scene) {
  const { _id, startedAt } = (await Recording.findOne({ interactionId: scene.id }).lean())!
  const now = Date.now() - startedAt.getTime()
  await soon(
    'sound that is kept',
    async () => {
      const last = await Segment.findOne({ recordingId: _id }).sort({ from: -1 }).lean()
      return last !== null && ((last.from + last.frames) * 1000) / rate > now
    },
    20_000
  )
}

/** It is one, whole but for what the strike cost, and both were heard before and after. */
async function isKept(scene: Scene) {
  const kept = await soon(
    'the recording',
    async () => {
      const all = await recordingsOf(scene)
      if (all.length !== 1) throw new Error(`${String(all.length)} recordings`)
      return all[0]?.state === 'kept' ? all[0] : null
    },
    40_000
  )
  const wav = wavOf(await scene.centre.supervisor.download(`/api/recordings/${kept.id}/sound`))
  const isSound = (channel: number, hertz: number, fromMs: number, toMs: number) =>
    goertzel(wav.channel(channel, fromMs, toMs), hertz) > 0.8
  const [gap, ...more] = kept.gaps
  // The sound comes to the hub of the later lines: another one's end costs nothing of it.
  const isStruck = scene.later === scene.owner
  if (more.length > 0 || (isStruck && !gap) || (gap && gap.why !== 'missing'))
    throw new Error(`the recording lacks ${JSON.stringify(kept.gaps)}`)
  const before = gap ? gap.fromMs - 100 : wav.ms / 2
  const after = gap ? gap.toMs! + 100 : wav.ms / 2
  for (const [channel, hertz] of [
    [0, voices.customer],
    [1, voices.awa]
  ] as const)
    if (!isSound(channel, hertz, before - 1000, before) || !isSound(channel, hertz, after, after + 1000))
      throw new Error(
        `side ${String(channel)} is not heard, of ${String(wav.ms)} ms, but ${JSON.stringify(gap)}`
      )
}

const someDialect = dialects.postgresql.isInstalled ? 'postgresql' : 'mysql'

/** Every step; one more is one more entry. The first words of its name are how the short form chooses it. */
export const callSteps: CallStep[] = [
  ...(['postgresql', 'mysql'] as const).filter((dialect) => dialects[dialect].isInstalled).map(lookUp),
  ...(dialects[someDialect].isInstalled
    ? [
        {
          name: 'while a menu waits for a key',
          asks: someDialect,
          async reach(scene: Scene) {
            await scene.ring(known)
            await scene.hears('Pour vos cartes')
          },
          async goesOn(scene: Scene) {
            // It is told from the start: where the key went, if one was pressed, nobody knows.
            await scene.hears('Pour vos cartes', 2)
            await throughMenu(scene)
          }
        } satisfies CallStep
      ]
    : []),
  {
    name: 'while it waits in the queue',
    reach: (scene) => scene.wait(),
    async goesOn(scene) {
      await sounds(scene.caller, musicTone, 'music again', 15_000)
      await scene.centre.awa.presence('ready')
      await scene.rings()
      await scene.answer()
    }
  },
  {
    name: 'while the phone of an agent rings for it',
    reach: (scene) => scene.offered(),
    async goesOn(scene) {
      await sounds(scene.caller, musicTone, 'music while it rings', 15_000)
      await scene.answer()
    }
  },
  {
    name: 'as the agent answers',
    async reach(scene) {
      await scene.offered()
      scene.centre.awa.phone.answer()
      scene.leg('awa').hum(voices.awa)
      scene.holder = scene.centre.awa
    },
    async goesOn(scene) {
      await scene.isHeard('awa')
      await scene.centre.awa.shows(scene.id, 'active')
    }
  },
  {
    name: 'while they talk',
    reach: (scene) => scene.talk(),
    async goesOn(scene) {
      await scene.isHeard('awa')
      await scene.hold(true)
      await scene.hold(false)
    }
  },
  {
    name: 'while the customer is on hold',
    async reach(scene) {
      await scene.talk()
      await scene.hold(true)
    },
    async goesOn(scene) {
      await sounds(scene.caller, musicTone, 'music again')
      await scene.hold(false)
    }
  },
  {
    name: 'while a colleague is consulted',
    async reach(scene) {
      await scene.talk()
      await scene.invite(true)
    },
    async goesOn(scene) {
      const { awa, boris } = scene.centre
      await sounds(scene.caller, musicTone, 'music while they consult')
      await sounds(scene.leg('awa'), voices.boris, 'boris in awa’s ear')
      const call = await awa.call(scene.id)
      const { tag } = call.parties.find(({ agentId, state }) => agentId === boris.id && state === 'in')!
      await scene.act('hand-over', { tag })
      scene.holder = boris
      await scene.leg('awa').until(({ state }) => state === 'ended')
      await scene.isHeard('boris')
      await boris.shows(scene.id, 'active')
    }
  },
  {
    name: 'while three talk',
    async reach(scene) {
      await scene.talk()
      await scene.invite(false)
      await scene.isHeard('boris')
    },
    async goesOn(scene) {
      await scene.isHeard('boris')
      scene.leg('boris').hangUp()
      await scene.isHeard('awa')
    }
  },
  {
    name: 'while a supervisor listens',
    async reach(scene) {
      await scene.talk()
      await scene.supervise('monitor')
      await sounds(scene.leg('supervisor'), voices.customer, 'the customer in the supervisor’s ear')
    },
    async goesOn(scene) {
      await sounds(scene.leg('supervisor'), voices.customer, 'the customer in the supervisor’s ear')
      await scene.supervise('whisper')
      await sounds(scene.leg('awa'), voices.supervisor, 'the whisper')
      if (await scene.caller.hearsTone(voices.supervisor)) throw new Error('the customer hears the whisper')
      await scene.supervise('leave')
      await scene.leg('supervisor').until(({ state }) => state === 'ended')
    }
  },
  {
    name: 'while it is recorded',
    async reach(scene) {
      await scene.talk()
      await scene.act('recording', { to: 'on' })
      await soon('the recording', () => Recording.exists({ interactionId: scene.id }))
      await scene.isHeard('awa')
      await keepsRecording(scene)
    },
    async goesOn(scene) {
      await scene.isHeard('awa')
      await keepsRecording(scene)
      scene.caller.hangUp()
      await isKept(scene)
    }
  },
  {
    name: 'while it is wrapped up',
    async reach(scene) {
      await scene.talk()
      scene.caller.hangUp()
      await scene.centre.awa.shows(scene.id, 'wrapup')
    },
    goesOn: () => Promise.resolve()
  }
]
