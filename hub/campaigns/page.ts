import { createHash } from 'node:crypto'
import { say, type Locale } from '@palabre/config/i18n/catalogue'
import { campaigns as words } from '@palabre/config/i18n/words/campaigns'
import { escapeHtml } from './message.ts'

const style = `:root{color-scheme:light dark;--paper:#fff;--ground:#f4f1ea;--ink:#22201c;--soft:#6b655b;--line:#ddd6c8;--accent:#1f6f54}
@media(prefers-color-scheme:dark){:root{--paper:#23211d;--ground:#191815;--ink:#f1ede4;--soft:#a9a294;--line:#3a372f;--accent:#6fc3a4}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--ground);color:var(--ink);font:17px/1.55 system-ui,sans-serif;padding:24px}
main{width:100%;max-width:30rem;background:var(--paper);border:1px solid var(--line);border-radius:16px;padding:32px}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 12px;text-wrap:balance}p{margin:0 0 16px;overflow-wrap:anywhere}
label{display:flex;gap:12px;align-items:flex-start;padding:14px 0;border-top:1px solid var(--line);cursor:pointer}
input{width:20px;height:20px;margin:3px 0 0;accent-color:var(--accent);flex:none}
button{font:inherit;font-weight:600;width:100%;min-height:48px;margin:16px 0;border:0;border-radius:10px;background:var(--accent);color:var(--paper);cursor:pointer}
fieldset{border:0;padding:0;margin:0}legend{padding:0;margin:0 0 10px;font-weight:600}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}small{color:var(--soft);display:block}a{color:inherit}
.other{margin:20px 0 0;text-align:right}`

const styleHash = createHash('sha256').update(style).digest('base64')
/** Nothing but its own style: no script, no frame, no other site. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

/** The language of a page: asked for, or the first that the browser likes and we speak. */
export const localeOf = (asked: string | undefined, accepted: string | undefined): Locale => {
  if (asked === 'fr' || asked === 'en') return asked
  const first = /\b(fr|en)\b/i.exec(accepted ?? '')?.[1]?.toLowerCase()
  return first === 'fr' ? 'fr' : 'en'
}

const page = (locale: Locale, title: string, body: string, other = '') =>
  `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><style>${style}</style></head><body><main><h1>${escapeHtml(title)}</h1>${body}${other}</main></body></html>`

const otherLanguage = (locale: Locale) =>
  `<p class="other"><a href="?lang=${locale === 'fr' ? 'en' : 'fr'}" lang="${locale === 'fr' ? 'en' : 'fr'}">${escapeHtml(words[locale].language)}</a></p>`

/** One kind of message, on the page. */
export interface Choice {
  /** The purpose; null: what the campaign was, which had none. */
  id: string | null
  name: string
  isOff: boolean
  /** What the mail that they come from was for. */
  isThis: boolean
}

/** On which a recipient says what they want no longer. It works without script. */
export function preferencesPage(
  locale: Locale,
  { address, choices }: { address: string; choices: readonly Choice[] }
): string {
  const text = words[locale]
  const tell = (key: keyof typeof text, values: Record<string, string> = {}) =>
    escapeHtml(say(locale, text[key], values))
  const box = ({ id, name, isOff, isThis }: Choice) =>
    `<label><input type="checkbox" name="off" value="${id ?? 'this'}"${isThis || isOff ? ' checked' : ''}${
      isOff ? ' disabled' : ''
    }><span>${name === '' ? tell('preferences-this') : escapeHtml(name)}${
      isOff ? ` <small>${tell('preferences-off')}</small>` : ''
    }</span></label>`
  return page(
    locale,
    text['preferences-title'],
    `<p>${tell('preferences-intro', { address })}</p>
<form method="post" action="?lang=${locale}">
<fieldset><legend>${tell('preferences-ask')}</legend>
${choices.map(box).join('\n')}
<label><input type="checkbox" name="off" value="all"><span>${tell('preferences-all')}</span></label></fieldset>
<button name="page" value="1">${tell('preferences-save')}</button>
<small>${tell('preferences-note')}</small>
</form>`,
    otherLanguage(locale)
  )
}

/** Says what was done. */
export const donePage = (
  locale: Locale,
  { address, what }: { address: string; what: 'this' | 'all' | 'nothing' }
): string =>
  page(
    locale,
    words[locale]['done-title'],
    `<p>${escapeHtml(say(locale, words[locale][`done-${what}`], { address }))}</p>`
  )

/** For whoever comes with a token that is none of ours. */
export const wrongPage = (locale: Locale): string =>
  page(
    locale,
    words[locale]['wrong-title'],
    `<p>${escapeHtml(words[locale]['wrong-text'])}</p>`,
    otherLanguage(locale)
  )
