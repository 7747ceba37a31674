import type { TObject } from 'typebox'
import { describe, expect, it } from 'vitest'
import { channels } from './registry.ts'

const needsAccount = (shows: string | undefined) => shows !== undefined && shows !== 'test'

describe.each(channels.filter(({ setup }) => setup).map((channel) => [channel.name, channel] as const))(
  'connecting %s',
  (_name, { settings, setup, receive, visitor, listen, test }) => {
    const steps = setup?.steps ?? []
    const { properties, required = [] } = settings as TObject & { required?: string[] }

    it('asks only for settings that there are, each of them once', () => {
      const asked = steps.flatMap(({ fields = [] }) => fields)
      expect(asked.filter((field) => !(field in properties))).toEqual([])
      expect(new Set(asked).size).toBe(asked.length)
      const hangOn = steps.flatMap(({ when }) => (when ? [when.field] : []))
      expect(hangOn.filter((field) => !asked.includes(field))).toEqual([])
    })

    it('asks for everything that has to be there before the account has to be', () => {
      const first = steps.findIndex(({ shows, addresses }) => needsAccount(shows) || addresses)
      const before = first < 0 ? steps : steps.slice(0, first)
      const asked = new Set(before.flatMap(({ fields = [] }) => fields))
      const missing = required.filter((name) => !('default' in (properties[name] ?? {})) && !asked.has(name))
      expect(missing).toEqual([])
    })

    it('shows nothing that the channel does not have', () => {
      const has = { webhook: receive, embed: visitor, pairing: listen, test }
      for (const { shows } of steps) if (shows) expect(has[shows]).toBeDefined()
    })

    it('says everything in both languages', () => {
      for (const words of [
        setup?.title,
        setup?.summary,
        ...steps.flatMap(({ title, text }) => [title, text])
      ]) {
        expect(words?.en.trim()).toBeTruthy()
        expect(words?.fr.trim()).toBeTruthy()
      }
    })
  }
)
