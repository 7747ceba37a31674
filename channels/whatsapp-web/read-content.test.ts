import { describe, expect, it } from 'vitest'
import type { RawMessage } from './raw.ts'
import { readContent } from './read-content.ts'

const raw = (type: string, more: object = {}): RawMessage => ({
  id: { fromMe: false, remote: '5511987654321@c.us', _serialized: 'false_5511987654321@c.us_3A01' },
  type,
  ...more
})
const vcard = [
  'BEGIN:VCARD',
  'VERSION:3.0',
  'FN:Moussa Diop',
  'ORG:Atelier Diop;',
  'item1.TEL;waid=221771234567:+221 77 123 45 67',
  'EMAIL;type=INTERNET:moussa@example.org',
  'END:VCARD'
].join('\n')

describe('what is shown of a message', () => {
  it.each([
    [raw('chat', { body: 'Bonjour 😀' }), /^Bonjour 😀$/],
    [
      raw('location', { lat: 14.6937, lng: -17.4441, loc: 'Agence\n12 avenue' }),
      /^📍 Agence\n12 avenue\nhttps:.*mlat=14\.6937&mlon=-17\.4441$/
    ],
    [
      raw('vcard', { body: vcard }),
      /^👤 Moussa Diop\nAtelier Diop\n\+221 77 123 45 67\nmoussa@example\.org$/
    ],
    [raw('multi_vcard', { vcardList: [{ vcard }, { vcard }, null] }), /👤 Moussa Diop[^]*👤 Moussa Diop/],
    [
      raw('poll_creation', { pollName: 'When?', pollOptions: [{ name: 'Monday' }, { name: 'Friday' }] }),
      /^📊 When\?\n• Monday\n• Friday$/
    ],
    [raw('hologram'), /not known here: hologram/],
    [raw('__proto__'), /not known here: __proto__/],
    [raw('location', { lat: 'x' }), /not known here: location/],
    [raw('chat', { body: 5 }), /not known here: chat/]
  ])('is written in words: %o', (given, words) => {
    expect(readContent(given, 'en').text).toMatch(words)
  })

  it('is nothing but the file where there are no words', () => {
    expect(readContent(raw('image', { directPath: '/x' }), 'en')).toEqual({ text: '' })
  })
})
