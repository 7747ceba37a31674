import { removeAttachment, uploadAttachment, type Attachment } from '@palabre/config/contract/message'
import type { MessageTemplate } from '@palabre/config/contract/template'
import { call, upload } from '../call.ts'
import type { FilledTemplate } from '../composer/compose.ts'
import { defaultsOf, filledText, missing, needsFile } from './fill.ts'

/** Kinds of file that a header takes, as a file dialog wants them. */
export const accepted = {
  image: 'image/jpeg,image/png',
  video: 'video/mp4,video/3gpp',
  document: ''
} as const

export type FileFault = 'too-large' | 'wrong-type' | { error: unknown }

/** A template that somebody fills in: values of its blanks, and the file that it begins with. */
export class Filling {
  readonly template: MessageTemplate
  values = $state<Record<string, string>>({})
  file = $state.raw<Attachment | null>(null)
  /** Share of the file that is uploaded, 0…1; null: none is under way. */
  share = $state<number | null>(null)
  fault = $state.raw<FileFault | null>(null)
  #interactionId: string
  #stop: AbortController | undefined

  constructor(template: MessageTemplate, interactionId: string, people: { contact: string; agent: string }) {
    this.template = template
    this.#interactionId = interactionId
    this.values = defaultsOf(template, people)
  }

  get missing(): string[] {
    return missing(this.template, this.values)
  }
  get needsFile(): boolean {
    return needsFile(this.template)
  }
  get isReady(): boolean {
    return this.missing.length === 0 && (!this.needsFile || this.file !== null)
  }

  /** Uploads the file of the header in place of the one before. */
  async take(file: File, maxBytes: number): Promise<void> {
    this.drop()
    const kinds = accepted[this.template.header?.kind as keyof typeof accepted] ?? ''
    if (kinds && !kinds.split(',').includes(file.type)) return void (this.fault = 'wrong-type')
    if (file.size > maxBytes) return void (this.fault = 'too-large')
    const stop = new AbortController()
    this.#stop = stop
    this.share = 0
    try {
      const attachment = await upload(
        uploadAttachment,
        { id: this.#interactionId },
        file,
        (share) => this.#stop === stop && (this.share = share),
        { signal: stop.signal }
      )
      if (this.#stop === stop) this.file = attachment
    } catch (error) {
      if (this.#stop === stop) this.fault = { error }
    } finally {
      if (this.#stop === stop) this.share = null
    }
  }

  /** Forgets the file, here and at the hub. */
  drop(): void {
    this.#stop?.abort()
    this.#stop = undefined
    this.share = this.fault = null
    const id = this.file?.id
    this.file = null
    // Nobody waits for it: what the hub keeps unused is cleaned up there.
    if (id) call(removeAttachment, { params: { id } }).catch(() => {})
  }

  /** As it is sent, and as it reads. */
  filled(): FilledTemplate {
    const { template } = this
    const values = Object.fromEntries(
      template.variables.map(({ key }) => [key, (this.values[key] ?? '').trim()])
    )
    return {
      template: { templateId: template.id, values },
      text: filledText(template, values),
      files: this.file ? [this.file] : []
    }
  }
}
