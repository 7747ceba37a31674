import type { Permission } from '@palabre/config/contract/permissions'
import {
  changePassword,
  readMe,
  savePreferences,
  signIn,
  signOut,
  type Me,
  type Preferences
} from '@palabre/config/contract/user'
import { bindSession, call, Refusal } from './call.ts'
import { live } from './live.svelte.ts'
import { useTheme } from './theme.ts'
import { words } from './words.svelte.ts'

/** `ended`: somebody was signed in and the hub does not know it any more; the screen behind is kept. */
export type SessionState = 'loading' | 'unreachable' | 'signed-out' | 'signed-in' | 'ended'

const firstRetryMs = 1000
const longestRetryMs = 15_000

/** Who is signed in on this browser, and what they may do. */
class Session {
  #state = $state<SessionState>('loading')
  #me = $state.raw<Me | null>(null)
  #passwordDue = $state(false)
  #retry: ReturnType<typeof setTimeout> | undefined
  #tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('palabre')

  constructor() {
    bindSession({
      csrf: () => this.#me?.csrf ?? '',
      refused: (name) => {
        if (name === 'not-signed-in' && this.#state === 'signed-in') this.#end()
        if (name === 'password-change-required') this.#passwordDue = true
      }
    })
    // Another tab signed in or out: the cookie is shared, so is its fate.
    this.#tabs?.addEventListener('message', () => void this.refresh())
    live.on('session.revoked', ({ userId }) => this.#concerns(userId) && void this.refresh())
    live.on('user.changed', ({ userId }) => this.#concerns(userId) && void this.refresh())
  }

  get state(): SessionState {
    return this.#state
  }

  get me(): Me | null {
    return this.#me
  }

  /** Nothing but a new password is possible. */
  get passwordDue(): boolean {
    return this.#passwordDue
  }

  get preferences(): Preferences | null {
    return this.#me?.preferences ?? null
  }

  /** True when the person may; several permissions: any of them is enough. */
  can(...anyOf: Permission[]): boolean {
    const held = this.#me?.permissions
    return !!held && anyOf.some((permission) => held.includes(permission))
  }

  /** Asks the hub who we are; keeps asking, ever slower, while it does not answer and nobody is known yet. */
  async refresh(waitMs = firstRetryMs): Promise<void> {
    clearTimeout(this.#retry)
    try {
      this.#enter(await call(readMe))
    } catch (error) {
      const name = error instanceof Refusal ? error.name : 'unexpected'
      if (name === 'not-signed-in') {
        if (this.#me) this.#end()
        else this.#state = 'signed-out'
      } else if (!this.#me) {
        this.#state = 'unreachable'
        this.#retry = setTimeout(() => void this.refresh(Math.min(waitMs * 2, longestRetryMs)), waitMs)
      }
    }
  }

  /** @throws {Refusal} wrong-credentials, account-locked, too-many-requests, … */
  async signIn(email: string, password: string): Promise<void> {
    const before = this.#me?.user.id
    const me = await call(signIn, { body: { email, password } })
    this.#tabs?.postMessage('changed')
    // What is on screen belongs to somebody else.
    if (before && before !== me.user.id) return location.reload()
    this.#enter(me)
  }

  /** @throws {Refusal} unreachable, … then the person is still signed in */
  async signOut(): Promise<void> {
    try {
      await call(signOut)
    } catch (error) {
      if (!(error instanceof Refusal) || error.name !== 'not-signed-in') throw error
    }
    this.#tabs?.postMessage('changed')
    this.leave()
  }

  /** Forgets the person on this screen. */
  leave(): void {
    live.stop()
    this.#me = null
    this.#passwordDue = false
    this.#state = 'signed-out'
  }

  /** @throws {Refusal} wrong-credentials, weak-password */
  async changePassword(current: string, next: string): Promise<void> {
    await call(changePassword, { body: { current, next } })
    this.#passwordDue = false
    await this.refresh()
  }

  /**
   * Shows a preference at once and keeps it at the hub; when the hub refuses, shows the former again.
   * @throws {Refusal}
   */
  async savePreferences(change: Partial<Preferences>): Promise<void> {
    const me = this.#me
    if (!me) return this.#apply(change)
    this.#become({ ...me, preferences: { ...me.preferences, ...change } })
    try {
      const preferences = await call(savePreferences, { body: change })
      if (this.#me) this.#become({ ...this.#me, preferences })
    } catch (error) {
      if (this.#me) this.#become({ ...this.#me, preferences: me.preferences })
      throw error
    }
  }

  /** The agent's own record as an event brought it. */
  replaceAgent(agent: NonNullable<Me['agent']>): void {
    if (this.#me && this.#me.agent?.id === agent.id) this.#me = { ...this.#me, agent }
  }

  #concerns(userId: string): boolean {
    return this.#me?.user.id === userId
  }

  #enter(me: Me): void {
    this.#become(me)
    this.#passwordDue = me.user.passwordChangeRequired
    this.#state = 'signed-in'
    if (!this.#passwordDue) live.start(() => void this.refresh())
  }

  #end(): void {
    live.stop()
    this.#state = 'ended'
  }

  #become(me: Me): void {
    this.#me = me
    this.#apply(me.preferences)
  }

  #apply({ locale, theme }: Partial<Preferences>): void {
    if (locale && locale !== words.locale) words.use(locale)
    if (theme) useTheme(theme)
  }
}

export const session = new Session()
