import type { WordKey } from '../../words/list.ts'

/** Says a text of the catalogue in the language that the mail is begun in. */
export type Say = (key: WordKey) => string

const colour = '#0e6a54'
const soft = '#5b635c'
const page = 'https://www.example.com/'

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
const link = (href: string, words: string) => `<a href="${href}" style="color: ${colour}">${words}</a>`
const section = (body: string, attributes = '') =>
  `<mj-section${attributes}>\n  <mj-column>\n${body.replace(/^(?=.)/gm, '    ')}\n  </mj-column>\n</mj-section>`
const words = (text: string, attributes = '') => `<mj-text${attributes}>${text}</mj-text>`
const button = (text: string, attributes = '') => `<mj-button${attributes} href="${page}">${text}</mj-button>`
const heading = (text: string, size = 26) =>
  words(text, ` font-size="${String(size)}px" font-weight="700" line-height="1.25"`)

/** Whose first name is not known is greeted without one. */
const greeting = (say: Say) =>
  words(`${say('campaign.lib-hello')}{% if contact.first_name != "" %} {{ contact.first_name }}{% endif %},`)

/** Parts that are put into a message one by one. */
export const blockNames = [
  'header',
  'text',
  'picture',
  'columns',
  'button',
  'offer',
  'quote',
  'line',
  'footer'
] as const
export type BlockName = (typeof blockNames)[number]

const blocks: Record<BlockName, (say: Say) => string> = {
  header: (say) =>
    section(
      words(say('campaign.lib-brand'), ` align="center" font-size="18px" font-weight="700" color="#ffffff"`),
      ` background-color="${colour}"`
    ),
  text: (say) => section(`${heading(say('campaign.lib-heading'), 20)}\n${words(say('campaign.lib-text'))}`),
  picture: (say) =>
    section(
      `<mj-image src="" alt="${say('campaign.lib-alt')}" href="${page}" />\n${words(say('campaign.lib-caption'), ` color="${soft}" font-size="13px"`)}`
    ),
  columns: (say) => {
    const column = `<mj-column>\n  ${heading(say('campaign.lib-column'), 16)}\n  ${words(`${say('campaign.lib-short')}<br />${link(page, say('campaign.lib-more'))}`)}\n</mj-column>`
    return `<mj-section>\n${`${column}\n${column}`.replace(/^(?=.)/gm, '  ')}\n</mj-section>`
  },
  button: (say) => section(button(say('campaign.lib-button'))),
  offer: (say) =>
    section(
      `${heading(say('campaign.lib-offer'), 24)}\n${words(say('campaign.lib-offer-text'))}\n${button(say('campaign.lib-offer-button'), ' align="left"')}`,
      ' background-color="#e9f4ef"'
    ),
  quote: (say) =>
    section(
      `${words(say('campaign.lib-quote'), ' font-size="18px" font-style="italic"')}\n${words(say('campaign.lib-quote-by'), ` color="${soft}"`)}`
    ),
  line: () => section('<mj-divider border-width="1px" border-color="#dfe1da" />'),
  footer: (say) =>
    section(
      words(
        `${say('campaign.lib-why')}<br />${say('campaign.lib-address')}<br />${link('{{ unsubscribe_url }}', say('campaign.lib-unsubscribe'))}`,
        ` align="center" font-size="12px" color="${soft}"`
      )
    )
}

/** One part, in the language of the moment. */
export const blockOf = (name: BlockName, say: Say): string => blocks[name](clean(say))

/** Whole messages to begin from. */
export const startNames = ['letter', 'newsletter', 'announcement', 'offer', 'blank'] as const
export type StartName = (typeof startNames)[number]

const starts: Record<StartName, (say: Say) => string[]> = {
  letter: (say) => [
    section(
      [greeting(say), words(say('campaign.lib-letter')), words(say('campaign.lib-regards'))].join('\n')
    ),
    blocks.footer(say)
  ],
  newsletter: (say) => [
    blocks.header(say),
    section(
      `${heading(say('campaign.lib-news'))}\n${greeting(say)}\n${words(say('campaign.lib-news-text'))}`
    ),
    blocks.line(say),
    blocks.text(say),
    blocks.columns(say),
    blocks.button(say),
    blocks.footer(say)
  ],
  announcement: (say) => [
    blocks.header(say),
    section(
      [
        heading(say('campaign.lib-announce'), 30),
        greeting(say),
        words(say('campaign.lib-announce-text')),
        button(say('campaign.lib-button'), ' align="left"')
      ].join('\n')
    ),
    blocks.footer(say)
  ],
  offer: (say) => [
    blocks.header(say),
    section(greeting(say)),
    blocks.offer(say),
    blocks.text(say),
    blocks.footer(say)
  ],
  blank: (say) => [section(greeting(say)), blocks.footer(say)]
}

const clean =
  (say: Say): Say =>
  (key) =>
    escaped(say(key)).replace(/"/g, '&quot;')

/** A whole document. No font is fetched from anywhere: mail programs have their own. */
export function startOf(name: StartName, say: Say): string {
  return `<mjml>
  <mj-head>
    <mj-attributes>
      <mj-all font-family="Helvetica, Arial, sans-serif" />
      <mj-section background-color="#ffffff" />
      <mj-text font-size="15px" line-height="1.55" color="#1a1e1b" />
      <mj-button background-color="${colour}" color="#ffffff" font-size="15px" border-radius="6px" inner-padding="12px 24px" />
    </mj-attributes>
  </mj-head>
  <mj-body background-color="#f6f6f3" width="600px">
${starts[name](clean(say))
  .join('\n')
  .replace(/^(?=.)/gm, '    ')}
  </mj-body>
</mjml>
`
}
