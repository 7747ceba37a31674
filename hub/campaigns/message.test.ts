import { Types } from 'mongoose'
import { describe, expect, it } from 'vitest'
import { mask } from './liquid.ts'
import { compileMessage, pageAt, writerOf, type Filling } from './message.ts'
import { compileMjml } from './mjml.ts'
import { bestOf } from './winner.ts'
import { verdictOf } from './guard.ts'
import { capOf } from './warm-up.ts'
import { traitsOf } from './spam-traits.ts'

const body = (text: string) =>
  `<mjml><mj-body><mj-section><mj-column><mj-text>${text}</mj-text></mj-column></mj-section></mj-body></mjml>`
const tracking = { clicks: true, opens: true }
const plain = (html: string) =>
  html
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/<a [^>]*href="([^"]*)"[^>]*>([^<]*)<\/a>/g, '$2 [$1]')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&amp;/g, '&')
    .trim()
const filling = (more: Partial<Filling> = {}): Filling => ({
  _id: new Types.ObjectId(),
  address: 'awa@one.example',
  name: 'Awa Demo',
  data: {},
  ...more
})
const addresses = {
  click: (n: number) => `https://h/c/${String(n)}`,
  open: 'https://h/o/1',
  unsubscribe: 'https://h/u/1'
}

function written(source: string, given: Partial<Filling> = {}, subject = 'Hello') {
  const message = { mjml: source, text: null, preheader: 'Pre {{ contact.name }} <b>' }
  const compiled = compileMessage(message, tracking, plain)
  const writer = writerOf({
    compiled,
    subjects: [{ id: 'a', subject }],
    fallbacks: { 'contact.city': 'your city' },
    campaignName: 'News'
  })
  return { ...writer.write(null, filling(given), addresses), compiled, writer }
}

describe('a message', () => {
  it('has what is filled in escaped in HTML and plain in words', () => {
    const { html, text, subject } = written(
      body('For {{ contact.name }}'),
      { name: '<i>A & B</i>' },
      '{{ contact.name }}'
    )
    expect(html).toContain('For &lt;i&gt;A &amp; B&lt;/i&gt;')
    expect(text).toContain('For <i>A & B</i>')
    expect(subject).toBe('<i>A & B</i>')
  })

  it('has the fallback where a contact has nothing', () => {
    expect(written(body('In {{ contact.city }}')).html).toContain('In your city')
    expect(written(body('In {{ contact.city }}'), { data: { city: 'Dakar' } }).html).toContain('In Dakar')
  })

  it('leads its links through us, and to where they lead each recipient', () => {
    const { html, text, compiled, writer } = written(
      body(
        '<a href="https://a.example/?x=1&amp;who={{ contact.city }}">One</a> <a href="mailto:a@b.example">Mail</a>'
      )
    )
    expect(compiled.links).toEqual([
      { index: 0, target: 'https://a.example/?x=1&who={{ contact.city }}', label: 'One' }
    ])
    expect(html).toContain('href="https://h/c/0"')
    expect(html).toContain('href="mailto:a@b.example"')
    expect(text).toContain('https://h/c/0')
    expect(writer.target(0, filling({ data: { city: 'Saint-Louis' } }))).toBe(
      'https://a.example/?x=1&who=Saint-Louis'
    )
    expect(writer.target(1, filling())).toBeNull()
  })

  it('leaves the way off, and a link of a loop, as they are', () => {
    const { compiled, html } = written(
      body(
        '<a href="{{ unsubscribe_url }}">Off</a>{% for p in (1..2) %}<a href="https://a.example/{{ p }}">P</a>{% endfor %}'
      )
    )
    expect(compiled.links).toEqual([])
    expect(html).toContain('href="https://h/u/1"')
    expect(html).toContain('href="https://a.example/2"')
  })

  it('leads nowhere that a value could choose but a page', () => {
    const { writer } = written(body('<a href="{{ contact.link }}">Go</a>'))
    for (const link of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'x'])
      expect(writer.target(0, filling({ data: { link } }))).toBeNull()
    expect(writer.target(0, filling({ data: { link: 'https://b.example/y' } }))).toBe('https://b.example/y')
    expect(pageAt('//evil.example')).toBeNull()
  })

  it('shows the preheader hidden, and tells of opening', () => {
    const { html } = written(body('x'), { name: 'Awa & Co' })
    expect(html).toMatch(/display:none[^>]*>Pre Awa &amp; Co &lt;b&gt;<\/div>/)
    expect(html).toContain('src="https://h/o/1"')
  })

  it('keeps a comparison in a tag out of the way of MJML', () => {
    expect(written(body('{% if 1 < 2 %}less{% endif %}')).html).toContain('less')
  })

  it('has a subject of one line whatever a name brings', () => {
    expect(written(body('x'), { name: 'A\r\nBcc: b@c.example' }, 'For {{ contact.name }}').subject).toBe(
      'For A Bcc: b@c.example'
    )
  })
})

describe('a template that costs too much', () => {
  it.each([
    '{% for i in (1..1000000000) %}x{% endfor %}',
    '{% for i in (1..100000) %}{% for j in (1..100000) %}x{% endfor %}{% endfor %}',
    '{% assign s = "xxxxxxxxxx" %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}{{ s }}'
  ])('is stopped: %s', (source) => {
    const before = performance.now()
    expect(() => written(body(source))).toThrow(/limit/)
    expect(performance.now() - before).toBeLessThan(5000)
  })

  it.each(['{% include "/etc/passwd" %}', '{% render "/etc/passwd" %}', '{% layout "/etc/passwd" %}'])(
    'reads no file: %s',
    (source) => {
      expect(() => written(body(source))).toThrow()
    }
  )

  it('reaches nothing but what a contact has', () => {
    expect(
      written(body('[{{ contact.constructor }}{{ contact.__proto__ }}{{ contact.name.constructor }}]')).html
    ).toContain('[]')
  })
})

describe('MJML that is wrong', () => {
  const faultOf = (source: string) => {
    const compiled = compileMjml(mask(source))
    return 'fault' in compiled ? compiled.fault : null
  }
  it.each([
    ['<mjml>\n<mj-body>\n<mj-foo></mj-foo></mj-body></mjml>', 3, 'mj-foo'],
    ['<mjml>\n<mj-body>\n\n<mj-include path="/etc/passwd" /></mj-body></mjml>', 4, 'mj-include'],
    [
      `<mjml><mj-body><mj-section>\n<mj-column><mj-text>\n<script>alert(1)</script></mj-text></mj-column></mj-section></mj-body></mjml>`,
      3,
      'script'
    ],
    ['<mjml><mj-head>\n\n{% if a\n%}</mj-head><mj-body></mj-body></mjml>', 3, 'unexpected'],
    [
      '<mjml><mj-body><mj-section>\n<mj-column><mj-text>a < b</mj-text></mj-column></mj-section></mj-body></mjml>',
      2,
      ''
    ]
  ])('is refused with its line: %s', (source, line, words) => {
    expect(faultOf(source)).toMatchObject({ line, message: expect.stringContaining(words) as string })
  })

  it('is refused when it never ends, or is nested without end', () => {
    expect(faultOf('<mjml><mj-body>')).not.toBeNull()
    expect(faultOf(`<mjml><mj-body>${'<mj-section>'.repeat(5000)}</mj-body></mjml>`)).not.toBeNull()
  })
})

describe('the guard', () => {
  const guard = { complaints: 0.002, bounces: 0.02, after: 100 }
  it.each([
    [{ sent: 1000, complaints: 2, hardBounces: 0 }, null],
    [{ sent: 1000, complaints: 3, hardBounces: 0 }, 'complaints'],
    [{ sent: 980, complaints: 0, hardBounces: 21 }, 'bounces'],
    [{ sent: 99, complaints: 50, hardBounces: 0 }, null]
  ])('of %j says %s', (counts, reason) => {
    expect(verdictOf({ guard, unguarded: false }, counts)?.reason ?? null).toBe(reason)
    expect(verdictOf({ guard, unguarded: true }, counts)).toBeNull()
  })
})

describe('the winner', () => {
  it('has more clicks for what was sent, and of two alike is the first', () => {
    expect(
      bestOf([
        { key: 'a', sent: 100, clicked: 10 },
        { key: 'b', sent: 10, clicked: 2 }
      ])
    ).toBe('b')
    expect(
      bestOf([
        { key: 'b', sent: 10, clicked: 1 },
        { key: 'a', sent: 10, clicked: 1 }
      ])
    ).toBe('a')
    expect(bestOf([])).toBeNull()
  })
})

describe('warming up', () => {
  const warmUp = { from: '2026-11-23', first: 500, growth: 1.5 }
  it('lets more leave each day, and none before it begins', () => {
    const days = ['2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25', '2027-11-25']
    expect(days.map((day) => capOf(warmUp, day))).toEqual([0, 500, 750, 1125, null])
    expect(capOf(null, '2026-11-23')).toBeNull()
  })
})

describe('what looks like spam', () => {
  const mail = {
    subject: 'News for you',
    html: '<p>',
    text: 'word '.repeat(50),
    links: ['https://shop.example']
  }
  it('is told with its reason, and a plain mail is left in peace', () => {
    expect(traitsOf(mail)).toEqual([])
    expect(traitsOf({ ...mail, subject: 'ACT NOW FOR FREE!!!' }).map(({ trait }) => trait)).toEqual([
      'capitals',
      'exclamation',
      'money'
    ])
    expect(
      traitsOf({ ...mail, links: ['https://bit.ly/x', 'http://10.0.0.1/'] }).map(({ trait }) => trait)
    ).toEqual(['shortener', 'hidden-address'])
    expect(traitsOf({ ...mail, html: '<img><img>', text: 'one' }).map(({ trait }) => trait)).toEqual([
      'pictures'
    ])
  })
})
