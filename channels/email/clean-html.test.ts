import { describe, expect, it } from 'vitest'
import { cleanHtml } from './clean-html.ts'
import { cleanStyle } from './clean-style.ts'
import { fixture, readMessage } from './fixtures/load.ts'

const clean = (html: string) => cleanHtml(html, { remoteImages: 'hold' })

describe('cleaning HTML', () => {
  it('leaves nothing of a hostile page that runs, loads, posts, covers or leads into the hub', async () => {
    const html = (await readMessage('hostile-html')).html ?? ''
    expect(fixture('hostile-html').toString()).toContain('onerror')
    // What is left of tags, without what stands inside attribute values and text as plain words.
    const tags = (html.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/ (title|alt)="[^"]*"/g, ''))
    for (const tag of tags) {
      expect(tag).not.toMatch(
        /\son\w+\s*=|javascript:|vbscript:|data:text|position|url\(|expression|srcset|formaction/i
      )
      expect(tag).not.toMatch(
        /^<\/?(script|style|svg|math|iframe|object|embed|form|input|button|textarea|meta|base|link|video|audio|template|noscript|xmp|plaintext)\b/i
      )
      expect(tag).not.toMatch(/\s(id|name|class|is|slot|contenteditable|background)=/i)
      expect(tag).not.toMatch(/\ssrc="(?!cid:)/i)
      expect(tag).not.toMatch(/href="(?!https?:\/\/|mailto:|tel:)/i)
    }
    expect(html).toContain('Words')
    expect(html).toContain('end')
  })

  it('holds remote pictures back, keeping their address', () => {
    expect(clean('<img src="http://a.example/p.gif?x=1&y=2" width="1">')).toBe(
      '<img width="1" data-remote-src="http://a.example/p.gif?x=1&amp;y=2" alt="" />'
    )
    expect(clean('<img src="//a.example/p.gif">')).toContain('data-remote-src="https://a.example/p.gif"')
  })

  it('does not take a remote address from an attribute that only we may write', () => {
    expect(clean('<img data-remote-src="javascript:x" src="https://a.example/">')).toContain(
      'data-remote-src="https://a.example/"'
    )
    expect(clean('<div data-remote-src="https://evil.example" data-quoted="rest">x</div>')).toBe(
      '<div>x</div>'
    )
  })

  it('refers to inline pictures that the mail brought, and to no others', () => {
    const html = cleanHtml('<img src="cid:a"><img src="CID:b">', {
      remoteImages: 'hold',
      contentId: (cid) => (cid === 'a' ? 'a-1' : undefined)
    })
    expect(html).toBe('<img src="cid:a-1" alt="" />')
  })

  it('opens links elsewhere, telling nothing', () => {
    expect(clean('<a href="https://a.example/?q=1&amp;r=2" target="_top">x</a>')).toBe(
      '<a href="https://a.example/?q=1&amp;r=2" target="_blank" rel="noopener noreferrer nofollow">x</a>'
    )
  })

  it.each([
    '/api/logout',
    '#top',
    'javascript:alert(1)',
    'jav\tascript:alert(1)',
    'data:text/html,x',
    'file:///etc'
  ])('takes the address from a link to %s', (href) =>
    expect(clean(`<a href="${href}">x</a>`)).toBe('<a>x</a>')
  )

  it('keeps the look of ordinary mail', () => {
    const html =
      '<table width="600" bgcolor="#ffffff"><tbody><tr><td align="center" style="padding:10px 20px;font-family:Arial, sans-serif"><font color="red">Hi</font></td></tr></tbody></table>'
    expect(clean(html)).toBe(html)
  })
})

describe('cleaning styles', () => {
  it.each([
    ['color: #333; font-size: 14px', 'color:#333;font-size:14px'],
    ['margin: 0px 0px 0px 0.8ex', 'margin:0px 0px 0px 0.8ex'],
    ['font-family: "Segoe UI", Arial', 'font-family:"Segoe UI", Arial'],
    ['border-left: 1px solid rgb(204,204,204) !important', 'border-left:1px solid rgb(204,204,204)'],
    ['display:none', 'display:none']
  ])('keeps %s', (style, kept) => expect(cleanStyle(style)).toBe(kept))

  it.each([
    'position: fixed',
    'position/**/:fixed',
    'background: url(https://evil.example)',
    'background-image: url(x)',
    'width: expression(alert(1))',
    'margin-left: -9999px',
    'z-index: 9999',
    'behavior: url(x)',
    '-moz-binding: url(x)',
    'color: r\\65 d',
    'content: "x"',
    'font-family: x;} body{display:none'
  ])('drops %s', (style) => expect(cleanStyle(style)).not.toMatch(/:(?!x$)/))
})
