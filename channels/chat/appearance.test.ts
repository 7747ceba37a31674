import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { secretFields } from '../settings.ts'
import { agentName } from './agent-name.ts'
import { appearance, type Appearance } from './appearance.ts'
import { chatAccount } from './fixtures/account.ts'
import { readFormField } from './form-field.ts'
import { chat } from './index.ts'
import { chatSettings, type ChatAccount } from './settings.ts'

const secret = 'a secret of more than thirty-two characters'

describe('appearance', () => {
  it('never carries a secret, nor anything that only administrators may know', () => {
    const account = chatAccount({ identitySecret: secret, origins: ['https://www.bank.example'] })
    const shown = JSON.stringify(appearance(account))
    expect(secretFields(chatSettings)).toEqual(['identitySecret'])
    for (const hidden of [secret, account.signingKey, account.name, 'www.bank.example']) {
      expect(shown).not.toContain(hidden)
    }
  })

  it('survives settings that were stored before a setting existed', () => {
    const old = { ...chatAccount(), settings: { accent: '#112233' } } as unknown as ChatAccount
    expect(appearance(old)).toMatchObject({ accent: '#112233', position: 'right', form: null, rating: true })
  })

  it('shows the form only when it is asked for', () => {
    expect(appearance(chatAccount())).toHaveProperty('form', null)
    const asked = appearance(
      chatAccount({ form: true, formEmail: 'required', formFields: ['Account *', '=|'] })
    )
    expect((asked as unknown as Appearance).form).toEqual({
      name: 'optional',
      email: 'required',
      fields: [{ key: 'Account', label: { en: 'Account', fr: 'Account' }, required: true }]
    })
  })

  it('offers the transcript only when a mail account sends it', () => {
    expect(appearance(chatAccount())).toHaveProperty('transcript', false)
    expect(appearance(chatAccount({ replyAccountId: 'b'.repeat(24) }))).toHaveProperty('transcript', true)
  })
})

describe('readFormField', () => {
  it('reads both languages, the star and the choices', () => {
    expect(readFormField('Topic / Sujet * = Cards / Cartes | Loans / Crédits')).toEqual({
      key: 'Topic',
      label: { en: 'Topic', fr: 'Sujet' },
      required: true,
      choices: [
        { en: 'Cards', fr: 'Cartes' },
        { en: 'Loans', fr: 'Crédits' }
      ]
    })
  })

  it('keeps a slash inside a word', () => {
    expect(readFormField('Debit/credit card')).toEqual({
      key: 'Debit/credit card',
      label: { en: 'Debit/credit card', fr: 'Debit/credit card' },
      required: false
    })
  })

  it.each(['', '   ', '=', '= A | B', 'x'.repeat(61)])('does not take "%s" for a question', (line) => {
    expect(readFormField(line)).toBeNull()
  })
})

describe('agentName', () => {
  it('keeps the family name back unless the account says otherwise', () => {
    expect(agentName('  Awa Démo Diallo ', chatAccount())).toBe('Awa')
    expect(agentName('Awa Démo', chatAccount({ agentNaming: 'full' }))).toBe('Awa Démo')
    expect(agentName('', chatAccount())).toBe('')
  })
})

describe('chat settings', () => {
  it('have a sane default for everything', () => {
    expect(Value.Check(chatSettings, Value.Create(chatSettings))).toBe(true)
  })

  it('refuse a colour, a site or a secret that cannot work', () => {
    const { settings } = chatAccount()
    const wrong = [
      { accent: 'red' },
      { origins: ['bank.example'] },
      { identitySecret: 'short' },
      { formFields: [''] }
    ]
    for (const change of wrong) expect(Value.Check(chatSettings, { ...settings, ...change })).toBe(false)
  })

  it('are looked over by the test button', async () => {
    const report = await chat.test!(chatAccount({ origins: ['*'] }) as never, AbortSignal.timeout(1000))
    expect(report.steps.map((step) => step.name)).toContain('Read the allowed sites')
    expect(report.steps[1]!.detail).toContain('Any web site')
  })
})
