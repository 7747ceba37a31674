import { describe, expect, it } from 'vitest'
import {
  checkable,
  defaultsOf,
  groupsOf,
  isKeptSecret,
  isShown,
  linesOf,
  setSecret,
  settingsOf
} from './settings-form.ts'

const label = (en: string, fr: string) => ({ en, fr })
const schema = {
  type: 'object',
  properties: {
    address: { type: 'string', minLength: 3, label: label('Address', 'Adresse'), group: 'Address / Adresse' },
    way: {
      type: 'string',
      enum: ['imap', 'none'],
      default: 'imap',
      group: 'Receiving / Réception',
      label: label('Way', 'Voie'),
      choices: [
        { value: 'imap', label: label('A mailbox', 'Une boîte') },
        { value: 'none', label: label('Not at all', 'Pas du tout') }
      ]
    },
    password: {
      type: 'string',
      default: '',
      secret: true,
      group: 'Receiving / Réception',
      when: { field: 'way', is: 'imap' }
    },
    after: { type: 'string', enum: ['seen', 'move'], default: 'seen', when: { field: 'way', is: 'imap' } },
    folder: { type: 'string', default: 'Done', when: { field: 'after', is: 'move' } },
    port: { type: 'integer', default: 993, minimum: 1, maximum: 65_535 },
    sites: { type: 'array', items: { type: 'string' }, default: [], control: 'lines' },
    replyAccountId: { type: 'string', default: '' }
  }
}
const names = (values: object) =>
  groupsOf(schema, { ...defaultsOf(schema), ...values }, 'en').flatMap(({ fields }) =>
    fields.map(({ name }) => name)
  )

describe('the form of declared settings', () => {
  it('begins with the declared defaults, and never shares them', () => {
    expect(defaultsOf(schema)).toMatchObject({ address: '', way: 'imap', port: 993, sites: [] })
    expect(defaultsOf(schema)['sites']).not.toBe(schema.properties.sites.default)
  })
  it('fills in what an older account lacks and keeps what it has', () => {
    expect(settingsOf(schema, { port: 143, password: null })).toMatchObject({
      port: 143,
      way: 'imap',
      password: ''
    })
  })
  it('groups fields under titles in the language of the reader', () => {
    const [first, second] = groupsOf(schema, defaultsOf(schema), 'fr')
    expect([first?.title, second?.title]).toEqual(['Adresse', 'Réception'])
    expect(second?.fields[0]).toMatchObject({
      label: 'Voie',
      choices: [{ label: 'Une boîte' }, { label: 'Pas du tout' }]
    })
  })
  it('shows a field only while what it hangs on says so, all the way up', () => {
    expect(names({})).toContain('password')
    expect(names({ way: 'none' })).not.toContain('password')
    expect(isShown(schema, { way: 'imap', after: 'move' }, 'folder')).toBe(true)
    expect(isShown(schema, { way: 'none', after: 'move' }, 'folder')).toBe(false)
  })
  it('chooses the control by what is declared', () => {
    const controls = Object.fromEntries(
      groupsOf(schema, defaultsOf(schema), 'en').flatMap(({ fields }) =>
        fields.map(({ name, control }) => [name, control])
      )
    )
    expect(controls).toMatchObject({
      address: 'text',
      way: 'choice',
      password: 'secret',
      port: 'number',
      sites: 'lines',
      replyAccountId: 'account'
    })
  })
  it('does not complain about a secret that is set and not shown', () => {
    expect(checkable(schema, { password: setSecret })['password']).toBe('')
    expect(checkable(schema, { password: 'new' })['password']).toBe('new')
  })
  it('checks no secret that the hub keeps, whatever it has to look like', () => {
    expect(isKeptSecret({ password: setSecret }, 'password')).toBe(true)
    expect(isKeptSecret({ password: 'new' }, 'password')).toBe(false)
    expect(isKeptSecret({ password: setSecret }, 'sites/0')).toBe(false)
  })
  it('takes lines without their empty ones', () =>
    expect(linesOf(' https://a.example \n\n https://b.example\n')).toEqual([
      'https://a.example',
      'https://b.example'
    ]))
})
