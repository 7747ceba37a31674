import type { RefusalName } from '@palabre/config/contract/errors'
import { untrack } from 'svelte'
import { Refusal } from '../../call.ts'
import { complaintsOf, type FieldError } from './check.ts'
import { differences, rebase, same } from './differences.ts'
import type { Kept } from './kept.svelte.ts'

/** How one kind of record is filled in and kept. */
export interface Form<R extends Kept, F extends object> {
  blank: () => F
  fieldsOf: (record: R) => F
  /** What is wrong with it, before the hub is asked. */
  check: (fields: F, record: R | null) => FieldError[]
  /** Fields that a refusal is about although it names none: `{ 'weak-password': 'password' }`. */
  blames?: Partial<Record<RefusalName, string>>
  create: (fields: F) => Promise<R>
  /** @param change only the fields that were changed */
  update: (record: R, change: Partial<F>, fields: F) => Promise<R>
}

/** One record while somebody writes in it: what was changed, what is wrong, and whether it changed meanwhile. */
export class Editor<R extends Kept, F extends object> {
  /** As it was when the writing began; null while it is new. */
  record = $state.raw<R | null>(null)
  fields = $state({} as F)
  saving = $state(false)
  /** Why the last save was refused, when it is not about a field. */
  failure = $state.raw<unknown>()
  /** What somebody else made of it while it was being changed here. */
  theirs = $state.raw<R | null>(null)
  #base = $state.raw({} as F)
  #tried = $state(false)
  #complaints = $state.raw<FieldError[]>([])
  #sent = $state.raw({} as F)
  readonly #form: Form<R, F>

  readonly changes = $derived(differences(this.#base, $state.snapshot(this.fields) as F))
  readonly dirty = $derived(Object.keys(this.changes).length > 0)
  readonly #wrong: FieldError[] = $derived.by(() =>
    this.#tried ? this.#form.check($state.snapshot(this.fields) as F, this.record) : []
  )

  constructor(form: Form<R, F>, record: R | null) {
    this.#form = form
    this.#start(record, record ? form.fieldsOf(record) : form.blank())
  }

  get isNew(): boolean {
    return !this.record
  }

  /** The hub said which fields it does not take. */
  get complains(): boolean {
    return this.#complaints.length > 0
  }

  /** As it is at the hub, as far as known. */
  get base(): F {
    return this.#base
  }

  /** What is wrong at exactly this path. */
  error(path: string): string | undefined {
    const mine = this.#wrong.find((error) => error.path === path)
    if (mine) return mine.message
    const top = path.split('/')[0] as keyof F
    // The hub's complaint stands until the field is changed.
    if (!same(this.fields[top], this.#sent[top])) return undefined
    return this.#complaints.find((error) => error.path === path)?.message
  }

  /** The first complaint at `path` or anywhere below it. */
  errorIn(path: string): string | undefined {
    const below = (error: FieldError) => error.path === path || error.path.startsWith(`${path}/`)
    const mine = this.#wrong.find(below)
    if (mine) return mine.message
    const top = path.split('/')[0] as keyof F
    return same(this.fields[top], this.#sent[top]) ? this.#complaints.find(below)?.message : undefined
  }

  /** A newer state of the record: taken at once when nothing was changed here, else kept beside. */
  hear(record: R): void {
    untrack(() => {
      if (this.saving || !this.record || record === this.record) return
      const theirs = this.#form.fieldsOf(record)
      if (same(theirs, this.#base)) this.record = record
      else if (!this.dirty) this.#start(record, theirs)
      else this.theirs = record
    })
  }

  /** Gives up one's own changes for what is at the hub now. */
  takeTheirs(): void {
    if (this.theirs) this.#start(this.theirs, this.#form.fieldsOf(this.theirs))
  }

  /** Goes on with one's own changes on top of theirs. */
  keepMine(): void {
    if (!this.theirs) return
    const theirs = this.#form.fieldsOf(this.theirs)
    const merged = rebase(this.#base, $state.snapshot(this.fields) as F, theirs)
    this.record = this.theirs
    this.#base = theirs
    this.fields = merged
    this.theirs = null
    this.failure = undefined
  }

  /** Forgets what was written. */
  discard(): void {
    this.#start(this.theirs ?? this.record, this.theirs ? this.#form.fieldsOf(this.theirs) : this.#base)
  }

  /**
   * Keeps it at the hub. Gives the record, or null when something is wrong: then `error` or `failure` says what.
   * @param reread reads the record again when the hub says that it is newer
   */
  async save(reread: (id: string) => Promise<R | undefined>): Promise<R | null> {
    this.#tried = true
    this.failure = undefined
    if (this.#wrong.length || this.theirs) return null
    const fields = $state.snapshot(this.fields) as F
    this.saving = true
    try {
      const record = await this.#send(fields, reread)
      if (record) this.#start(record, this.#form.fieldsOf(record))
      return record
    } catch (error) {
      this.#sent = fields
      this.#complaints = error instanceof Refusal ? complaintsOf(error, this.#form.blames) : []
      this.failure = error
      return null
    } finally {
      this.saving = false
    }
  }

  async #send(fields: F, reread: (id: string) => Promise<R | undefined>): Promise<R | null> {
    const { record } = this
    if (!record) return this.#form.create(fields)
    try {
      return await this.#form.update(record, this.changes, fields)
    } catch (error) {
      if (!(error instanceof Refusal) || error.name !== 'changed-meanwhile') throw error
      const fresh = await reread(record.id)
      if (!fresh) throw error
      // Only its housekeeping moved (health, a sign-in): nothing that anybody wrote is lost.
      if (same(this.#form.fieldsOf(fresh), this.#base)) {
        this.record = fresh
        return this.#form.update(fresh, this.changes, fields)
      }
      this.theirs = fresh
      return null
    }
  }

  #start(record: R | null, fields: F): void {
    this.record = record
    this.#base = fields
    this.fields = structuredClone(fields)
    this.theirs = null
    this.failure = undefined
    this.#tried = false
    this.#complaints = []
  }
}
