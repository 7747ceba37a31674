import type { DemoMailDoc } from './mailbox.ts'

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${String(sign.charCodeAt(0))};`)

const style = `
:root { color-scheme: light dark; --line: #d9dedb; --soft: #5b6660; --accent: #0f6b5c; --card: #fff; --page: #f5f7f6; --text: #17211d }
@media (prefers-color-scheme: dark) { :root { --line: #2f3a36; --soft: #a3b0aa; --accent: #4fc3ad; --card: #18211e; --page: #101614; --text: #e8eeeb } }
* { box-sizing: border-box }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; background: var(--page); color: var(--text) }
main { max-width: 760px; margin: 0 auto; padding: 32px 16px 64px }
h1 { font-size: 24px; margin: 0 0 4px } h2 { font-size: 16px; margin: 0 }
p { margin: 4px 0 } .soft { color: var(--soft); font-size: 13px }
article, form.new { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 16px; margin-top: 16px }
pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; margin: 12px 0 }
label { display: block; font-size: 13px; color: var(--soft); margin-top: 8px }
input, textarea { width: 100%; padding: 8px; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 6px }
button { margin-top: 8px; padding: 8px 16px; min-height: 40px; font: inherit; border: 0; border-radius: 6px; background: var(--accent); color: var(--page); cursor: pointer }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px } summary { cursor: pointer; color: var(--accent) }
a { color: var(--accent) }`

const form = (values: { to: string; subject: string; references: string }, open: string) => `
<input type="hidden" name="references" value="${escaped(values.references)}">
<label>From<input name="from" type="email" required value="${escaped(values.to)}"></label>
<label>Subject<input name="subject" required maxlength="200" value="${escaped(values.subject)}"></label>
<label>Message<textarea name="text" rows="4" required maxlength="5000"></textarea></label>
<button>${open}</button>`

const reply = (mail: DemoMailDoc) =>
  form(
    {
      to: mail.to[0] ?? '',
      subject: /^re\s*:/i.test(mail.subject) ? mail.subject : `Re: ${mail.subject}`,
      references: [...mail.references, mail.messageId].join(' ')
    },
    'Send the reply'
  )

const article = (mail: DemoMailDoc) => `<article>
<h2>${escaped(mail.subject) || 'No subject'}</h2>
<p class="soft">From ${escaped(mail.from)} to ${escaped(mail.to.join(', '))} · <time>${mail.at.toISOString().slice(0, 16).replace('T', ' ')}</time></p>
<pre dir="auto">${escaped(mail.text)}</pre>
${mail.files.length > 0 ? `<p class="soft">Attached: ${escaped(mail.files.join(', '))}</p>` : ''}
<details><summary>Reply as the customer</summary><form method="post" action="/demo/mailbox">${reply(mail)}</form></details>
</article>`

/** The customers' side of the demo's mail: what they received, and a form to write. */
export const mailboxPage = (mails: DemoMailDoc[], address: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Customers’ mailbox · demo</title><style>${style}</style></head><body><main>
<h1>The customers’ mailbox</h1>
<p class="soft">A demonstration: mail that the bank sends to its imaginary customers ends here. <a href="/demo">The bank’s site</a> · <a href="/demo/mailbox">Look again</a></p>
<form class="new" method="post" action="/demo/mailbox"><h2>Write to ${escaped(address)}</h2>
${form({ to: 'customer@example.org', subject: '', references: '' }, 'Send')}</form>
${mails.map(article).join('\n') || '<article><p class="soft">Nothing has come yet. Write to the bank, and answer it in the inbox.</p></article>'}
</main></body></html>`
