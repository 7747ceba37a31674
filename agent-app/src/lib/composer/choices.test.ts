import { describe, expect, it } from 'vitest'
import { choicesFault, draftOfChoices, newChoices, writtenChoices, type DraftChoices } from './choices.ts'

const most = { buttons: 3, list: 10 }
const draft = (as: 'buttons' | 'list', ...titles: string[]): DraftChoices => ({
  as,
  button: 'Choose',
  options: titles.map((title) => ({ key: title, title, description: 'more' }))
})

describe('choices under a message', () => {
  it('sends what is written, without empty rows, and descriptions in lists only', () => {
    expect(writtenChoices(draft('buttons', ' Yes ', '', 'No'))).toEqual({
      as: 'buttons',
      options: [{ title: 'Yes' }, { title: 'No' }]
    })
    expect(writtenChoices(draft('list', 'Yes'))).toEqual({
      as: 'list',
      button: 'Choose',
      options: [{ title: 'Yes', description: 'more' }]
    })
    expect(writtenChoices(draft('buttons', ' '))).toBeNull()
  })
  it('says why they cannot be sent', () => {
    expect(choicesFault(null, '', most)).toBeNull()
    expect(choicesFault(draft('buttons', 'Yes'), 'Sure?', most)).toBeNull()
    expect(choicesFault(draft('buttons', ''), 'Sure?', most)).toBe('none')
    expect(choicesFault(draft('buttons', 'Yes'), ' ', most)).toBe('no-text')
    expect(choicesFault(draft('buttons', 'Yes', 'Yes '), 'Sure?', most)).toBe('twice')
    expect(choicesFault(draft('buttons', '1', '2', '3', '4'), 'Which?', most)).toBe('too-many')
    expect(choicesFault(draft('list', '1', '2', '3', '4'), 'Which?', most)).toBeNull()
    expect(choicesFault({ ...draft('list', '1'), button: ' ' }, 'Which?', most)).toBe('no-opener')
  })
  it('begins with what the channel has, and comes back from a message as it was', () => {
    expect(newChoices({ buttons: 0, list: 10 }, 'Choose').as).toBe('list')
    const sent = { as: 'buttons' as const, options: [{ title: 'Yes' }, { title: 'No' }] }
    expect(writtenChoices(draftOfChoices(sent))).toEqual(sent)
  })
})
