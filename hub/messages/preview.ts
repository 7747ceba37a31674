import type { AttachmentRef } from './message.model.ts'

/** First words of a message, for lists. */
export const previewOf = (text: string, attachments: Pick<AttachmentRef, 'name'>[]) =>
  text.replace(/\s+/g, ' ').trim().slice(0, 200) || attachments.map(({ name }) => name).join(', ')
