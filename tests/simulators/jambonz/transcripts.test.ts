import { describe, expect, it } from 'vitest'
import { replay } from './replay.ts'
import { comparable, readTranscripts } from './transcript.ts'

const transcripts = readTranscripts()

/** Nothing may come sooner than the real engine had it, but for the noise of two machines; later depends on the load. */
const early = 0.3
const late = 3

describe('what the real engine did, the simulator does', () => {
  // They mostly wait, so they wait together.
  const runs = new Map([...transcripts].map(([scenario, recorded]) => [scenario, replay(recorded)]))

  it.each([...transcripts.keys()])('%s', async (scenario) => {
    const recorded = transcripts.get(scenario) ?? []
    const { entries: seen, heard } = (await runs.get(scenario)) ?? { entries: [], heard: [] }
    expect(comparable(seen)).toEqual(comparable(recorded))
    // The recordings mark what must never be played, and in one what has to be.
    expect(heard.filter((what) => /IGNORED|FROM-RECONNECT/.test(what))).toEqual([])
    expect(heard.some((what) => what.includes('next-verb'))).toBe(scenario === 'actionHookTimeoutDial')
    for (const path of new Set(recorded.map((entry) => entry.path))) {
      const times = (entries: typeof recorded) =>
        entries.filter((entry) => entry.path === path && entry.dir !== 'app->jambonz').map(({ t }) => t)
      const then = times(recorded)
      times(seen).forEach((t, nth) => {
        expect(t, `frame ${nth} of ${path}`).toBeGreaterThan((then[nth] ?? 0) - early)
        expect(t, `frame ${nth} of ${path}`).toBeLessThan((then[nth] ?? 0) + late)
      })
    }
  })
})
