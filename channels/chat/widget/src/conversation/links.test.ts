import { describe, expect, it } from 'vitest'
import { findLinks } from './links.ts'

const linked = (text: string) => findLinks(text).flatMap((piece) => (piece.href ? [piece.text] : []))

describe('findLinks', () => {
  it.each([
    ['See https://bank.example/cards.', ['https://bank.example/cards']],
    ['(https://bank.example/a_(b))', ['https://bank.example/a_(b)']],
    ['https://a.example, http://b.example!', ['https://a.example', 'http://b.example']],
    ['«https://bank.example/é»', ['https://bank.example/é']],
    ['HTTPS://BANK.EXAMPLE', ['HTTPS://BANK.EXAMPLE']],
    ['no address here', []]
  ])('finds the addresses of "%s"', (text, addresses) => {
    expect(linked(text)).toEqual(addresses)
  })

  it.each([
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'ftp://bank.example',
    'vbscript:x',
    'https://',
    'https://bank.example@evil.example/',
    'jav\tascript:alert(1)//https:'
  ])('opens nothing of "%s"', (text) => {
    expect(linked(text)).toEqual([])
  })

  it('never changes the text', () => {
    const text = '<b>x</b> https://a.example/?q="1" & (http://b.example). ok https://'
    expect(
      findLinks(text)
        .map((piece) => piece.text)
        .join('')
    ).toBe(text)
  })

  it('is quick with a text made to be slow', () => {
    const text = `https://a.example/${'('.repeat(2_400)}${')'.repeat(2_400)}.`
    const before = performance.now()
    findLinks(text)
    findLinks('https://'.repeat(600))
    expect(performance.now() - before).toBeLessThan(500)
  })
})
