import { describe, expect, it } from 'vitest'
import { weightedLength } from './weighted-length.ts'

describe('the length of a post', () => {
  it.each([
    ['nothing', '', 0],
    ['plain words', 'Hello, world!', 13],
    ['an emoji', 'Hello, world! 👋', 16],
    ['an emoji with a colour of skin', '🙋🏽', 2],
    ['an emoji of a profession', '👨‍🎤', 2],
    ['a family', '👨‍👩‍👧‍👦', 2],
    ['a flag', '🇸🇳', 2],
    ['a keycap', '1️⃣', 2],
    ['accents, composed', 'café', 4],
    ['accents, taken apart', 'cafe\u0301', 4],
    ['Chinese', '日本語', 6],
    ['Hangul', '안녕', 4],
    ['Arabic', 'سلام', 4],
    ['typographic marks', '“a”–b', 5],
    ['an ellipsis', '…', 2],
    ['a link', 'https://example.com', 23],
    ['a long link', `https://example.com/${'x'.repeat(400)}?a=b#c`, 23],
    ['a link at the end of a sentence', 'See https://example.com/a.', 28],
    ['a link without https', 'see example.com, ok', 31],
    ['two links', 'https://example.com https://example.org', 47],
    ['what is no link', 'fin.Merci', 9],
    ['an address of mail', 'me@example.com', 14],
    ['half a character', '\ud83d', 2]
  ])('counts %s', (_, text, length) => {
    expect(weightedLength(text)).toBe(length)
  })

  // A pattern that tries everything would not come back from these.
  it.each([
    ['one word', 'a'.repeat(10_000), 10_000],
    ['dots', 'a.'.repeat(5000), 10_000],
    ['dashes', 'a-'.repeat(5000), 10_000],
    ['half a link, again and again', 'http://'.repeat(1400), 9800]
  ])('is found also of %s', (_, text, length) => {
    expect(weightedLength(text)).toBe(length)
  })
})
