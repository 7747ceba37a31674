import { paragraphs } from './canned.ts'
import type { Draft } from './draft.svelte.ts'
import type { Outgoing } from './outbox.svelte.ts'

/** What a draft becomes when it is sent; a rich answer is signed. */
export function compose(
  draft: Draft,
  { isRich, signature }: { isRich: boolean; signature: string },
  more: Partial<Outgoing> = {}
): Outgoing {
  const { mode, subject, to, cc, bcc } = draft
  const isNote = mode === 'note'
  const own = isRich ? signature.trim() : ''
  const signed = own && (/<\w+/.test(own) ? own : paragraphs(own))
  const plain = own.replace(/<br\s*\/?>|<\/p>/g, '\n').replace(/<[^>]+>/g, '')
  const written = draft.text.trim()
  return {
    clientId: crypto.randomUUID(),
    interactionId: draft.interactionId,
    mode,
    text: own ? `${written}\n\n${plain}` : written,
    html: isRich && draft.html ? `${draft.html}${signed && `<br>${signed}`}` : null,
    subject: isNote ? null : subject,
    to: isNote ? [] : to,
    cc: isNote ? [] : cc,
    bcc: isNote ? [] : bcc,
    files: draft.files[mode],
    mentions: isNote
      ? [...draft.mentions].filter(([, name]) => written.includes(`@${name}`)).map(([agentId]) => agentId)
      : [],
    sendAt: null,
    close: null,
    at: new Date().toISOString(),
    state: 'sending',
    ...more
  }
}
