import {
  readDraft,
  removeAttachment,
  saveDraft,
  uploadAttachment,
  type Attachment
} from '@palabre/config/contract/message'
import { call, Refusal, upload } from '../call.ts'
import type { Audience } from './addressee.ts'
import type { DraftChoices } from './choices.ts'

export type Mode = 'reply' | 'note'

export interface Upload {
  key: string
  name: string
  size: number
  share: number
  error: unknown
  cancel: () => void
}

const saveEveryMs = 2000

/** What an agent is writing to one interaction: answer and note side by side, kept while she looks elsewhere. */
export class Draft {
  readonly interactionId: string
  mode = $state<Mode>('reply')
  reply = $state('')
  /** HTML of the answer where the channel carries it. */
  html = $state('')
  note = $state('')
  subject = $state<string | null>(null)
  to = $state.raw<string[]>([])
  cc = $state.raw<string[]>([])
  bcc = $state.raw<string[]>([])
  files = $state.raw<Record<Mode, Attachment[]>>({ reply: [], note: [] })
  uploads = $state<Upload[]>([])
  mentions = $state.raw<ReadonlyMap<string, string>>(new Map())
  /** The message that the answer is for, where the agent chose one. */
  answersId = $state<string | null>(null)
  /** What it answers otherwise, since the writing began, on channels where that decides who reads it. */
  heldId = $state<string | null>(null)
  audience = $state<Audience | null>(null)
  choices = $state<DraftChoices | null>(null)
  saved = $state<'none' | 'unsaved' | 'saving' | 'saved'>('none')
  /** Grows when the text was put there by the program, so that the editor takes it over. */
  revision = $state(0)
  loaded = $state(false)
  /** When something was last written here, ms since 1970; 0: never, it was only loaded. */
  touchedAt = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #saving: Promise<void> = Promise.resolve()

  constructor(interactionId: string) {
    this.interactionId = interactionId
  }

  get text(): string {
    return this.mode === 'note' ? this.note : this.reply
  }

  get isEmpty(): boolean {
    return !this.text.trim() && !this.files[this.mode].length
  }

  /** Brings what the hub kept, unless something was written here meanwhile; `again`: it may have got more by now. */
  async load({ again = false } = {}): Promise<void> {
    if (this.loaded && !again) return
    try {
      const kept = await call(readDraft, { params: { id: this.interactionId } })
      if (!this.touchedAt && kept.savedAt) {
        this.mode = kept.mode
        if (kept.mode === 'note') this.note = kept.text
        else {
          this.reply = kept.text
          this.html = kept.html ?? ''
        }
        this.subject = kept.subject
        this.to = kept.to
        this.cc = kept.cc
        this.files = { reply: [], note: [], [kept.mode]: kept.attachments }
        this.saved = 'saved'
        this.revision += 1
      }
      this.loaded = true
    } catch {
      // Writing works without it; the next opening asks again.
    }
  }

  /** Something changed: kept at the hub within two seconds. */
  touch(): void {
    this.touchedAt = Date.now()
    this.saved = 'unsaved'
    this.#timer ??= setTimeout(() => void this.flush(), saveEveryMs)
  }

  /** Keeps it at the hub now. One save at a time, so that an older one never lands last. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.saved !== 'unsaved') return this.#saving
    this.saved = 'saving'
    this.#saving = this.#saving.then(() => this.#save())
    return this.#saving
  }

  async #save(): Promise<void> {
    const { mode, text, files } = this
    // The hub keeps one text: an answer half written is worth more than an empty note tab.
    const other = !text.trim() && !files[mode].length ? (mode === 'note' ? 'reply' : 'note') : mode
    const isReply = other === 'reply'
    try {
      await call(saveDraft, {
        params: { id: this.interactionId },
        body: {
          text: isReply ? this.reply : this.note,
          html: isReply && this.html ? this.html : null,
          subject: this.subject,
          to: this.to.filter(isAddress),
          cc: this.cc.filter(isAddress),
          attachmentIds: files[other].map(({ id }) => id),
          mode: other
        }
      })
      if (this.saved === 'saving') this.saved = 'saved'
    } catch (error) {
      this.saved = 'unsaved'
      // A draft that the hub does not want at all is not sent to it for ever.
      if (!(error instanceof Refusal) || error.status === 0 || error.status >= 500)
        this.#timer ??= setTimeout(() => void this.flush(), saveEveryMs * 3)
    }
  }

  /** Puts a text there as if it had been written. */
  put(mode: Mode, text: string, html = ''): void {
    this.mode = mode
    if (mode === 'note') this.note = text
    else {
      this.reply = text
      this.html = html
    }
    this.revision += 1
    this.touch()
  }

  /** Empties the present mode after it was sent. The hub forgets an answer's draft by itself, but not a note's. */
  clear(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.files = { ...this.files, [this.mode]: [] }
    if (this.mode === 'note') {
      this.note = ''
      this.mentions = new Map()
    } else {
      this.reply = this.html = ''
      this.subject = null
      this.to = this.cc = this.bcc = []
      this.answersId = this.heldId = this.audience = this.choices = null
    }
    this.saved = 'none'
    this.revision += 1
    if (this.mode === 'note' || this.note.trim()) this.touch()
  }

  /** Lets go of all of it here; the hub has forgotten it already. */
  forget(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.reply = this.html = this.note = ''
    this.files = { reply: [], note: [] }
    this.touchedAt = 0
    this.saved = 'none'
    this.revision += 1
  }

  /** Uploads files one after the other; what fails stays in the list with its reason. */
  attach(files: readonly File[], maxBytes: number): void {
    for (const file of files) {
      const mode = this.mode
      const stop = new AbortController()
      const key = crypto.randomUUID()
      const entry: Upload = {
        key,
        name: file.name,
        size: file.size,
        share: 0,
        error: file.size > maxBytes ? 'too-large' : null,
        cancel: () => {
          stop.abort()
          this.uploads = this.uploads.filter((one) => one.key !== key)
        }
      }
      this.uploads = [...this.uploads, entry]
      if (entry.error) continue
      const change = (part: Partial<Upload>) => {
        const held = this.uploads.find((one) => one.key === key)
        if (held) Object.assign(held, part)
      }
      upload(uploadAttachment, { id: this.interactionId }, file, (share) => change({ share }), {
        signal: stop.signal
      }).then(
        (attachment) => {
          entry.cancel()
          this.files = { ...this.files, [mode]: [...this.files[mode], attachment] }
          this.touch()
        },
        (error: unknown) => change({ error })
      )
    }
  }

  detach(id: string): void {
    this.files = { ...this.files, [this.mode]: this.files[this.mode].filter((file) => file.id !== id) }
    this.touch()
    // Nobody waits for it: what the hub keeps unused is cleaned up there.
    call(removeAttachment, { params: { id } }).catch(() => {})
  }
}

/** Looks like an email address; the hub asks for the same. */
export const isAddress = (text: string): boolean => /^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/.test(text)

const drafts = new Map<string, Draft>()

/** The draft of an interaction; the same one each time, so that nothing is lost by looking elsewhere. */
export function draftOf(interactionId: string): Draft {
  let draft = drafts.get(interactionId)
  if (!draft) drafts.set(interactionId, (draft = new Draft(interactionId)))
  return draft
}

/** Keeps all unsaved ones now: the page is being left. */
export const flushDrafts = (): void => {
  for (const draft of drafts.values()) void draft.flush()
}
