import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'puppeteer-core'
import { catchUp } from './catch-up.ts'
import type { Chromium } from './chromium.ts'
import { makeClient, type WhatsappClient } from './client.ts'
import { startFailure } from './failure.ts'
import { Intake } from './intake.ts'
import { limits } from './limits.ts'
import { Pace } from './pace.ts'
import { People } from './people.ts'
import { offerPhone } from './phones.ts'
import { Position } from './position.ts'
import { endGroup, makeProfile, noteBrowser, removeProfile } from './profile.ts'
import { packSession, unpackSession } from './session.ts'
import { settingsOf, type WhatsappWebListening } from './settings.ts'
import { within } from './within.ts'

/** How a browser is looked after, in milliseconds. */
export interface Care {
  /** Between two looks whether the page still answers. */
  beat: number
  /** When its session is kept: after it is ready, and from the last one on again and again. */
  keep: readonly number[]
  /** Between two looks for messages that the page did not tell of. */
  lookAgain: number
  /** Without WhatsApp for so long: shown; and for so long: started anew. */
  shown: number
  anew: number
}

/** Why a browser's time was over. */
export interface End {
  why: 'aborted' | 'unlinked' | 'refused' | 'down'
  detail: string
  /** It had been signed in. */
  wasUp: boolean
}

const missedBeats = 2
/** What is left of two seconds after the signal: to close the browser, and to keep its session. */
const closeMs = 700
const lastKeepMs = 900

const blocked = 'WhatsApp has blocked this number or this way of using it.'
const ends: Record<string, Omit<End, 'wasUp'>> = {
  LOGOUT: { why: 'unlinked', detail: 'The phone is no longer linked.' },
  UNPAIRED: { why: 'unlinked', detail: 'The phone is no longer linked.' },
  UNPAIRED_IDLE: { why: 'unlinked', detail: 'The phone is no longer linked.' },
  CONFLICT: { why: 'down', detail: 'Another browser has taken over this phone’s session.' },
  DEPRECATED_VERSION: { why: 'down', detail: 'WhatsApp no longer accepts this version of its page.' },
  PROXYBLOCK: { why: 'refused', detail: 'WhatsApp does not accept connections from this network.' },
  TOS_BLOCK: { why: 'refused', detail: blocked },
  SMB_TOS_BLOCK: { why: 'refused', detail: blocked }
}

/**
 * One browser from its start to its end: signed in from the kept session or by a code to scan, its messages taken and
 * its phone offered for sending while it is ready. Never throws; leaves no process and no file behind.
 */
export async function hold(listening: WhatsappWebListening, chromium: Chromium, care: Care): Promise<End> {
  const dir = await makeProfile()
  try {
    return await new Holding(listening, chromium, care, dir).run()
  } finally {
    await removeProfile(dir)
  }
}

class Holding {
  readonly #listening: WhatsappWebListening
  readonly #chromium: Chromium
  readonly #care: Care
  readonly #dir: string
  readonly #profile: string
  readonly #kill = new AbortController()
  readonly #life = new AbortController()
  readonly #timers = new Set<NodeJS.Timeout>()
  #end: (end: Omit<End, 'wasUp'>) => void = () => {}
  readonly #ended: Promise<Omit<End, 'wasUp'>>
  #isUp = false
  #wasUp = false
  #shows = false
  #missed = 0
  #awaySince = 0
  #catchUp: () => void = () => {}
  #withdraw: () => void = () => {}
  #startTimer: NodeJS.Timeout | undefined
  #keeping: Promise<void> = Promise.resolve()

  constructor(listening: WhatsappWebListening, chromium: Chromium, care: Care, dir: string) {
    this.#listening = listening
    this.#chromium = chromium
    this.#care = care
    this.#dir = dir
    this.#profile = join(dir, 'profile')
    this.#ended = new Promise((resolve) => (this.#end = resolve))
  }

  async run(): Promise<End> {
    const { signal, pairing } = this.#listening
    const abort = () => this.#end({ why: 'aborted', detail: '' })
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    let client: WhatsappClient | null = null
    let end: Omit<End, 'wasUp'>
    try {
      await this.#restore()
      client = await this.#start()
      end = await this.#ended
    } catch (error) {
      const { refused, detail } = startFailure(error)
      end = { why: refused ? 'refused' : 'down', detail }
    } finally {
      signal.removeEventListener('abort', abort)
      this.#withdraw()
      this.#life.abort()
      for (const timer of this.#timers) clearTimeout(timer)
      if (this.#shows) pairing(null)
    }
    await close(client, this.#kill)
    await this.#keepLast(end)
    return { ...end, wasUp: this.#wasUp }
  }

  async #restore(): Promise<void> {
    const { keep } = this.#listening
    await mkdir(this.#profile, { mode: 0o700 })
    const kept = await keep.load()
    if (!kept) return
    try {
      await unpackSession(kept, this.#profile)
    } catch (error) {
      await keep.save(null)
      throw error
    }
  }

  async #start(): Promise<WhatsappClient> {
    const { cursor, account } = this.#listening
    const settings = settingsOf(account)
    const saved = await cursor.load()
    const position = new Position(saved, new Date())
    // At once: what arrives while we are away again must not count as what was there at the first look.
    if (!saved) await cursor.save(position.save())
    const fail = (error: unknown) => {
      const { refused, detail } = startFailure(error)
      this.#end({ why: refused ? 'refused' : 'down', detail })
    }
    const client = await makeClient({
      settings,
      chromium: this.#chromium,
      dir: this.#dir,
      profile: this.#profile,
      kill: this.#kill.signal,
      onBrowser: (browser) => this.#watchBrowser(browser, client),
      onFailure: fail
    })
    const people = new People(client)
    const { signal } = this.#life
    const { language } = settings
    const intake = new Intake({
      listening: this.#listening,
      language,
      client,
      people,
      position,
      signal,
      onFailure: fail
    })
    this.#catchUp = () => {
      catchUp(client, intake, position).catch((error: unknown) => {
        if (!signal.aborted) fail(error)
      })
    }
    client.on('qr', (qr) => this.#show(qr))
    client.on('authenticated', () => this.#signIn())
    client.on('ready', () => {
      if (!this.#wasUp)
        this.#withdraw = offerPhone(account.id, { client, people, pace: new Pace(settings.perMinute) })
      this.#goUp(client)
    })
    client.on('disconnected', (reason) =>
      this.#end(ends[reason] ?? { why: 'down', detail: `WhatsApp ended the connection: ${reason}.` })
    )
    client.on('change_state', () => this.#beat(client))
    this.#giveUpAfter(limits.startMs, 'WhatsApp’s page did not get ready.')
    client.initialize().catch(fail)
    return client
  }

  #watchBrowser(browser: Browser, client: WhatsappClient): void {
    const pid = browser.process()?.pid
    if (pid !== undefined)
      noteBrowser(this.#dir, pid).catch((error: unknown) => {
        this.#end({ why: 'down', detail: (error as Error).message })
      })
    browser.on('disconnected', () => this.#end({ why: 'down', detail: 'The browser ended.' }))
    client.pupPage?.on('error', () => this.#end({ why: 'down', detail: 'WhatsApp’s page crashed.' }))
    this.#every(this.#care.beat, () => this.#beat(client))
  }

  #show(qr: string): void {
    if (this.#life.signal.aborted) return
    const { pairing, health } = this.#listening
    clearTimeout(this.#startTimer)
    this.#shows = true
    pairing({ qr, expiresAt: new Date(Date.now() + limits.codeMs) })
    health('down', 'It waits for its code to be scanned with the phone: WhatsApp, “Linked devices”.')
  }

  #signIn(): void {
    if (this.#shows) this.#listening.pairing(null)
    this.#shows = false
    this.#giveUpAfter(limits.syncMs, 'WhatsApp’s page did not get ready after the scan.')
  }

  #goUp(client: WhatsappClient): void {
    if (this.#life.signal.aborted) return
    clearTimeout(this.#startTimer)
    const isFirst = !this.#wasUp
    this.#isUp = true
    this.#wasUp = true
    this.#awaySince = 0
    const number = client.info?.wid?.user
    this.#listening.health('up', number ? `+${number}` : '')
    this.#catchUp()
    if (!isFirst) return
    this.#every(this.#care.lookAgain, () => this.#catchUp())
    this.#keepAfter(0)
  }

  /** Is there somebody in the page, and has it WhatsApp at the other end? */
  #beat(client: WhatsappClient): void {
    const state = client.pupPage?.evaluate(`window.require?.('WAWebSocketModel')?.Socket?.state ?? ''`)
    if (!state) return
    within(limits.askMs, 'The page', state).then(
      (said) => {
        this.#missed = 0
        this.#judge(client, String(said))
      },
      () => {
        // Between two loads of the page there is nobody either.
        if (++this.#missed >= missedBeats)
          this.#end({ why: 'down', detail: 'WhatsApp’s page no longer answered.' })
      }
    )
  }

  #judge(client: WhatsappClient, state: string): void {
    if (this.#life.signal.aborted) return
    // After a few codes the page waits for a click.
    if (!this.#wasUp && state === 'UNPAIRED_IDLE')
      client.pupPage?.evaluate(`window.require('WAWebCmd').Cmd.refreshQR()`).catch(() => this.#missed++)
    if (!this.#wasUp) return
    if (state === 'CONNECTED') {
      if (!this.#isUp) this.#goUp(client)
      this.#awaySince = 0
      return
    }
    this.#awaySince ||= Date.now()
    const awayMs = Date.now() - this.#awaySince
    if (awayMs > this.#care.anew) this.#end({ why: 'down', detail: 'WhatsApp is not reached.' })
    else if (awayMs > this.#care.shown && this.#isUp) {
      this.#isUp = false
      this.#listening.health('down', 'WhatsApp is not reached; the page tries again.')
    }
  }

  #keepAfter(turn: number): void {
    const { keep } = this.#care
    const ms = keep[Math.min(turn, keep.length - 1)] ?? limits.syncMs
    this.#after(ms, () => {
      this.#keeping = this.#keep().then(
        () => this.#keepAfter(turn + 1),
        (error: unknown) => this.#listening.health('up', (error as Error).message)
      )
    })
  }

  /** Keeps the session as it is on the disk now; when the page writes all the time, the earlier one stays. */
  async #keep(): Promise<void> {
    const packed = await packSession(this.#profile)
    if (packed && !this.#life.signal.aborted) await this.#listening.keep.save(packed)
  }

  /** At the end the browser is gone and its files are still. One that was never signed in has nothing to keep. */
  async #keepLast({ why }: Pick<End, 'why'>): Promise<void> {
    const { keep } = this.#listening
    if (why === 'unlinked') return keep.save(null)
    if (!this.#wasUp) return
    const last = this.#keeping.then(async () => {
      const packed = await packSession(this.#profile)
      if (packed) await keep.save(packed)
    })
    // The one of a few minutes ago is kept already.
    await within(lastKeepMs, 'Keeping the session', last).catch(() => {})
  }

  #giveUpAfter(ms: number, detail: string): void {
    clearTimeout(this.#startTimer)
    this.#startTimer = this.#after(ms, () => this.#end({ why: 'down', detail }))
  }

  #after(ms: number, then: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (!this.#life.signal.aborted) then()
    }, ms)
    this.#timers.add(timer)
    return timer
  }

  #every(ms: number, then: () => void): void {
    this.#after(ms, () => {
      then()
      this.#every(ms, then)
    })
  }
}

/** Asks the browser to end, and ends it when it does not. */
async function close(client: WhatsappClient | null, kill: AbortController): Promise<void> {
  const browser = client?.pupBrowser
  const pid = browser?.process()?.pid
  // Whether it went by itself does not matter: it is ended now.
  if (browser?.connected) await within(closeMs, 'Closing the browser', browser.close()).catch(() => {})
  kill.abort()
  if (pid !== undefined) endGroup(pid)
}
