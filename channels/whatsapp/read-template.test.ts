import { describe, expect, it } from 'vitest'
import recorded from './fixtures/templates.json' with { type: 'json' }
import { readTemplate } from './read-template.ts'

const plain = { id: '1', name: 'plain', language: 'en', status: 'APPROVED', category: 'UTILITY' }
const body = { type: 'BODY', text: 'Hello' }
const withParts = (...components: unknown[]) => readTemplate({ ...plain, components })

describe('a template of Meta’s', () => {
  it('with numbers for its blanks', () => {
    expect(readTemplate(recorded.positional)).toEqual({
      externalId: '1627019861106475',
      name: 'order_confirmation',
      language: 'en_US',
      category: 'utility',
      state: 'approved',
      header: { kind: 'text', text: 'Order {{1}}' },
      body: 'Thank you, {{1}}!\nYour order {{2}} arrives on {{3}}. Ask for {{1}} at the door.',
      footer: 'Lucky Shrub',
      buttons: [
        { kind: 'reply', text: 'Not mine' },
        { kind: 'url', text: 'Follow it', url: 'https://www.luckyshrub.example/order/{{1}}' },
        { kind: 'phone', text: 'Call' }
      ],
      variables: [
        { key: 'header.1', example: '860198' },
        { key: 'body.1', example: 'Pablo' },
        { key: 'body.2', example: '860198-230332' },
        { key: 'body.3', example: 'Thursday' },
        { key: 'button.1.1', example: 'https://www.luckyshrub.example/order/860198' }
      ]
    })
  })

  it('with names for its blanks, whatever the order of their examples', () => {
    expect(readTemplate(recorded.named)).toMatchObject({
      header: { kind: 'text', text: 'Bonjour {{first_name}}' },
      variables: [
        { key: 'header.first_name', example: 'Awa' },
        { key: 'body.day', example: 'jeudi' },
        { key: 'body.hour', example: '10 h' },
        { key: 'body.first_name', example: 'Awa' }
      ]
    })
  })

  it('that begins with a file, and one with a code to copy', () => {
    expect(readTemplate(recorded['with a file'])).toMatchObject({
      state: 'approved',
      header: { kind: 'document' },
      variables: []
    })
    expect(readTemplate(recorded['with a code'])).toMatchObject({
      state: 'approved',
      buttons: [{ kind: 'code', text: 'Copy code' }],
      variables: [
        { key: 'body.1', example: 'May' },
        { key: 'button.0.code', example: '250FF' }
      ]
    })
  })

  it('with a code that is proved by an address can be filled in like others', () => {
    expect(readTemplate(recorded['of authentication'])).toMatchObject({
      state: 'approved',
      category: 'authentication',
      variables: [{ key: 'body.1' }, { key: 'button.0.1' }]
    })
  })

  it('without examples is asked for all the same', () => {
    expect(withParts({ type: 'BODY', text: 'Hello {{1}}' })?.variables).toEqual([
      { key: 'body.1', example: '' }
    ])
  })

  it.each([
    ['APPROVED', undefined, 'approved', undefined],
    ['FLAGGED', undefined, 'approved', /complained/],
    ['PENDING', undefined, 'pending', undefined],
    ['IN_APPEAL', 'PROMOTIONAL', 'pending', /looks again/],
    ['REJECTED', 'INVALID_FORMAT', 'rejected', /form is wrong/],
    ['REJECTED', 'INCORRECT_CATEGORY', 'rejected', /another category/],
    ['REJECTED', 'NONE', 'rejected', /does not say why/],
    ['REJECTED', '__proto__', 'rejected', /does not say why/],
    ['PAUSED', 'NONE', 'paused', /for a while/],
    ['DISABLED', undefined, 'disabled', /did not like it/],
    ['PENDING_DELETION', undefined, 'disabled', /being deleted/],
    ['constructor', undefined, 'disabled', /calls its state constructor/]
  ])('is in a state of ours: %s (%s)', (status, rejection, state, reason) => {
    const read = readTemplate({ ...plain, components: [body], status, rejected_reason: rejection })
    expect(read?.state).toBe(state)
    if (reason) expect(read?.reason).toMatch(reason)
    else expect(read).not.toHaveProperty('reason')
  })

  const buttons = (...kinds: string[]) => ({
    type: 'BUTTONS',
    buttons: kinds.map((type) => ({ type, text: 'Tap' }))
  })
  it.each([
    ['a form', buttons('QUICK_REPLY', 'FLOW'), /a form/],
    ['a catalogue', buttons('CATALOG'), /a catalogue/],
    ['products', buttons('MPM'), /products/],
    ['a code of an app', buttons('OTP'), /a code that an app fills in/],
    ['a call', buttons('VOICE_CALL'), /a call by WhatsApp/],
    ['a button of tomorrow', buttons('HOLOGRAM'), /not known here \(HOLOGRAM\)/],
    ['a button of another world', buttons('__proto__'), /not known here/],
    ['a carousel', { type: 'CAROUSEL', cards: [] }, /a carousel/],
    ['an offer', { type: 'LIMITED_TIME_OFFER', limited_time_offer: {} }, /an offer with an end/],
    ['a place above it', { type: 'HEADER', format: 'LOCATION' }, /a place/],
    ['a part of another form', { type: 'FOOTER', text: 5 }, /a part that is not known/],
    ['a part that is none', 'text', /a part that is not known/],
    ['a blank of a long name', { type: 'FOOTER', text: 'x' }, null]
  ])('is not offered with %s', (_, part, reason) => {
    const read = reason
      ? withParts(body, part)
      : withParts({ type: 'BODY', text: `Hello {{${'long_'.repeat(12)}}}` })
    expect(read).toMatchObject({ state: 'disabled' })
    expect(read?.reason).toMatch(reason ?? /too long/)
  })

  it('stays rejected or pending when it could not be sent either', () => {
    const read = (status: string) =>
      readTemplate({ ...plain, status, components: [body, buttons('FLOW')] })?.state
    expect([read('REJECTED'), read('PENDING')]).toEqual(['rejected', 'pending'])
  })

  it('without words is not offered, and nothing is no template', () => {
    expect(withParts()).toMatchObject({ state: 'disabled', reason: 'It has no words.' })
    for (const none of [null, {}, [], 'x', { ...plain, id: '' }]) expect(readTemplate(none)).toBeNull()
  })
})
