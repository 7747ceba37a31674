import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Locale } from '@palabre/config/i18n/catalogue'
import { escapeHtml } from './escape-html.ts'

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
.again{margin-top:24px}.other{margin:20px 0 0;text-align:right}
dl{display:grid;grid-template-columns:auto 1fr;gap:6px 16px;margin:0 0 20px}dt{color:var(--soft)}dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums}
h2{font-size:1.05rem;margin:24px 0 8px}.notice{padding:12px 14px;border:1px solid var(--accent);border-radius:10px}
details{border-top:1px solid var(--line)}details:last-of-type{border-bottom:1px solid var(--line)}summary{padding:12px 0;min-height:48px;cursor:pointer;font-weight:600}
.times{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:0 16px;padding:0 0 8px;font-variant-numeric:tabular-nums}.times label{border:0;padding:10px 0}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
button.quiet{margin:0;background:none;color:inherit;border:1px solid var(--line)}form+small{margin-top:16px}`

const styleHash = createHash('sha256').update(style).digest('base64')
/** Nothing but its own style: no script, no frame, no other site. */
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

/** The language of a page: asked for, or the first that the browser likes and we speak. */
export const localeOf = (asked: string | undefined, accepted: string | undefined): Locale => {
  if (asked === 'fr' || asked === 'en') return asked
  const first = /\b(fr|en)\b/i.exec(accepted ?? '')?.[1]?.toLowerCase()
  return first === 'fr' ? 'fr' : 'en'
}

/** A whole page with its title. `body` and `other` are HTML. */
export const plainPage = (locale: Locale, title: string, body: string, other = ''): string =>
  `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><style>${style}</style></head><body><main><h1>${escapeHtml(title)}</h1>${body}${other}</main></body></html>`

/** Leads to the same page in the other language, whose own name is `name`. */
export const otherLanguage = (locale: Locale, name: string): string => {
  const other = locale === 'fr' ? 'en' : 'fr'
  return `<p class="other"><a href="?lang=${other}" lang="${other}">${escapeHtml(name)}</a></p>`
}

/** Answers with such a page; it is kept nowhere, and tells nobody where it was. */
export const sendPage = (reply: FastifyReply, status: number, page: string): FastifyReply =>
  reply
    .status(status)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('content-security-policy', policy)
    .send(page)

const formBytes = 4096

/** Takes the forms of such pages, for the routes that are mounted on `app`. */
export function takeForms(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: formBytes },
    (_request, body, done) => {
      done(null, new URLSearchParams(body as string))
    }
  )
}

/** What was filled in; nothing when it came in another form. */
export const formOf = (body: unknown): URLSearchParams =>
  body instanceof URLSearchParams ? body : new URLSearchParams()
