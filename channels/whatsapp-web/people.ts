import { canonicalNumber } from '../whatsapp/number.ts'
import type { WhatsappClient } from './client.ts'
import { limits } from './limits.ts'
import { within } from './within.ts'

/**
 * Who is who: WhatsApp names a person by a number (`…@c.us`), in newer chats by an id that says nothing (`…@lid`).
 * Contacts are known by the number's canonical form, as on the WhatsApp channel; one whose number WhatsApp keeps to
 * itself is known by their id.
 */
export class People {
  readonly #client: WhatsappClient
  readonly #addresses = new Map<string, string>()
  readonly #chats = new Map<string, string>()

  constructor(client: WhatsappClient) {
    this.#client = client
  }

  /** The address of the person of a private chat; null for what is nobody's number. */
  async addressOf(chatId: string): Promise<string | null> {
    const known = this.#addresses.get(chatId)
    if (known !== undefined) return known
    const [user = '', server] = chatId.split('@')
    const number = server === 'lid' ? await this.#numberOf(chatId) : user
    const address = number === null ? chatId : canonicalNumber(number)
    // A number that was not told now may be told the next time.
    if (address !== null && number !== null) this.#note(chatId, address)
    return address
  }

  /** Where to write to them; null when they are not on WhatsApp. */
  async chatOf(address: string): Promise<string | null> {
    const known = this.#chats.get(address)
    if (known !== undefined) return known
    if (address.endsWith('@lid')) return address
    // WhatsApp knows some numbers by another form, which it tells.
    const wid = await within(limits.askMs, 'Looking for the number', this.#client.getNumberId(address))
    if (!wid) return null
    this.#note(wid._serialized, address)
    return wid._serialized
  }

  /** Null when WhatsApp does not tell it: one person who cannot be looked up must not hold up the others. */
  async #numberOf(lid: string): Promise<string | null> {
    try {
      const asked = this.#client.getContactLidAndPhone([lid])
      const [found] = await within(limits.askMs, 'Asking for a number', asked)
      return found?.pn?.split('@')[0] ?? null
    } catch {
      return null
    }
  }

  #note(chatId: string, address: string) {
    if (this.#addresses.size >= limits.knownPeople) {
      this.#addresses.clear()
      this.#chats.clear()
    }
    this.#addresses.set(chatId, address)
    this.#chats.set(address, chatId)
  }
}
