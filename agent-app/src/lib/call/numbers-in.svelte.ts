import type { findPhoneNumbersInText } from 'libphonenumber-js/min'
import { untrack } from 'svelte'
import type { FoundNumber } from '../conversation/plain-text.ts'

/** Seven digits or more, as people write them; the library tells whether it is a number. */
const maybe = /\+?\d(?:[\s().-]{0,2}\d){6,}/

/** The library is larger than the rest of a conversation: it comes with the first text that may hold a number. */
class NumberFinder {
  #find = $state.raw<typeof findPhoneNumbersInText | null>(null)
  #isAsked = false

  of(text: string): readonly FoundNumber[] {
    if (!maybe.test(text)) return []
    if (!this.#find) {
      untrack(() => void this.#load())
      return []
    }
    return this.#find(text).map(({ startsAt, endsAt, number }) => ({
      at: startsAt,
      length: endsAt - startsAt,
      number: number.number
    }))
  }

  async #load(): Promise<void> {
    if (this.#isAsked) return
    this.#isAsked = true
    try {
      this.#find = (await import('libphonenumber-js/min')).findPhoneNumbersInText
    } catch {
      // Without the network numbers stay plain text; the next text asks again.
      this.#isAsked = false
    }
  }
}

const finder = new NumberFinder()

/** International telephone numbers in a text; none until the library is here. */
export const numbersIn = (text: string): readonly FoundNumber[] => finder.of(text)
