import { randomUUID } from 'node:crypto'
import type { Types } from 'mongoose'
import { BulkError } from '@palabre/channels/bulk'
import type { AccountDoc } from '../accounts/account.model.ts'
import { accountOf } from '../accounts/accounts.ts'
import { noteDeparture } from '../accounts/health.ts'
import type { Hub } from '../hub.ts'
import { grouped } from '../record/group.ts'
import type { Lease } from '../routing/lease.ts'
import { Allowance, type Taken } from './allowance.ts'
import { Campaign, type CampaignDoc } from './campaign.model.ts'
import { checkingAgain } from './check-again.ts'
import { ClaimLost, claimDue, giveBack, noteLeaving, recoverClaims, takeBack } from './claims.ts'
import { campaignNow } from './clock.ts'
import { pauseForFailure } from './failing.ts'
import { openHandOver, type HandOver } from './hand-over.ts'
import { hoursReader } from './hours.ts'
import { Lanes } from './lanes.ts'
import { isSlow, outcomeOf } from './outcome.ts'
import type { RecipientDoc } from './recipient.model.ts'
import { carriedBy } from './running.ts'
import { Sender, senderOf, type SenderDoc } from './sender.model.ts'
import { Settling } from './settling.ts'
import { leftOut } from './suppress.ts'
import { recount, settleCounts } from './tally.ts'
import { LeftOut } from './unwritten.ts'
import { WaitingList, type Waiting } from './waiting-list.ts'

/** How often campaigns and pace are read again, besides when something was changed. */
const readAgainMs = 1000
/** Seconds of a lane's pace that are taken at once. */
const aheadSeconds = 2
const mostOfLane = 100
/** A run that finds nothing due for so long ends; the sweep begins another when something is. */
const idleMs = 1500
/** What was looked up of suppressions so long ago is looked up again before it leaves. */
const checkedMs = 1000
/** The server does not answer: pauses grow from here. */
const firstPauseMs = 1000
const longestPauseMs = 60_000

/** A campaign that was paused or stopped while one of its messages was about to leave. */
class NotNow extends Error {}

/** What one process does of the campaigns of one account while it holds their lease. */
export class SendingRun {
  readonly #hub: Hub
  readonly #accountId: Types.ObjectId
  readonly #lease: Lease
  readonly #by = randomUUID()
  readonly #waiting = new WaitingList()
  readonly #lanes = new Lanes({ perSecond: 1, perDomain: 1 })
  readonly #allowance: Allowance
  readonly #settling: Settling
  readonly #checkAgain: ReturnType<typeof checkingAgain>
  readonly #known = new Set<Types.ObjectId>()
  readonly #nextOf = new Map<string, number>()
  #campaigns = new Map<string, CampaignDoc>()
  #settings: SenderDoc | null = null
  #account: AccountDoc | null = null
  #way: HandOver | null = null
  #wayFor = ''
  #inFlight = 0
  #readAt = -Infinity
  #pausedUntil = 0
  /** The far side has asked for patience with all of ours. */
  #shutUntil = 0
  #failures = 0
  #idleSince: number | null = null
  #stopped = false
  #wake: () => void = () => {}

  constructor(hub: Hub, accountId: Types.ObjectId, lease: Lease) {
    this.#hub = hub
    this.#accountId = accountId
    this.#lease = lease
    this.#allowance = new Allowance(hub, accountId)
    this.#settling = new Settling(hub, this.#by, this.#allowance, () => this.#wake())
    this.#checkAgain = checkingAgain(hub)
  }

  stop() {
    this.#stopped = true
    this.#wake()
  }

  async work(): Promise<void> {
    const forget = this.#hub.stream.onEvent(({ name, payload }) => {
      if (name !== 'campaign.changed' && name !== 'setting.changed') return
      const id = /"id":"([0-9a-f]{24})"/.exec(payload)?.[1] ?? ''
      const known = this.#campaigns.get(id)
      const version = Number(/"version":(\d+)/.exec(payload)?.[1] ?? 0)
      // Progress is told every half second and changes nothing here.
      if (name === 'campaign.changed' && known && known.version >= version) return
      this.#readAt = -Infinity
      this.#wake()
    })
    try {
      await this.#recover()
      while (!this.#stopped && this.#lease.held()) {
        await this.#read()
        if (this.#campaigns.size === 0 && this.#busy === 0) break
        const found = await this.#fill()
        const next = this.#dispatch()
        if (this.#isIdle(found)) break
        await this.#rest(next)
      }
    } finally {
      forget()
      await this.#finish()
    }
  }

  /** What is leaving, or has left and is not written down yet. */
  get #busy(): number {
    return this.#inFlight + this.#settling.open
  }

  /** Somebody may have died with what they held, and with what they had counted. */
  async #recover() {
    const docs = (await Campaign.find(
      { accountId: this.#accountId, state: { $in: ['running', 'paused', 'stopped'] } },
      { state: 1 }
    ).lean()) as Pick<CampaignDoc, '_id' | 'state'>[]
    const ids = docs.map(({ _id }) => _id)
    const unknown = await recoverClaims(this.#hub, ids, this.#by)
    if (unknown > 0)
      this.#hub.log.warn({ unknown }, 'what became of some messages of a campaign is not known')
    for (const { _id, state } of docs) if (state === 'running') await recount(this.#hub, _id)
  }

  async #finish() {
    while (this.#busy > 0) await this.#rest(null)
    await this.#way?.close()
    await giveBack({ campaignId: { $in: [...this.#known] }, 'claim.by': this.#by })
    await this.#allowance.settled()
    const restUntil = this.#restUntil(campaignNow())
    if (restUntil) await Sender.updateOne({ _id: this.#accountId }, { $set: { restUntil } }, { upsert: true })
    await settleCounts(this.#hub)
  }

  /** Until when nothing may leave, whatever is due; null: now. The next run knows nothing else of it. */
  #restUntil(now: number): Date | null {
    const until = Math.max(this.#shutUntil, this.#allowance.roomAt(now)?.getTime() ?? 0)
    return until > now ? new Date(until) : null
  }

  async #read() {
    const now = performance.now()
    if (now - this.#readAt < readAgainMs) return
    this.#readAt = now
    const [docs, account] = await Promise.all([
      Campaign.find({ accountId: this.#accountId, state: 'running' }).lean() as Promise<CampaignDoc[]>,
      accountOf(this.#hub, this.#accountId.toHexString())
    ])
    const usable = account && !account.archived && !account.paused ? account : null
    const before = this.#campaigns
    this.#campaigns = new Map(
      (usable ? docs : []).map((doc) => {
        const id = doc._id.toHexString()
        const known = before.get(id)
        return [id, known?.version === doc.version ? known : doc]
      })
    )
    for (const doc of docs) if (!before.has(doc._id.toHexString())) this.#known.add(doc._id)
    if (usable) {
      this.#settings = await senderOf(usable)
      this.#lanes.limit(this.#settings)
      await this.#allowance.read(this.#settings)
    }
    this.#openWay(usable, this.#settings)
    await this.#dropEnded()
  }

  #openWay(account: AccountDoc | null, settings: SenderDoc | null) {
    this.#account = account
    const wanted =
      account && settings
        ? `${String(account.version)} ${String(settings.lines)} ${settings.dkim?.selector ?? ''}`
        : ''
    if (wanted === this.#wayFor) return
    const old = this.#way
    this.#wayFor = wanted
    this.#way = account && settings ? openHandOver(this.#hub, account, settings) : null
    old?.close().catch((error: unknown) => {
      this.#hub.log.warn({ err: error }, 'lines of a campaign could not be closed')
    })
  }

  /** What waits here of campaigns that do not go on is given back. */
  async #dropEnded() {
    await this.#release(this.#waiting.drop(({ campaign }) => !this.#isGoing(campaign)))
  }

  async #release(dropped: readonly Waiting[]) {
    const ids = dropped.map(({ recipient }) => recipient._id)
    if (ids.length > 0) await giveBack({ _id: { $in: ids }, 'claim.by': this.#by })
  }

  #isGoing = (campaign: CampaignDoc) => this.#campaigns.has(campaign._id.toHexString())

  /** Takes more of what is due. Says whether there was any. */
  async #fill(): Promise<boolean> {
    const settings = this.#settings
    const now = campaignNow()
    if (!settings || !this.#way || this.#pausedUntil > now) return false
    const wanted = Math.min(
      Math.ceil(Math.max(settings.lines * 2, settings.perSecond * aheadSeconds)),
      this.#allowance.left(now)
    )
    if (this.#waiting.size >= wanted / 2) return false
    let found = false
    for (const campaign of this.#campaigns.values()) {
      const most = Math.floor(Math.min(wanted, 500) - this.#waiting.size)
      if (most <= 0) break
      const shut = new Set(this.#lanes.shutUntil(now + 1000))
      const held = (lane: string) => this.#waiting.of(lane).length
      for (const lane of this.#waiting.lanes()) if (held(lane) >= this.#room(lane)) shut.add(lane)
      const taken = await claimDue(campaign, this.#by, {
        now,
        most,
        shut: [...shut],
        room: (lane) => this.#room(lane) - held(lane)
      })
      if (taken.length === 0) continue
      found = true
      await this.#take(campaign, taken, now)
    }
    return found
  }

  #room = (lane: string): number =>
    Math.max(1, Math.min(mostOfLane, Math.ceil(this.#lanes.rate(lane) * aheadSeconds)))

  /** Leaves out who may not be written to (any more), and who is not to be written to at this hour. */
  async #take(campaign: CampaignDoc, taken: RecipientDoc[], now: number) {
    const opens = hoursReader(campaign.hours, now)
    const out = await leftOut(this.#hub, campaign, taken)
    const later = new Map<number, Types.ObjectId[]>()
    for (const recipient of taken) {
      const reason = out.get(recipient.address)
      const at = opens((campaign.inTheirZone && recipient.timeZone) || campaign.timeZone)
      if (reason !== undefined) this.#settling.settle({ recipient, state: 'suppressed', reason })
      else if (at > now) later.set(at, [...(later.get(at) ?? []), recipient._id])
      else this.#waiting.add({ recipient, campaign, checkedAt: now })
    }
    for (const [at, ids] of later) await giveBack({ _id: { $in: ids }, 'claim.by': this.#by }, new Date(at))
  }

  /** Begins what may leave now; answers when the next one may. */
  #dispatch(): number | null {
    const settings = this.#settings
    let now = campaignNow()
    if (!settings || !this.#way) return null
    if (this.#pausedUntil > now) return this.#pausedUntil
    let next = Infinity
    for (;;) {
      let began = false
      for (const lane of this.#waiting.lanes()) {
        if (this.#busy >= settings.lines * 2 || this.#allowance.left(now) <= 0) return null
        const [first] = this.#waiting.of(lane)
        if (!first) continue
        now = campaignNow()
        const opens = Math.max(this.#lanes.opensAt(lane), this.#opensAt(first.campaign))
        if (opens > now) {
          next = Math.min(next, opens)
          continue
        }
        this.#waiting.shift(lane)
        this.#lanes.leave(lane, now)
        this.#pace(first.campaign, now)
        began = true
        void this.#send(first, this.#allowance.take(first.recipient.address, now))
      }
      if (!began) return next === Infinity ? null : next
    }
  }

  /** A campaign may want to go more slowly than its account may. */
  #opensAt = ({ _id }: CampaignDoc): number => this.#nextOf.get(_id.toHexString()) ?? 0

  #pace(campaign: CampaignDoc, now: number) {
    if (campaign.perSecond === null) return
    const next = Math.max(now, this.#opensAt(campaign)) + 1000 / campaign.perSecond
    this.#nextOf.set(campaign._id.toHexString(), next)
  }

  async #send({ recipient, campaign, checkedAt }: Waiting, taken: Taken) {
    const way = this.#way
    this.#inFlight++
    try {
      if (!way || !this.#isGoing(campaign)) throw new NotNow()
      if (campaignNow() - checkedAt > checkedMs) {
        const reason = await this.#checkAgain({ campaign, recipient })
        if (reason !== null) throw new LeftOut(reason)
      }
      const externalId = await way.hand(campaign, recipient, async () => {
        if (this.#stopped || !this.#isGoing(campaign)) throw new NotNow()
        await this.#leaving(recipient._id)
      })
      this.#lanes.taken(recipient.domain)
      this.#failures = 0
      this.#settling.settle({ recipient, state: 'sent', reason: '', externalId })
      if (this.#account) noteDeparture(this.#hub, this.#account)
    } catch (error) {
      if (!(error instanceof BulkError && error.failure === 'unknown')) this.#allowance.giveBack(taken)
      await this.#afterFailure(campaign, recipient, error)
    } finally {
      this.#inFlight--
      this.#wake()
    }
  }

  /** Several that leave at once share a command. */
  #leaving = grouped<Types.ObjectId, true>((ids) =>
    noteLeaving(ids, this.#by, this.#account !== null && carriedBy(this.#account) === 'template')
  )

  async #afterFailure(campaign: CampaignDoc, recipient: RecipientDoc, error: unknown) {
    const now = campaignNow()
    if (error instanceof ClaimLost) return
    if (error instanceof NotNow) return giveBack({ _id: recipient._id, 'claim.by': this.#by })
    if (error instanceof LeftOut)
      return this.#settling.settle({ recipient, state: 'suppressed', reason: error.reason })
    if (!(error instanceof BulkError)) {
      // Ours: nothing left, and trying it again at once would do the same.
      this.#hub.log.error(
        { err: error, recipientId: recipient._id },
        'a message of a campaign failed unexpectedly'
      )
      const failure = new BulkError('later', 'Something went wrong on our side')
      return this.#settling.settle(outcomeOf(recipient, failure, now))
    }
    switch (error.failure) {
      case 'unreachable':
        await takeBack(recipient._id, this.#by)
        return this.#pause(error, now)
      case 'unauthorized':
      case 'withdrawn':
        await takeBack(recipient._id, this.#by)
        this.#campaigns.delete(campaign._id.toHexString())
        return pauseForFailure(this.#hub, campaign, error.failure, error.message)
      case 'slow': {
        const opens = this.#lanes.slow(recipient.domain, now, error.retryAfterMs)
        this.#shutUntil = Math.max(this.#shutUntil, opens)
        await takeBack(recipient._id, this.#by, new Date(opens))
        return this.#letGo(recipient.domain, opens - now)
      }
      default:
        if (isSlow(error)) await this.#letGo(recipient.domain, this.#lanes.slow(recipient.domain, now) - now)
        return this.#settling.settle(outcomeOf(recipient, error, now))
    }
  }

  /** What waits for a lane that is shut for longer need not be held. */
  async #letGo(lane: string, ms: number) {
    if (ms > aheadSeconds * 1000) await this.#release(this.#waiting.drop(() => true, [lane]))
  }

  /** The far side does not answer. Many that were under way fail together; that is one failure. */
  async #pause(error: BulkError, now: number) {
    if (now < this.#pausedUntil) return
    this.#pausedUntil = now + Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(10, this.#failures))
    this.#failures++
    this.#hub.log.warn({ err: error }, 'the far side of a campaign does not answer')
    await Sender.updateOne({ _id: this.#accountId }, { $set: { trouble: error.message } }, { upsert: true })
  }

  #isIdle(found: boolean): boolean {
    const now = performance.now()
    if (found || this.#waiting.size > 0 || this.#busy > 0) this.#idleSince = null
    else this.#idleSince ??= now
    return this.#idleSince !== null && now - this.#idleSince > idleMs
  }

  /** Until something ended, or the next may leave. */
  async #rest(next: number | null) {
    const most = this.#busy > 0 || this.#waiting.size > 0 ? 250 : 100
    const ms = next === null ? most : Math.min(most, Math.max(1, next - campaignNow()))
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      timer = setTimeout(resolve, ms)
    })
    clearTimeout(timer)
    this.#wake = () => {}
  }
}
