import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { join, part, rebase, type Card } from './join.ts'

const side = fc.constantFrom('mine', 'theirs', undefined)
const agents = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 3 })
let notes = 0
const card = fc
  .record({
    name: fc.constantFrom('Ann', 'Bo', 'Cy'),
    company: fc.constantFrom('', 'Sahel', 'Niger'),
    locale: fc.constantFrom(null, 'fr', 'en'),
    pictureId: fc.constant(null),
    doNotCall: fc.boolean(),
    preferredIds: agents,
    forbiddenIds: agents,
    hasNotes: fc.boolean(),
    attributes: fc.dictionary(fc.constantFrom('tier', 'city', 'email'), fc.constantFrom('1', '2'))
  })
  .map(({ hasNotes, ...rest }): Card => {
    const preferredIds = rest.preferredIds.filter((id) => !rest.forbiddenIds.includes(id))
    return { ...rest, preferredIds, notes: hasNotes ? `note ${String(++notes)}` : '' }
  })
const choices = fc
  .record({ name: side, company: side, locale: side, tier: side, city: side })
  .map(
    ({ tier, city, ...rest }) =>
      JSON.parse(JSON.stringify({ ...rest, attributes: { tier, city } })) as Parameters<typeof join>[2]
  )
const sorted = (one: Card) => ({
  ...one,
  preferredIds: one.preferredIds.toSorted(),
  forbiddenIds: one.forbiddenIds.toSorted()
})

describe('two cards as one', () => {
  it('loses nothing: what neither has chosen is what one of them had, and parting gives both back', () => {
    fc.assert(
      fc.property(card, card, choices, (mine, theirs, chosen) => {
        const { card: both, took } = join(mine, theirs, chosen)
        for (const name of Object.keys({ ...mine.attributes, ...theirs.attributes }))
          expect([mine.attributes[name], theirs.attributes[name]]).toContain(both.attributes[name])
        expect(both.doNotCall).toBe(mine.doNotCall || theirs.doNotCall)
        expect(both.forbiddenIds).toEqual(
          expect.arrayContaining([...mine.forbiddenIds, ...theirs.forbiddenIds])
        )
        expect(both.preferredIds.filter((id) => both.forbiddenIds.includes(id))).toEqual([])
        expect(part(both, took)).toEqual(mine)
      })
    )
  })

  it('are given back in any order when two came', () => {
    fc.assert(
      fc.property(
        card,
        card,
        card,
        choices,
        choices,
        fc.boolean(),
        (mine, one, two, first, second, order) => {
          const a = join(mine, one, first)
          const b = join(a.card, two, second)
          const left = order
            ? part(part(b.card, b.took), a.took)
            : part(part(b.card, a.took), rebase(b.took, a.took))
          expect(sorted(left)).toEqual(sorted(mine))
        }
      )
    )
  })

  it('keep what was edited since', () => {
    fc.assert(
      fc.property(card, card, choices, (mine, theirs, chosen) => {
        const { card: both, took } = join(mine, theirs, chosen)
        const edited = {
          ...both,
          name: 'Edited since',
          notes: [both.notes, 'written since'].filter(Boolean).join('\n\n'),
          attributes: { ...both.attributes, tier: 'gold' }
        }
        const left = part(edited, took)
        expect(left.name).toBe('Edited since')
        expect(left.notes).toBe([mine.notes, 'written since'].filter(Boolean).join('\n\n'))
        expect(left.attributes['tier']).toBe('gold')
      })
    )
  })
})
