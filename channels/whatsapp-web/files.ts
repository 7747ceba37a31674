import type { Message } from 'whatsapp-web.js'
import type { InboundAttachment } from '../channel.ts'
import { cleanLine } from '../clean-text.ts'
import { safeType } from '../file-name.ts'
import { limits } from './limits.ts'
import { hasFile, numberOf, textOf, type RawMessage } from './raw.ts'
import { pause, within } from './within.ts'
import { say, type Language } from './words.ts'

const extensions: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'audio/ogg': 'ogg',
  'audio/mp4': 'm4a',
  'audio/mpeg': 'mp3',
  'video/mp4': 'mp4',
  'application/pdf': 'pdf'
}

const plainNames: Record<string, string> = { ptt: 'voice', ptv: 'video' }

/** The file of a message, or why there is none. */
export type Taken = { file: InboundAttachment } | { lost: string } | null

const betweenMs = 1000

/**
 * Takes the file of a message out of the page, as nobody else has it. One at a time: a file is in memory several times
 * on its way. What is too large, or is not given after a few attempts, is said instead.
 */
export class Files {
  #last: Promise<unknown> = Promise.resolve()
  readonly #language: Language
  readonly #signal: AbortSignal

  constructor(language: Language, signal: AbortSignal) {
    this.#language = language
    this.#signal = signal
  }

  take(raw: RawMessage, message: Message): Promise<Taken> {
    if (!hasFile(raw)) return Promise.resolve(null)
    const taken = this.#last.then(() => this.#fetch(raw, message))
    this.#last = taken.catch(() => {})
    return taken
  }

  async #fetch(raw: RawMessage, message: Message): Promise<Taken> {
    const size = numberOf(raw['size']) ?? 0
    if (size > limits.fileInBytes) return this.#tooLarge(size)
    for (let attempt = 0; attempt < limits.mediaAttempts && !this.#signal.aborted; attempt++) {
      if (attempt > 0) await pause(betweenMs, this.#signal)
      const content = await contentOf(message)
      if (!content) continue
      if (content.byteLength > limits.fileInBytes) return this.#tooLarge(content.byteLength)
      return { file: { ...namesOf(raw), content } }
    }
    return { lost: say('fileLost', this.#language, { detail: say('fileGone', this.#language) }) }
  }

  #tooLarge(bytes: number): Taken {
    const detail = say('fileLarge', this.#language, { mb: String(Math.ceil(bytes / 1024 / 1024)) })
    return { lost: say('fileLost', this.#language, { detail }) }
  }
}

/** Null when the page does not give it this time; the reason is the page's own affair. */
async function contentOf(message: Message): Promise<Buffer | null> {
  try {
    const media = await within(limits.mediaMs, 'Taking a file', message.downloadMedia())
    return media ? Buffer.from(media.data, 'base64') : null
  } catch {
    return null
  }
}

function namesOf(raw: RawMessage): Pick<InboundAttachment, 'name' | 'type'> {
  // `audio/ogg; codecs=opus`
  const type = safeType(textOf(raw['mimetype']).split(';')[0])
  const extension = extensions[type]
  const plain = `${plainNames[raw.type] ?? raw.type}${extension ? `.${extension}` : ''}`
  return { name: cleanLine(textOf(raw['filename']), limits.fileNameChars) || plain, type }
}
