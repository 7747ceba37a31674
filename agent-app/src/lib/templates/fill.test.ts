import { describe, expect, it } from 'vitest'
import { defaultsOf, filledText, missing, needsFile, segments } from './fill.ts'
import { templateOf } from './template-of.ts'

const order = templateOf({
  header: { kind: 'text', text: 'Order {{1}}' },
  body: 'Hello {{1}}, this is {{2}}. Your order {{3}} left.',
  footer: 'Demo bank',
  buttons: [{ kind: 'url', text: 'Track', url: 'https://bank.example/{{1}}' }],
  variables: [
    { key: 'header.1', example: '55' },
    { key: 'body.1', example: 'Lena' },
    { key: 'body.2', example: 'Sam' },
    { key: 'body.3', example: '860198' },
    { key: 'button.0.1', example: 'abc' }
  ]
})

describe('filling a template', () => {
  it('keeps blanks of the same number apart by their part', () => {
    const values = { 'header.1': '7', 'body.1': 'Amina', 'body.2': 'Awa', 'body.3': 'X9' }
    expect(filledText(order, values)).toBe(
      'Order 7\n\nHello Amina, this is Awa. Your order X9 left.\n\nDemo bank'
    )
    expect(segments(order, 'button.0', 'https://bank.example/{{1}}', { 'button.0.1': 'z' })).toEqual([
      { text: 'https://bank.example/' },
      { text: 'z', key: 'button.0.1', isEmpty: false }
    ])
  })
  it('shows the example where nothing is filled in, and leaves unknown marks alone', () => {
    expect(segments(order, 'body', 'A {{1}} {{9}}', { 'body.1': '  ' })).toEqual([
      { text: 'A ' },
      { text: 'Lena', key: 'body.1', isEmpty: true },
      { text: ' ' },
      { text: '{{9}}' }
    ])
  })
  it('fills in what looks like a pattern as it is written', () => {
    expect(
      filledText(templateOf({ body: '{{a}}', variables: [{ key: 'body.a', example: '' }] }), {
        'body.a': '$& {{a}}'
      })
    ).toBe('$& {{a}}')
  })
  it('knows what is missing', () => {
    expect(missing(order, { 'header.1': '1', 'body.1': ' ', 'body.3': 'x' })).toEqual([
      'body.1',
      'body.2',
      'button.0.1'
    ])
  })
  it('greets the contact by name and names the agent', () => {
    const people = { contact: 'Amina Diallo', agent: 'Awa Demo' }
    expect(defaultsOf(order, people)).toEqual({ 'body.1': 'Amina Diallo', 'body.2': 'Awa Demo' })
    const signed = templateOf({
      body: 'It left.\n\nBest regards,\n{{1}}',
      variables: [{ key: 'body.1', example: 'Sam' }]
    })
    expect(defaultsOf(signed, people)).toEqual({ 'body.1': 'Awa Demo' })
    expect(
      defaultsOf(
        templateOf({
          body: 'Chère {{customer_name}}, {{agent}} vous a appelée au sujet de {{topic}}.',
          variables: ['customer_name', 'agent', 'topic'].map((name) => ({ key: `body.${name}`, example: '' }))
        }),
        people
      )
    ).toEqual({ 'body.customer_name': 'Amina Diallo', 'body.agent': 'Awa Demo' })
  })
  it('asks for a file where the header is one', () => {
    expect(needsFile(templateOf({ header: { kind: 'image', text: '' } }))).toBe(true)
    expect(needsFile(order)).toBe(false)
    expect(needsFile(templateOf({}))).toBe(false)
  })
})
