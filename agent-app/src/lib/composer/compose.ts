import { paragraphs } from './canned.ts'
import { writtenChoices } from './choices.ts'
import type { Draft } from './draft.svelte.ts'
import type { Outgoing } from './outbox.svelte.ts'

/** A template with its blanks filled: how it reads, and the file that it begins with. */
export type FilledTemplate = Pick<Outgoing, 'text' | 'files'> & {
  template: NonNullable<Outgoing['template']>
}

/** A template on its way; what is being written beside it is left alone. */
export const composeTemplate = (interactionId: string, filled: FilledTemplate): Outgoing => ({
  clientId: crypto.randomUUID(),
  interactionId,
  mode: 'reply',
  html: null,
  subject: null,
  to: [],
  cc: [],
  bcc: [],
  mentions: [],
  answersId: null,
  audience: null,
  choices: null,
  sendAt: null,
  close: null,
  at: new Date().toISOString(),
  state: 'sending',
  ...filled
})

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
    answersId: isNote ? null : draft.answersId,
    audience: null,
    choices: isNote ? null : writtenChoices(draft.choices),
    template: null,
    sendAt: null,
    close: null,
    at: new Date().toISOString(),
    state: 'sending',
    ...more
  }
}
