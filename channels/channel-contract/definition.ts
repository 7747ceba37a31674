import { existsSync, readFileSync } from 'node:fs'
import type { TObject, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { expect, it } from 'vitest'
import type { Channel } from '../channel.ts'
import type { FieldHints } from '../settings.ts'
import type { ContractCases } from './cases.ts'

type Field = TSchema & Partial<FieldHints> & { enum?: unknown[]; type?: string; default?: unknown }

export const holdsDefinition = <S extends TObject>(channel: Channel<S>, cases: ContractCases<S>): void => {
  const fields = Object.entries(channel.settings.properties) as [string, Field][]

  it('has the name of its folder and a README with its limits', () => {
    expect(channel.name).toMatch(/^[a-z]+(-[a-z]+)*$/)
    const readme = new URL(`../${channel.name}/README.md`, import.meta.url)
    expect(existsSync(readme)).toBe(true)
    expect(readFileSync(readme, 'utf8')).toMatch(/limit/i)
  })

  it('has a way in', () => {
    const { receive, listen, gateway, visitor, calls } = channel
    expect([receive, listen, gateway, visitor, calls].some(Boolean)).toBe(true)
  })

  it('states abilities that a composer can obey', () => {
    const { undoMs, maxText, attachments } = channel.abilities
    expect(undoMs).toBeGreaterThanOrEqual(0)
    expect(maxText).toBeGreaterThan(0)
    if (attachments) expect(attachments.maxTotalBytes).toBeGreaterThanOrEqual(attachments.maxBytes)
  })

  it('labels every setting, its help, its group and its choices in English and French', () => {
    for (const [name, field] of fields) {
      expect(inBothLanguages(field.label), `label of ${name}`).toBe(true)
      if (field.help) expect(inBothLanguages(field.help), `help of ${name}`).toBe(true)
      expect(field.group, `group of ${name}`).toMatch(/\S/)
      for (const choice of field.choices ?? []) {
        expect(inBothLanguages(choice.label), `choice ${choice.value} of ${name}`).toBe(true)
      }
      if (field.enum)
        expect(field.choices?.map((choice) => choice.value).sort()).toEqual([...field.enum].sort())
    }
  })

  it('shows settings depending on others that exist and have that value', () => {
    for (const [name, { when }] of fields) {
      if (!when) continue
      const other = fields.find(([key]) => key === when.field)?.[1]
      expect(other, `${name} depends on ${when.field}`).toBeDefined()
      expect(Value.Check(other as TSchema, when.is), `${when.field} can be ${String(when.is)}`).toBe(true)
    }
  })

  it('marks what must stay secret, and nothing that the form would show', () => {
    for (const [name, field] of fields) {
      if (/password|secret|token|apikey|privatekey/i.test(name)) expect(field.secret, name).toBe(true)
      if (field.secret) expect([field.type, field.control], name).toEqual(['string', 'password'])
      if (field.control === 'password') expect(field.secret, name).toBe(true)
    }
  })

  it('fills what an administrator leaves out with defaults that it accepts', () => {
    const { settings } = cases.account()
    expect(Value.Check(channel.settings, settings)).toBe(true)
    const given = Object.fromEntries(
      Object.entries(settings as Record<string, unknown>).filter(
        ([name]) => fields.find(([key]) => key === name)?.[1].default === undefined
      )
    )
    expect(Value.Check(channel.settings, Value.Default(channel.settings, given))).toBe(true)
  })
}

const inBothLanguages = (words: { en: string; fr: string } | undefined): boolean =>
  Boolean(words?.en.trim() && words.fr.trim())
