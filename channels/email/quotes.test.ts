import { describe, expect, it } from 'vitest'
import { cleanHtml } from './clean-html.ts'
import { readMessage } from './fixtures/load.ts'
import { markQuotes } from './mark-quotes.ts'
import { quotedFrom } from './quoted-text.ts'

const fold = (text: string) => text.slice(0, quotedFrom(text))
const marked = (html: string) => markQuotes(cleanHtml(html, { remoteImages: 'hold' }))
/** What a reader sees while the quotations are folded. */
const unfolded = (html: string) => {
  let rest = html
  for (let at = rest.indexOf('<div data-quoted="">'); at >= 0; at = rest.indexOf('<div data-quoted="">')) {
    let depth = 0
    const tags = /<(\/?)div\b[^>]*>/g
    tags.lastIndex = at
    let end = rest.length
    for (let tag = tags.exec(rest); tag; tag = tags.exec(rest)) {
      depth += tag[1] ? -1 : 1
      if (depth === 0) {
        end = tags.lastIndex
        break
      }
    }
    rest = rest.slice(0, at) + rest.slice(end)
  }
  return rest.replace(/<[^>]*>/g, '').trim()
}

describe('finding quoted text', () => {
  it.each([
    ['gmail-reply', 'Thank you, it works again.'],
    ['french-reply', 'Merci, tout va bien maintenant.'],
    ['outlook-reply', 'Thanks, that’s fine.'],
    ['outlook-web-french-reply', 'C’est parfait.']
  ])('folds %s down to what was written, in text and HTML', async (name, written) => {
    const { text, quotedFrom: at, html } = await readMessage(name)
    expect(text.slice(0, at).trim()).toBe(written)
    expect(unfolded(html ?? '')).toBe(written)
    expect(html).toMatch(/card is open again|carte est débloquée/)
  })

  it('never folds answers that stand between the quoted lines', async () => {
    const { text, quotedFrom: at, html } = await readMessage('answers-between-quotes')
    expect(text.slice(0, at)).toContain('Since Monday.')
    expect(unfolded(html ?? '')).toBe('The gold one.Since Monday.')
  })

  it.each([
    ['Spanish', 'Gracias.\n\nEl lun, 4 may 2026 a las 16:10, Support <s@bank.example> escribió:\n\n> Hola'],
    ['German', 'Danke.\n\nAm 04.05.2026 um 16:10 schrieb Support <s@bank.example>:\n\n> Hallo'],
    [
      'French on two lines',
      'Merci.\n\nLe lun. 4 mai 2026 à 16:10, Support <s@bank.example> a\nécrit :\n\n> Bonjour'
    ],
    ['Outlook, classic', 'Thanks.\n\n-----Original Message-----\nFrom: Support\nSent: Monday\n\nHello'],
    ['Outlook, classic French', 'Merci.\n\n-----Message d’origine-----\nDe : Support\n\nBonjour'],
    ['unmarked lines below "wrote:"', 'Thanks.\n\nOn 4 May 2026, Support wrote:\n\nHello\nthere'],
    ['lines marked > without introduction', 'Yes.\n\n> Is it?\n> Really?']
  ])('finds it in %s', (_, text) => expect(fold(text).trim()).toMatch(/^(Gracias|Danke|Merci|Thanks|Yes)\.$/))

  it('lets a signature stand below the quotation', () => {
    expect(fold('Yes.\n\n> Is it?\n\n-- \nAwa\nTel. 1').trim()).toBe('Yes.')
  })

  it.each([
    ['an answer below the quotation', 'On 4 May 2026, Support wrote:\n> Is it?\n\nYes, it is.'],
    ['a forwarded mail and nothing else', '-----Original Message-----\nFrom: Support\nSent: Monday\n\nHello'],
    ['no quotation', 'On Monday I wrote: nothing.\nFrom: here on\nall is fine.'],
    ['an empty mail', '']
  ])('folds nothing of %s', (_, text) => expect(quotedFrom(text)).toBeUndefined())
})

describe('marking quotations in HTML', () => {
  it('marks each once, with the line that introduces it', () => {
    expect(
      marked(
        '<p>Yes</p><div>On 4 May, Support wrote:</div><br><blockquote>a<blockquote>b</blockquote></blockquote>'
      )
    ).toBe(
      '<p>Yes</p><div data-quoted=""><div>On 4 May, Support wrote:</div><br /><blockquote>a<blockquote>b</blockquote></blockquote></div>'
    )
  })

  it('marks nothing when all of it is quotation', () => {
    expect(marked('<div><hr></div><div id="divRplyFwdMsg">From: x</div><p>Hello</p>')).not.toContain(
      'data-quoted'
    )
    expect(marked('<blockquote>a</blockquote>')).toBe('<blockquote>a</blockquote>')
  })
})
