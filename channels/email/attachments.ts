import type { Attachment } from 'mailparser'
import type { InboundAttachment } from '../channel.ts'
import { safeFileName, safeType } from '../file-name.ts'
import { limits } from './limits.ts'

export interface Files {
  attachments: InboundAttachment[]
  /** The content id under which the HTML shall refer to `cid:<id>`; marks the file as shown inline. */
  contentId(cid: string): string | undefined
}

/**
 * The files of a mail. Only those that the HTML really shows get a content id: some programs give one to every
 * attachment, and the app would hide a file that it takes for a picture in the text.
 */
export const filesOf = (parts: readonly Attachment[]): Files => {
  const attachments = parts.map((part, i): InboundAttachment => ({
    name: safeFileName(part.filename, part.contentType, i + 1),
    type: safeType(part.contentType),
    content: part.content
  }))
  const byCid = new Map<string, number>()
  parts.forEach((part, i) => {
    if (part.cid && !byCid.has(part.cid)) byCid.set(part.cid, i)
  })
  return {
    attachments,
    contentId(cid) {
      const index = byCid.get(cid) ?? byCid.get(unescape(cid))
      const file = index === undefined ? undefined : attachments[index]
      if (!file || !showable.has(file.type)) return undefined
      file.contentId ??= plainId(cid) ? cid : `inline-${index}@mail`
      return file.contentId
    }
  }
}

/** What a browser shows as a picture without running anything; SVG is a document with scripts. */
const showable = new Set(['image/png', 'image/jpeg', 'image/jpg', 'image/gif', 'image/webp', 'image/bmp'])

const plainId = (cid: string) => /^[\w.@$+-]{1,200}$/.test(cid)

const unescape = (cid: string): string => {
  try {
    return decodeURIComponent(cid)
  } catch {
    return cid
  }
}

const dataImage =
  /(\bsrc\s{0,5}=\s{0,5}["']?)data:image\/(png|jpe?g|gif|webp);base64,([A-Za-z0-9+/=\s]{1,40000000})/gi

/**
 * Takes pictures that are written into the HTML itself (`data:` URLs of pasted screenshots) out of it and makes them
 * inline files: the HTML of a message is stored and sent to browsers again and again.
 */
export const extractDataImages = (html: string): { html: string; images: Attachment[] } => {
  const images: Attachment[] = []
  if (!/data:image\//i.test(html)) return { html, images }
  const without = html.replace(dataImage, (whole, before: string, format: string, data: string) => {
    if (images.length >= limits.dataImages) return before
    const subtype = format.toLowerCase().replace('jpg', 'jpeg')
    const cid = `pasted-${images.length + 1}@mail`
    images.push({
      filename: `image-${images.length + 1}.${subtype.replace('jpeg', 'jpg')}`,
      contentType: `image/${subtype}`,
      content: Buffer.from(data, 'base64'),
      cid
    } as Attachment)
    return whole.length > 0 ? `${before}cid:${cid}` : before
  })
  return { html: without, images }
}
