import { describe, expect, it } from 'vitest'
import type { Contact } from '@palabre/config/contract/contact'
import { choicesOf, differencesOf, firstChoice, joined } from './join-cards.ts'

const contact = (change: Partial<Contact>): Contact => ({
  id: 'a'.repeat(24),
  version: 1,
  name: 'Ann',
  points: [],
  locale: null,
  company: '',
  notes: '',
  attributes: {},
  preferredIds: [],
  forbiddenIds: [],
  doNotCall: false,
  pictureId: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  ...change
})

describe('two cards side by side', () => {
  const mine = contact({
    name: 'ann@x.example',
    points: [{ kind: 'email', value: 'ann@x.example', verified: true }],
    company: 'Sahel',
    attributes: { tier: 'gold', city: 'Gao' }
  })
  const theirs = contact({ name: 'Ann O.', locale: 'fr', attributes: { tier: 'silver', since: '2019' } })

  it('ask only where both have something else', () => {
    expect(differencesOf(mine, theirs).map(({ key }) => key)).toEqual(['name', 'attributes.tier'])
  })

  it('prefer a name to an address', () => {
    const [name, tier] = differencesOf(mine, theirs)
    expect(name && firstChoice(mine, theirs, name)).toBe('theirs')
    expect(tier && firstChoice(mine, theirs, tier)).toBe('mine')
  })

  it('show what is chosen and lose nothing of the rest', () => {
    const choices = choicesOf(differencesOf(mine, theirs), { name: 'theirs', 'attributes.tier': 'theirs' })
    expect(choices).toEqual({ name: 'theirs', attributes: { tier: 'theirs' } })
    expect(joined(mine, theirs, choices)).toMatchObject({
      name: 'Ann O.',
      company: 'Sahel',
      locale: 'fr',
      attributes: { tier: 'silver', city: 'Gao', since: '2019' }
    })
  })

  it('show a point once, also when the two are one already', () => {
    expect(joined(mine, mine, {}).points).toEqual(mine.points)
  })
})
