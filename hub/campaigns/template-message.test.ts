import { Types } from 'mongoose'
import { describe, expect, it } from 'vitest'
import type { CampaignTemplate } from '@palabre/config/contract/campaign'
import { blankWriterOf, cleanValue, type ApprovedTemplate } from './template-message.ts'

const approved: ApprovedTemplate = {
  externalId: '1',
  name: 'offer',
  language: 'fr',
  category: 'marketing',
  body: 'À {{1}}',
  buttons: [],
  variables: [
    { key: 'body.1', example: 'Dakar' },
    { key: 'button.0.1', example: 'x' }
  ]
}
const filling = {
  _id: new Types.ObjectId(),
  address: '221771234567',
  name: 'Awa Ndiaye',
  data: { city: 'Thiès\nGare' }
}
const writer = (values: CampaignTemplate['values'], more: Partial<CampaignTemplate> = {}, over = {}) =>
  blankWriterOf({
    approved: { ...approved, ...over },
    given: { templateId: '1', values, ...more },
    campaignName: 'News'
  })

describe('a filled template', () => {
  it('is each recipient’s own, without what platforms refuse', () => {
    const { template, empty } = writer({
      'body.1': '{{ contact.first_name }},      {{ contact.city }}',
      'button.0.1': '{{ contact.phone }} {{ campaign.name }}'
    }).fill(filling)
    expect(template.values).toEqual({
      'body.1': 'Awa,    Thiès Gare',
      'button.0.1': '+221771234567%20News'
    })
    expect(empty).toEqual([])
  })

  it('has a fallback where nothing is known, and names what stays empty', () => {
    const values = { 'body.1': '{{ contact.plan }}', 'button.0.1': '{{ contact.code }}' }
    const { template, empty } = writer(values, { fallbacks: { 'contact.plan': 'votre formule' } }).fill(
      filling
    )
    expect(template.values).toEqual({ 'body.1': 'votre formule' })
    expect(empty).toEqual(['button.0.1'])
  })

  it('begins with a file at an address that a platform can fetch', () => {
    const over = { header: { kind: 'image' as const }, variables: [] }
    const given = (link: string) => writer({ 'header.link': link }, {}, over).fill(filling)
    expect(given('https://cdn.example/{{ contact.first_name }}.png')).toMatchObject({
      file: { kind: 'image', link: 'https://cdn.example/Awa.png' },
      empty: []
    })
    expect(given('file:///etc/passwd')).toMatchObject({ empty: ['header.link'] })
    expect(given('').file).toBeUndefined()
  })

  it('is refused with where it is wrong', () => {
    expect(() => writer({ 'body.1': '{{ contact.' })).toThrow(
      expect.objectContaining({
        fields: [{ path: 'template/values/body.1', message: expect.any(String) as string }]
      }) as Error
    )
    expect(() => writer({ 'body.9': 'x' })).toThrow(
      expect.objectContaining({ refusal: 'invalid-input' }) as Error
    )
  })
})

describe('a value', () => {
  it.each([
    ['a\r\nb', 'a b'],
    ['a\tb', 'a b'],
    ['a     b', 'a    b'],
    ['  a\u2028 ', 'a']
  ])('%j becomes %j', (given, clean) => {
    expect(cleanValue(given)).toBe(clean)
  })
})
