import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Types } from 'mongoose'
import { BulkError, type BulkSender } from '@palabre/channels/bulk'
import { openAccount, type AccountDoc } from '../accounts/account.model.ts'
import { accountOf } from '../accounts/accounts.ts'
import { noteDeparture, setHealth } from '../accounts/health.ts'
import type { Hub } from '../hub.ts'
import { grouped } from '../record/group.ts'
import { competeForLease, type Lease } from '../routing/lease.ts'
import { Campaign, type CampaignDoc } from './campaign.model.ts'
import { ClaimLost, claimDue, giveBack, noteLeaving, recoverClaims } from './claims.ts'
import { campaignNow } from './clock.ts'
import { pauseItself } from './control.ts'
import { dayIn, hoursReader } from './hours.ts'
import { Lanes } from './lanes.ts'
import { faultOf } from './liquid.ts'
import { countedOf, isSlow, noteOutcomes, outcomeOf, type Outcome } from './outcome.ts'
import type { RecipientDoc } from './recipient.model.ts'
import { addressesFor, bulkDoorOf, writerFor } from './running.ts'
import { Sender, senderFor, signingKeyOf, type SenderDoc } from './sender.model.ts'
import { leftOut, takeOff } from './suppress.ts'
import { count, recount, settleCounts } from './tally.ts'
import { capOf } from './warm-up.ts'

/** How long one waits for the lease, in pieces. */
const leaseTries = 24
const pieceMs = 50
/** How often campaigns and pace are read again, besides when something was changed. */
const readAgainMs = 1000
/** Seconds of a domain's pace that are taken at once. */
const aheadSeconds = 2
const mostOfDomain = 100
/** A run that finds nothing due for so long ends; the sweep begins another when something is. */
const idleMs = 1500
/** What was looked up of suppressions so long ago is looked up again before it leaves. */
const checkedMs = 1000
/** The server does not answer: pauses grow from here. */
const firstPauseMs = 1000
const longestPauseMs = 60_000
const keptDays = 40

/** A campaign that was paused or stopped while one of its mails was about to leave. */
class NotNow extends Error {}

const runs = new WeakMap<Hub, Map<string, SendingRun>>()
const runsOf = (hub: Hub) => {
  const known = runs.get(hub) ?? new Map<string, SendingRun>()
  runs.set(hub, known)
  return known
}

/**
 * Sends what is due of the campaigns of one account, until nothing is. One process does it for an account, by a lease,
 * so that its pace holds; that nobody gets anything twice does not hang on the lease but on the claim of each recipient.
 */
export async function sendCampaigns(hub: Hub, accountId: string): Promise<void> {
  const mine = runsOf(hub)
  if (mine.has(accountId)) return
  const lease = competeForLease(hub, `campaigns:${accountId}`, () => {})
  const run = new SendingRun(hub, new Types.ObjectId(accountId), lease)
  mine.set(accountId, run)
  try {
    for (let i = 0; i < leaseTries && !lease.held(); i++) await sleep(pieceMs)
    if (lease.held()) await run.work()
  } finally {
    mine.delete(accountId)
    await lease.release()
  }
}

/** Has every run of this process end, with what is under way: the process is about to. */
export async function stopSending(hub: Hub): Promise<void> {
  for (const run of runsOf(hub).values()) run.stop()
  while (runsOf(hub).size > 0) await sleep(pieceMs)
}

interface Waiting {
  recipient: RecipientDoc
  campaign: CampaignDoc
  checkedAt: number
}

class SendingRun {
  readonly #hub: Hub
  readonly #accountId: Types.ObjectId
  readonly #lease: Lease
  readonly #by = randomUUID()
  readonly #waiting = new Map<string, Waiting[]>()
  readonly #lanes = new Lanes({ perSecond: 1, perDomain: 1 })
  readonly #nextOf = new Map<string, number>()
  #campaigns = new Map<string, CampaignDoc>()
  #settings: SenderDoc | null = null
  #account: AccountDoc | null = null
  #sender: BulkSender | null = null
  #senderFor = ''
  #size = 0
  #inFlight = 0
  /** What has left today, and what is leaving: this run alone counts it, from what was written before it. */
  #today = { day: '', left: 0 }
  #cap: number | null = null
  #dayWriting: Promise<void> = Promise.resolve()
  #readAt = -Infinity
  #pausedUntil = 0
  #failures = 0
  #idleSince: number | null = null
  #stopped = false
  #wake: () => void = () => {}

  constructor(hub: Hub, accountId: Types.ObjectId, lease: Lease) {
    this.#hub = hub
    this.#accountId = accountId
    this.#lease = lease
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
        if (this.#campaigns.size === 0 && this.#inFlight === 0) break
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

  /** Somebody may have died with what they held, and with what they had counted. */
  async #recover() {
    const docs = (await Campaign.find(
      { accountId: this.#accountId, state: { $in: ['running', 'paused', 'stopped'] } },
      { state: 1 }
    ).lean()) as Pick<CampaignDoc, '_id' | 'state'>[]
    const ids = docs.map(({ _id }) => _id)
    const unknown = await recoverClaims(this.#hub, ids, this.#by)
    if (unknown > 0) this.#hub.log.warn({ unknown }, 'what became of some mails of a campaign is not known')
    for (const { _id, state } of docs) if (state === 'running') await recount(this.#hub, _id)
  }

  async #finish() {
    while (this.#inFlight > 0) await this.#rest(null)
    await this.#sender?.close()
    await giveBack({ campaignId: { $in: [...this.#known] }, 'claim.by': this.#by })
    await this.#dayWriting
    await settleCounts(this.#hub)
  }

  readonly #known = new Set<Types.ObjectId>()

  async #read() {
    const now = performance.now()
    if (now - this.#readAt < readAgainMs) return
    this.#readAt = now
    const [docs, settings, account] = await Promise.all([
      Campaign.find({ accountId: this.#accountId, state: 'running' }).lean() as Promise<CampaignDoc[]>,
      senderFor(this.#accountId),
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
    this.#settings = settings
    this.#lanes.limit(settings)
    await this.#openSender(usable, settings)
    const day = dayIn('UTC', campaignNow())
    const cap = capOf(settings.warmUp, day)
    if (day !== this.#today.day) this.#today = { day, left: settings.days[day] ?? 0 }
    this.#cap = cap
    await this.#dropEnded()
  }

  /** How many more may leave today. */
  #leftOfToday = (): number => (this.#cap === null ? Infinity : this.#cap - this.#today.left)

  async #openSender(account: AccountDoc | null, settings: SenderDoc) {
    this.#account = account
    const wanted = account
      ? `${String(account.version)} ${String(settings.lines)} ${settings.dkim?.selector ?? ''}`
      : ''
    if (wanted === this.#senderFor) return
    const old = this.#sender
    this.#senderFor = wanted
    this.#sender = account
      ? bulkDoorOf(account).open(openAccount(this.#hub, account), {
          lines: settings.lines,
          key: signingKeyOf(this.#hub, settings)
        })
      : null
    old?.close().catch((error: unknown) => {
      this.#hub.log.warn({ err: error }, 'lines of a campaign could not be closed')
    })
  }

  /** What waits here of campaigns that do not go on is given back. */
  async #dropEnded() {
    const ended: Types.ObjectId[] = []
    for (const [domain, list] of this.#waiting) {
      const kept = list.filter(({ campaign }) => this.#isGoing(campaign))
      if (kept.length === list.length) continue
      for (const { campaign, recipient } of list) if (!this.#isGoing(campaign)) ended.push(recipient._id)
      this.#size -= list.length - kept.length
      if (kept.length === 0) this.#waiting.delete(domain)
      else this.#waiting.set(domain, kept)
    }
    if (ended.length > 0) await giveBack({ _id: { $in: ended }, 'claim.by': this.#by })
  }

  #isGoing = (campaign: CampaignDoc) => this.#campaigns.has(campaign._id.toHexString())

  /** Takes more of what is due. Says whether there was any. */
  async #fill(): Promise<boolean> {
    const settings = this.#settings
    const now = campaignNow()
    if (!settings || !this.#sender || this.#pausedUntil > now) return false
    const wanted = Math.min(
      Math.ceil(Math.max(settings.lines * 2, settings.perSecond * aheadSeconds)),
      this.#leftOfToday()
    )
    if (this.#size >= wanted / 2) return false
    let found = false
    for (const campaign of this.#campaigns.values()) {
      const most = Math.floor(Math.min(wanted, 500) - this.#size)
      if (most <= 0) break
      const shut = new Set(this.#lanes.shutUntil(now + 1000))
      for (const [domain, list] of this.#waiting) if (list.length >= this.#room(domain)) shut.add(domain)
      const taken = await claimDue(campaign, this.#by, {
        now,
        most,
        shut: [...shut],
        room: (domain) => this.#room(domain) - (this.#waiting.get(domain)?.length ?? 0)
      })
      if (taken.length === 0) continue
      found = true
      await this.#take(campaign, taken, now)
    }
    return found
  }

  #room = (domain: string): number =>
    Math.max(1, Math.min(mostOfDomain, Math.ceil(this.#lanes.rate(domain) * aheadSeconds)))

  /** Leaves out who may not be written to (any more), and who is not to be written to at this hour. */
  async #take(campaign: CampaignDoc, taken: RecipientDoc[], now: number) {
    const opens = hoursReader(campaign.hours, now)
    const out = await leftOut(this.#hub, campaign, taken)
    const later = new Map<number, Types.ObjectId[]>()
    for (const recipient of taken) {
      const reason = out.get(recipient.address)
      const at = opens((campaign.inTheirZone && recipient.timeZone) || campaign.timeZone)
      if (reason !== undefined) this.#settle({ recipient, state: 'suppressed', reason })
      else if (at > now) later.set(at, [...(later.get(at) ?? []), recipient._id])
      else {
        const list = this.#waiting.get(recipient.domain) ?? []
        list.push({ recipient, campaign, checkedAt: now })
        this.#waiting.set(recipient.domain, list)
        this.#size++
      }
    }
    for (const [at, ids] of later) await giveBack({ _id: { $in: ids }, 'claim.by': this.#by }, new Date(at))
  }

  /** Begins what may leave now; answers when the next one may. */
  #dispatch(): number | null {
    const settings = this.#settings
    let now = campaignNow()
    if (!settings || !this.#sender) return null
    if (this.#pausedUntil > now) return this.#pausedUntil
    let next = Infinity
    for (;;) {
      let began = false
      for (const [domain, list] of [...this.#waiting]) {
        if (this.#inFlight >= settings.lines * 2 || this.#leftOfToday() <= 0) return null
        const first = list[0]
        if (!first) continue
        now = campaignNow()
        const id = first.campaign._id.toHexString()
        const opens = Math.max(this.#lanes.opensAt(domain), this.#nextOf.get(id) ?? 0)
        if (opens > now) {
          next = Math.min(next, opens)
          continue
        }
        list.shift()
        this.#size--
        if (list.length === 0) this.#waiting.delete(domain)
        this.#lanes.leave(domain, now)
        const { perSecond } = first.campaign
        if (perSecond !== null)
          this.#nextOf.set(id, Math.max(now, this.#nextOf.get(id) ?? 0) + 1000 / perSecond)
        began = true
        this.#inFlight++
        this.#today.left++
        void this.#send(first)
      }
      if (!began) return next === Infinity ? null : next
    }
  }

  async #send({ recipient, campaign, checkedAt }: Waiting) {
    const sender = this.#sender
    try {
      if (!sender || !this.#isGoing(campaign)) throw new NotNow()
      if (campaignNow() - checkedAt > checkedMs) {
        const reason = (await this.#checkAgain({ campaign, recipient })) ?? undefined
        if (reason !== undefined) {
          this.#today.left--
          return this.#settle({ recipient, state: 'suppressed', reason })
        }
      }
      const mail = this.#write(campaign, recipient)
      await sender.send(mail, async () => {
        if (this.#stopped || !this.#isGoing(campaign)) throw new NotNow()
        await this.#leaving(recipient._id)
      })
      this.#lanes.taken(recipient.domain)
      this.#failures = 0
      this.#settle({ recipient, state: 'sent', reason: '' })
      if (this.#account) noteDeparture(this.#hub, this.#account)
    } catch (error) {
      await this.#afterFailure(campaign, recipient, error)
    } finally {
      this.#inFlight--
      this.#wake()
    }
  }

  #write(campaign: CampaignDoc, recipient: RecipientDoc) {
    const addresses = addressesFor(this.#hub, recipient._id)
    try {
      const { subject, html, text } = writerFor(campaign).write(recipient.variant, recipient, addresses)
      return {
        id: recipient._id.toHexString(),
        address: recipient.address,
        name: recipient.name === recipient.address ? '' : recipient.name,
        fromName: campaign.message?.fromName ?? '',
        subject,
        html,
        text,
        unsubscribeUrl: addresses.unsubscribe,
        feedback: [campaign._id.toHexString(), this.#accountId.toHexString()]
      }
    } catch (error) {
      const fault = faultOf(error)
      if (!fault) throw error
      throw new BulkError(
        'refused',
        `The message could not be written for this recipient: ${fault.message}`,
        {
          status: '5.6.0'
        }
      )
    }
  }

  /** Several that leave at once share a command. */
  #leaving = grouped<Types.ObjectId, true>((ids) => noteLeaving(ids, this.#by))

  #checkAgain = grouped<{ campaign: CampaignDoc; recipient: RecipientDoc }, string | null>(async (items) => {
    const reasons = new Map<string, Map<string, string>>()
    for (const { campaign } of items) {
      const id = campaign._id.toHexString()
      if (reasons.has(id)) continue
      const theirs = items.filter((one) => one.campaign._id.equals(campaign._id))
      reasons.set(
        id,
        await leftOut(
          this.#hub,
          campaign,
          theirs.map(({ recipient }) => recipient)
        )
      )
    }
    return items.map(
      ({ campaign, recipient }) => reasons.get(campaign._id.toHexString())?.get(recipient.address) ?? null
    )
  })

  #note = grouped<Outcome, null>(async (outcomes) => {
    for (;;) {
      try {
        await noteOutcomes(outcomes, this.#by)
        break
      } catch (error) {
        // The far side has them: losing the note would lose that, and the claim keeps them from others.
        this.#hub.log.warn({ err: error }, 'outcomes of a campaign could not be noted yet')
        await sleep(500)
      }
    }
    const sent = outcomes.filter(({ state }) => state === 'sent').length
    if (sent > 0) this.#countDay(sent)
    return outcomes.map(() => null)
  })

  /** Notes an outcome; the run does not end before it is noted. */
  #settle(outcome: Outcome) {
    this.#inFlight++
    this.#note(outcome)
      .then(() => {
        count(this.#hub, outcome.recipient, countedOf(outcome))
        return outcome.isHard ? takeOff(this.#hub, outcome.recipient, 'hard-bounce') : undefined
      })
      .catch((error: unknown) => {
        this.#hub.log.error({ err: error }, 'an outcome of a campaign was lost')
      })
      .finally(() => {
        this.#inFlight--
        this.#wake()
      })
  }

  #countDay(sent: number) {
    const day = dayIn('UTC', campaignNow())
    const write = async () => {
      const days = { ...this.#settings?.days }
      const old = Object.keys(days).filter((one) => Date.parse(one) < Date.parse(day) - keptDays * 86_400_000)
      await Sender.collection.updateOne(
        { _id: this.#accountId as never },
        {
          $inc: { [`days.${day}`]: sent },
          ...(old.length > 0 && { $unset: Object.fromEntries(old.map((one) => [`days.${one}`, ''])) })
        } as never,
        { upsert: true }
      )
    }
    this.#dayWriting = this.#dayWriting.then(write).catch((error: unknown) => {
      this.#hub.log.warn({ err: error }, 'the number of a day could not be written')
    })
  }

  async #afterFailure(campaign: CampaignDoc, recipient: RecipientDoc, error: unknown) {
    const now = campaignNow()
    if (!(error instanceof BulkError && error.failure === 'unknown')) this.#today.left--
    if (error instanceof ClaimLost) return
    if (error instanceof NotNow) return giveBack({ _id: recipient._id, 'claim.by': this.#by })
    if (!(error instanceof BulkError)) {
      // Ours: nothing left, and trying it again at once would do the same.
      this.#hub.log.error(
        { err: error, recipientId: recipient._id },
        'a mail of a campaign failed unexpectedly'
      )
      const failure = new BulkError('later', 'Something went wrong on our side')
      return this.#settle(outcomeOf(recipient, failure, now))
    }
    if (error.failure === 'unreachable' || error.failure === 'unauthorized') {
      await giveBack({ _id: recipient._id, 'claim.by': this.#by })
      if (error.failure === 'unauthorized') return this.#refused(campaign, error)
      const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(10, this.#failures))
      // Many that were under way fail together; that is one failure.
      if (now >= this.#pausedUntil) {
        this.#failures++
        this.#pausedUntil = now + pause
        this.#hub.log.warn({ err: error }, 'the mail server of a campaign does not answer')
        await this.#setTrouble(error.message)
      }
      return
    }
    if (isSlow(error)) {
      const opens = this.#lanes.slow(recipient.domain, now)
      if (opens - now > aheadSeconds * 1000) await this.#release(recipient.domain)
    }
    this.#settle(outcomeOf(recipient, error, now))
  }

  /** What waits for a lane that is shut for longer need not be held. */
  async #release(domain: string) {
    const list = this.#waiting.get(domain) ?? []
    this.#waiting.delete(domain)
    this.#size -= list.length
    const ids = list.map(({ recipient }) => recipient._id)
    if (ids.length > 0) await giveBack({ _id: { $in: ids }, 'claim.by': this.#by })
  }

  async #refused(campaign: CampaignDoc, error: BulkError) {
    this.#campaigns.delete(campaign._id.toHexString())
    await pauseItself(this.#hub, campaign._id, 'refused', error.message)
    if (this.#account) await setHealth(this.#hub, this.#account, 'refused', error.message)
  }

  async #setTrouble(trouble: string) {
    await Sender.updateOne({ _id: this.#accountId }, { $set: { trouble } }, { upsert: true })
  }

  #isIdle(found: boolean): boolean {
    const now = performance.now()
    if (found || this.#size > 0 || this.#inFlight > 0) this.#idleSince = null
    else this.#idleSince ??= now
    return this.#idleSince !== null && now - this.#idleSince > idleMs
  }

  /** Until something ended, or the next may leave. */
  async #rest(next: number | null) {
    const most = this.#inFlight > 0 || this.#size > 0 ? 250 : 100
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
