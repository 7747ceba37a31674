import {
  readCampaign,
  updateCampaign,
  type Campaign,
  type CampaignFields,
  type CampaignProgress
} from '@palabre/config/contract/campaign'
import { differences, same } from '../../admin/records/differences.ts'
import { call, Refusal } from '../../call.ts'
import { fieldsOf } from './fields.ts'
import { merge, type Clash } from './merge.ts'
import { keptStart, keepStart } from './start.ts'

/** Typing goes on for a moment before it is kept, in ms. */
const pauseMs = 800

/**
 * A campaign while it is written: keeps itself, puts together what others wrote meanwhile, and never lets go of what was
 * typed before it is kept or somebody chose otherwise.
 */
export class Draft {
  /** As the hub has it, as far as known. */
  #kept = $state.raw<Campaign>({} as Campaign)
  #fields = $state.raw<CampaignFields>({} as CampaignFields)
  /** What the writing goes on from. */
  #base = $state.raw<CampaignFields>({} as CampaignFields)
  #theirs = $state.raw<Campaign | null>(null)
  #failure = $state.raw<unknown>()
  #isSaving = $state(false)
  #hasSaved = $state(false)
  #isJoined = $state(false)
  #start = $state<string | null>(null)
  #timer: ReturnType<typeof setTimeout> | undefined
  #work: Promise<void> | null = null
  /** The newest version that was told of. */
  #told = 0

  constructor(campaign: Campaign) {
    this.#adopt(campaign)
    this.#start = keptStart(campaign.id)
  }

  readonly dirty = $derived(!same(this.#fields, this.#base))
  /** The campaign as it is being written. */
  readonly campaign: Campaign = $derived({ ...this.#kept, ...this.#fields })
  /** What both changed in another way, until somebody chooses. */
  readonly clashes: Clash[] = $derived(
    this.#theirs ? merge(this.#base, this.#fields, fieldsOf(this.#theirs)).clashes : []
  )
  /** It was launched while somebody wrote in it: what they wrote is not in it. */
  readonly isOvertaken = $derived(this.#kept.state !== 'draft' && this.dirty)

  get kept(): Campaign {
    return this.#kept
  }
  get fields(): CampaignFields {
    return this.#fields
  }
  get failure(): unknown {
    return this.#failure
  }
  get isSaving(): boolean {
    return this.#isSaving
  }
  get hasSaved(): boolean {
    return this.#hasSaved
  }
  /** Something that somebody else wrote came in beside what is written here. */
  get isJoined(): boolean {
    return this.#isJoined
  }
  /** It cannot be kept before somebody does something. */
  get isStuck(): boolean {
    return this.dirty && (this.#theirs !== null || this.#failure !== undefined || this.isOvertaken)
  }

  /** When it is to begin, by the clocks of its zone; null: at once. The hub is told at the launch. */
  get start(): string | null {
    return this.#start
  }
  set start(local: string | null) {
    this.#start = local
    keepStart(this.#kept.id, local)
  }

  change = (change: Partial<CampaignFields>): void => {
    this.#fields = { ...this.#fields, ...change }
    this.#isJoined = false
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.flush(), pauseMs)
  }

  /** Keeps what is not kept yet; says whether all of it is. */
  flush = async (): Promise<boolean> => {
    clearTimeout(this.#timer)
    this.#work ??= this.#save().finally(() => (this.#work = null))
    await this.#work
    return !this.dirty
  }

  /** Something was told of it; what is newer than what is here is read. */
  heard({ version }: Pick<CampaignProgress, 'version'>): void {
    this.#told = Math.max(this.#told, version)
    if (!this.#work) void this.#catchUp()
  }

  /** What is at the hub may be newer: reads it. */
  read = async (): Promise<void> => {
    if (this.#work) return
    await this.#meet(await call(readCampaign, { params: { id: this.#kept.id } }))
    if (this.dirty && this.#failure) await this.flush()
  }

  /** Takes an answer of the hub, such as that of a launch. */
  take(campaign: Campaign): void {
    if (campaign.version >= this.#kept.version) this.#meet(campaign)
  }

  /** Ends a clash: what both changed is taken from one side. */
  resolve = (prefer: 'mine' | 'theirs'): void => {
    const theirs = this.#theirs
    if (!theirs) return
    const fresh = fieldsOf(theirs)
    const { merged } = merge(this.#base, this.#fields, fresh, prefer)
    this.#theirs = null
    this.#kept = theirs
    this.#base = fresh
    this.#fields = merged
    void this.flush()
  }

  /** Lets go of what is not kept. */
  discard = (): void => {
    clearTimeout(this.#timer)
    this.#failure = undefined
    this.#adopt(this.#theirs ?? this.#kept)
    this.#theirs = null
  }

  #adopt(campaign: Campaign): void {
    this.#kept = campaign
    this.#base = this.#fields = fieldsOf(campaign)
  }

  async #save(): Promise<void> {
    this.#isSaving = true
    this.#failure = undefined
    try {
      while (this.dirty && !this.#theirs && this.#kept.state === 'draft') await this.#send()
    } catch (caught) {
      this.#failure = caught
    } finally {
      this.#isSaving = false
    }
    await this.#catchUp()
  }

  async #send(): Promise<void> {
    const sent = this.#fields
    const params = { id: this.#kept.id }
    const body = { version: this.#kept.version, change: differences(this.#base, sent) }
    try {
      const reply = await call(updateCampaign, { params, body })
      const fresh = fieldsOf(reply)
      // What was typed since it was sent goes on from the answer.
      this.#fields = merge(sent, this.#fields, fresh).merged
      this.#base = fresh
      this.#kept = reply
      this.#hasSaved = true
    } catch (caught) {
      const isBehind =
        caught instanceof Refusal && (caught.name === 'changed-meanwhile' || caught.name === 'wrong-state')
      if (!isBehind) throw caught
      const before = this.#kept.version
      this.#meet(await call(readCampaign, { params }))
      if (this.#kept.version === before && !this.#theirs) throw caught
    }
  }

  #meet(theirs: Campaign): void {
    if (theirs.version <= this.#kept.version) return
    if (!this.dirty) return this.#adopt(theirs)
    const fresh = fieldsOf(theirs)
    const { merged, clashes } = merge(this.#base, this.#fields, fresh)
    if (theirs.state === 'draft' && clashes.length) {
      this.#theirs = theirs
      return
    }
    this.#isJoined = theirs.state === 'draft' && !same(this.#base, fresh)
    this.#kept = theirs
    this.#base = fresh
    this.#fields = merged
    this.#theirs = null
  }

  async #catchUp(): Promise<void> {
    if (this.#told <= (this.#theirs ?? this.#kept).version) return
    try {
      this.#meet(await call(readCampaign, { params: { id: this.#kept.id } }))
      if (this.dirty) void this.flush()
    } catch (caught) {
      this.#failure = caught
    }
  }
}
