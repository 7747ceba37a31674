import type { VisitCallbackOffer } from '@palabre/config/contract/callback'
import type { Chat } from '../chat.svelte.ts'
import { faultOf } from '../forms/answers.ts'
import { Known } from '../forms/known.svelte.ts'
import { randomId } from '../visit/random-id.ts'
import type { AskedCallback } from '../visit/hub.ts'
import { firstCountry, numberOf, readable } from './number.ts'
import { callbackWords, type CallbackWords } from './words.ts'

type Step = 'loading' | 'form' | 'none' | 'code' | 'done'
type Field = 'when' | 'number' | 'name' | 'email' | 'consent' | 'code'

const nameOf = (refused: unknown): string => (refused as { error?: string }).error ?? 'unexpected'

/** Somebody asks to be called: what they choose, what is wrong with it, and what became of it. */
export class Asking {
  step = $state<Step>('loading')
  offer = $state.raw<VisitCallbackOffer | null>(null)
  isNow = $state(true)
  /** Begin of the chosen slot. */
  slot = $state<string | null>(null)
  country = $state(firstCountry(null, []))
  number = $state('')
  reason = $state('')
  isAgreed = $state(false)
  code = $state('')
  isTried = $state(false)
  isBusy = $state(false)
  isResent = $state(false)
  /** Name of a refusal that belongs to no field. */
  failure = $state<string | null>(null)
  /** What the hub said of a field. */
  refused = $state.raw<Partial<Record<Field, string>>>({})
  answer = $state.raw<AskedCallback | null>(null)
  readonly known: Known
  readonly words: CallbackWords
  readonly #chat: Chat
  /** A repeat of the same wish has no effect. */
  #key = randomId()

  readonly e164 = $derived.by(() => numberOf(this.number, this.country))
  readonly faults = $derived.by(() => this.#findFaults())

  constructor(chat: Chat) {
    this.#chat = chat
    this.known = new Known(chat.visit)
    this.words = callbackWords(chat.locale)
  }

  get consent(): string {
    return this.offer?.consent[this.#chat.locale] ?? ''
  }

  /** What is wrong with a field, once they tried; what the hub says comes first. */
  error(field: Field): string | undefined {
    return this.refused[field] ?? (this.isTried ? this.faults[field] : undefined)
  }

  /** The hub's word on a field holds until it changes. */
  touch(...fields: Field[]): void {
    if (!fields.some((field) => this.refused[field] !== undefined)) return
    this.refused = Object.fromEntries(
      Object.entries(this.refused).filter(([field]) => !fields.includes(field as Field))
    )
  }

  async load(): Promise<void> {
    const { visit } = this.#chat
    try {
      const offer = await visit.hub.offerCallback(visit.token)
      const isFirst = this.offer === null
      this.offer = offer
      if (isFirst) this.country = firstCountry(offer.country, navigator.languages)
      if (!offer.now) this.isNow = false
      if (!offer.slots.some(({ from }) => from === this.slot)) this.slot = null
      if (offer.now && offer.slots.length === 0) this.isNow = true
      this.step = offer.now || offer.slots.length > 0 ? 'form' : 'none'
    } catch (refused) {
      const error = nameOf(refused)
      if (error === 'not-found' || error === 'not-deliverable') this.step = 'none'
      else this.failure = error
    }
  }

  again(): void {
    this.failure = null
    void this.load()
  }

  /** Asks, by way of the code where one is wanted. @returns whether it went on */
  async submit(): Promise<boolean> {
    this.isTried = true
    this.failure = null
    if (Object.values(this.faults).some(Boolean)) return false
    return this.offer?.code === 'off' ? this.#ask() : this.sendCode()
  }

  async sendCode(): Promise<boolean> {
    const { visit, locale } = this.#chat
    return this.#whileBusy(async () => {
      await visit.hub.sendCallbackCode(visit.token, { ...this.#person(), locale })
      this.isResent = this.step === 'code'
      this.step = 'code'
      this.code = ''
      this.touch('code')
    })
  }

  async submitCode(): Promise<boolean> {
    if (!/^\d{6}$/.test(this.code.trim())) {
      this.refused = { ...this.refused, code: this.words.needsCode }
      return false
    }
    this.touch('code')
    return this.#ask()
  }

  backToForm(): void {
    this.step = 'form'
    this.failure = null
    this.isResent = false
  }

  #person() {
    const email = this.known.email.trim()
    return {
      number: this.e164 ?? this.number,
      name: this.known.name.trim(),
      ...(this.offer?.emailWanted !== 'no' && email !== '' && { email })
    }
  }

  #ask(): Promise<boolean> {
    const { visit, locale } = this.#chat
    const reason = this.reason.trim()
    return this.#whileBusy(async () => {
      this.answer = await visit.hub.askCallback(visit.token, {
        ...this.#person(),
        locale,
        consent: this.consent,
        key: this.#key,
        ...(reason !== '' && { reason }),
        ...(!this.isNow && this.slot !== null && { slot: this.slot }),
        ...(this.step === 'code' && { code: this.code.trim() })
      })
      this.known.keep()
      // They are called instead of waiting in the chat.
      if (visit.state?.phase === 'queued') visit.end()
      this.step = 'done'
    })
  }

  async #whileBusy(act: () => Promise<void>): Promise<boolean> {
    if (this.isBusy) return false
    this.isBusy = true
    this.failure = null
    try {
      await act()
      return true
    } catch (refused) {
      await this.#said(nameOf(refused))
      return false
    } finally {
      this.isBusy = false
    }
  }

  /** Puts what the hub refused where it can be mended. */
  async #said(error: string): Promise<void> {
    const { words } = this
    const before = this.consent
    if (error === 'wrong-code') this.refused = { code: words.wrongCode }
    else if (error === 'already-asked') this.#show({ number: words.asked })
    else if (error === 'not-deliverable') this.#show({ number: words.notCalled })
    else if (error === 'slot-taken' || error === 'outside-hours') {
      await this.load()
      this.#show({ when: error === 'slot-taken' ? words.taken : words.closed })
    } else if (error === 'invalid-input') {
      await this.load()
      if (this.consent === before) return this.#show({ number: words.wrongNumber })
      this.isAgreed = false
      this.#show({ consent: words.consentChanged })
    } else this.failure = error
  }

  #show(refused: Partial<Record<Field, string>>): void {
    if (this.step === 'code') this.step = 'form'
    this.refused = refused
    // The same wish may be asked for once more; what it becomes is new.
    this.#key = randomId()
  }

  #findFaults(): Partial<Record<Field, string>> {
    const { words } = this.#chat
    const name = faultOf(this.known.name, { required: true })
    const emailWanted = this.offer?.emailWanted ?? 'no'
    const email =
      emailWanted === 'no'
        ? undefined
        : faultOf(this.known.email, { required: emailWanted === 'required', isEmail: true })
    return {
      ...(!this.isNow && this.slot === null && { when: this.words.noTime }),
      ...(this.e164 === null && {
        number: this.number.trim() === '' ? words.missing : this.words.wrongNumber
      }),
      ...(name && { name: words[name] }),
      ...(email && { email: words[email] }),
      ...(!this.isAgreed && { consent: this.words.consent })
    }
  }

  /** The number as one reads it, on one line. */
  get shownNumber(): string {
    return readable(this.answer?.number ?? this.e164 ?? this.number).replaceAll(' ', '\u00a0')
  }
}
