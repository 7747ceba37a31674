import DOMPurify from 'dompurify'

/** Mail that says nothing of colours is shown in ours; the others were written for white paper. */
const ownColours = /\b(bgcolor|background|color)\s*[=:]/i

export interface MailPage {
  srcdoc: string
  /** It has images elsewhere that wait for the reader's leave. */
  hasRemote: boolean
  hasQuoted: boolean
  onPaper: boolean
}

const held = 'data-remote-src'

/**
 * The document for the sandboxed frame of one mail. The hub has cleaned it already; it is cleaned again here because a
 * frame is only as safe as what is written into it. Its own policy of content lets nothing in but pictures.
 */
export function mailPage(html: string, { remote, theme }: { remote: boolean; theme: string }): MailPage {
  const body = DOMPurify.sanitize(html, {
    RETURN_DOM: true,
    FORBID_TAGS: ['style', 'form', 'input', 'button', 'textarea', 'select', 'svg', 'math', 'audio', 'video'],
    FORBID_ATTR: ['id', 'name', 'class', 'srcset', 'ping'],
    ADD_ATTR: ['target', held, 'data-quoted']
  }) as HTMLElement
  let hasRemote = false
  for (const image of body.querySelectorAll('img')) {
    const waiting = image.getAttribute(held)
    // Only what the hub serves itself is loaded without asking.
    const source = image.getAttribute('src')
    const elsewhere =
      waiting ?? (source && !/^(\/api\/attachments\/|data:image\/)/.test(source) ? source : null)
    if (elsewhere === null) continue
    hasRemote = true
    image.removeAttribute(held)
    if (remote && /^https?:\/\//i.test(elsewhere)) {
      image.setAttribute('src', elsewhere)
      image.setAttribute('referrerpolicy', 'no-referrer')
    } else image.removeAttribute('src')
  }
  for (const link of body.querySelectorAll('a[href]')) {
    link.setAttribute('target', '_blank')
    link.setAttribute('rel', 'noopener noreferrer')
  }
  const hasQuoted = body.querySelector('[data-quoted]') !== null
  const onPaper = ownColours.test(html)
  const images = remote ? "'self' data: https: http:" : "'self' data:"
  const policy = `default-src 'none'; img-src ${images}; style-src 'unsafe-inline'`
  return {
    hasRemote,
    hasQuoted,
    onPaper,
    srcdoc: `<!doctype html><html lang="und"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><style>${styleOf(onPaper, theme)}</style></head><body dir="auto">${body.innerHTML}</body></html>`
  }
}

const styleOf = (onPaper: boolean, theme: string) => {
  const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  const [paper, ink, link] = onPaper
    ? ['#fff', '#1a1e1b', '#0b5f4b']
    : [token('--surface-1'), token('--text'), token('--accent-text')]
  return `:root{color-scheme:${onPaper ? 'light' : theme}}
html,body{margin:0;padding:0;background:${paper};color:${ink};overflow-y:hidden}
body{padding:${onPaper ? '12px' : '0'};font:14px/1.5 ${token('--font')};overflow-wrap:anywhere}
body>:first-child{margin-top:0}body>:last-child{margin-bottom:0}
img{max-width:100%;height:auto}img:not([src]){display:inline-block;min-width:16px;min-height:16px;border:1px dashed #999}
table{max-width:100%}pre{white-space:pre-wrap}a{color:${link}}
blockquote{margin:8px 0;padding-left:12px;border-left:2px solid #9a9f9a}
body:not(.whole) [data-quoted]{display:none}`
}
