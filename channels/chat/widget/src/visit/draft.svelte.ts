import type { Attachment } from '@palabre/config/contract/message'
import type { Memory } from './memory.ts'
import { Refusal, type Hub } from './hub.ts'
import { randomId } from './random-id.ts'

/** A file of the message being written. */
export interface Upload {
  key: string
  name: string
  size: number
  /** 0 to 1. */
  progress: number
  /** Set once the hub has it. */
  attachment?: Attachment
  /** Name of the refusal. */
  failure?: string
}

interface Kept {
  text: string
  attachments: Attachment[]
}

/** The message being written. It outlives a reload, with the files that are already at the hub. */
export class Draft {
  text = $state('')
  uploads = $state<Upload[]>([])
  readonly isUploading = $derived(this.uploads.some((upload) => !upload.attachment && !upload.failure))
  /** Files that were refused stay behind, and in view. */
  readonly isReady = $derived(
    !this.isUploading && (this.text.trim() !== '' || this.uploads.some((upload) => upload.attachment))
  )
  readonly #memory: Memory
  readonly #hub: Hub
  readonly #files = new Map<string, { file: File; abort: AbortController }>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(memory: Memory, hub: Hub) {
    this.#memory = memory
    this.#hub = hub
    this.reload()
  }

  /** Milliseconds of rest before it is kept; leaving the page keeps it at once. */
  changed(rest = 300): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.keep(), rest)
  }

  keep(): void {
    clearTimeout(this.#timer)
    const attachments = this.uploads.flatMap((upload) => upload.attachment ?? [])
    const isEmpty = this.text === '' && attachments.length === 0
    this.#memory.write('draft', isEmpty ? null : ({ text: this.text, attachments } satisfies Kept))
  }

  /** Takes what is kept: at the start, or when another tab wrote on. */
  reload(): void {
    const kept = this.#memory.read<Kept>('draft')
    this.text = kept?.text ?? ''
    const running = this.uploads.filter((upload) => !upload.attachment)
    this.uploads = [...(kept?.attachments ?? []).map(uploaded), ...running]
  }

  /** Hands out what was written and starts an empty one. */
  take(): Kept {
    const taken = {
      text: this.text.trim(),
      attachments: this.uploads.flatMap((upload) => $state.snapshot(upload.attachment) ?? [])
    }
    this.text = ''
    this.uploads = this.uploads.filter((upload) => !upload.attachment)
    this.keep()
    return taken
  }

  /** Starts the upload of each file; one that is over the limit (bytes) is shown as refused. */
  attach(token: string, files: Iterable<File>, limits: { maxBytes: number; maxFiles: number }): void {
    for (const file of files) {
      const upload: Upload = { key: randomId(), name: file.name || 'file', size: file.size, progress: 0 }
      if (this.uploads.length >= limits.maxFiles) upload.failure = 'too-many-files'
      else if (file.size > limits.maxBytes) upload.failure = 'too-large'
      else if (file.size === 0) upload.failure = 'empty-file'
      this.uploads.push(upload)
      if (upload.failure) continue
      this.#files.set(upload.key, { file, abort: new AbortController() })
      void this.#upload(token, upload.key)
    }
  }

  canRetry(upload: Upload): boolean {
    return this.#files.has(upload.key) && !['too-large', 'wrong-type'].includes(upload.failure ?? '')
  }

  retry(token: string, key: string): void {
    void this.#upload(token, key)
  }

  detach(key: string): void {
    this.#files.get(key)?.abort.abort()
    this.#files.delete(key)
    this.uploads = this.uploads.filter((upload) => upload.key !== key)
    this.keep()
  }

  async #upload(token: string, key: string): Promise<void> {
    const one = this.#files.get(key)
    if (!one) return
    this.#change(key, { progress: 0, failure: undefined })
    try {
      const attachment = await this.#hub.upload(
        token,
        one.file,
        (progress) => this.#change(key, { progress }),
        one.abort.signal
      )
      this.#change(key, { attachment, progress: 1 })
      this.keep()
    } catch (error) {
      this.#change(key, { failure: error instanceof Refusal ? error.error : 'unexpected' })
    }
  }

  #change(key: string, change: Partial<Upload>): void {
    const upload = this.uploads.find((one) => one.key === key)
    if (upload) Object.assign(upload, change)
  }
}

const uploaded = (attachment: Attachment): Upload => ({
  key: attachment.id,
  name: attachment.name,
  size: attachment.size,
  progress: 1,
  attachment
})
