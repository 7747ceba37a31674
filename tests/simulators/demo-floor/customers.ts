import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTransport } from 'nodemailer'
import type { Contact } from '@palabre/config/contract/contact'
import { FloorVisitor } from '../../floor/visitor.ts'
import type { Chance } from '../../floor/random.ts'
import type { HubClient } from '../demo/hub-client.ts'
import { commentChange } from '../graph/page-webhooks.ts'
import { says } from '../graph/customer.ts'
import type { Caller } from '../jambonz/caller.ts'
import { messageCall, post } from '../x/webhooks.ts'
import type { Channels } from './channels.ts'
import { languages, questionIn } from './words.ts'

const ways = {
  chat: 30,
  whatsapp: 20,
  mail: 14,
  voice: 14,
  messenger: 8,
  instagram: 7,
  x: 7
} as const
export type Way = keyof typeof ways

/** Of those who come, as many were here before. */
const returning = 0.3
const vips = 8

/** Customers who come by every channel; some give up, some come again. */
export class Customers {
  readonly came = new Map<Way, number>()
  readonly gaveUp = new Map<Way, number>()
  readonly refusals: string[] = []
  readonly #hub: HubClient
  readonly #channels: Channels
  readonly #chance: Chance
  readonly #tokens: string[] = []
  readonly #here = new Set<FloorVisitor | Caller>()
  readonly #wheel: Way[]
  readonly #patience = new AbortController()
  #count = 0

  constructor(hub: HubClient, channels: Channels, chance: Chance) {
    this.#hub = hub
    this.#channels = channels
    this.#chance = chance
    // Everybody who waits for something listens to it.
    setMaxListeners(0, this.#patience.signal)
    this.#wheel = Object.entries(ways)
      .filter(([way]) => way !== 'mail' || channels.mail !== null)
      .flatMap(([way, share]) => Array.from({ length: share }, () => way as Way))
  }

  /** One more, by any way. What becomes of them is not waited for. */
  come() {
    const way = this.#chance.of(this.#wheel)
    this.came.set(way, (this.came.get(way) ?? 0) + 1)
    this[way]().catch((error: unknown) => {
      if (!this.#patience.signal.aborted) this.refusals.push(`${way}: ${String(error)}`)
    })
  }

  /** Everybody leaves. */
  leave() {
    this.#patience.abort()
    for (const one of this.#here) {
      if (one instanceof FloorVisitor) one.giveUp()
      else one.hangUp()
    }
  }

  async chat() {
    const { chatAccountId } = this.#channels
    const chance = this.#chance
    const again = chance.between(0, 1) < returning ? this.#tokens.shift() : undefined
    const visitor = new FloorVisitor(this.#hub.url, chatAccountId, again ?? null)
    const language = chance.of(languages)
    await visitor.open(language === 'en' ? 'en' : 'fr')
    this.#here.add(visitor)
    visitor.say(questionIn(language, chance), `Customer ${String(++this.#count)}`)
    const isPatient = chance.between(0, 1) > 0.25
    const gone = await Promise.race([
      visitor.ended.then(() => false),
      this.#wait(isPatient ? 900_000 : chance.between(15_000, 90_000)).then(() => true)
    ])
    if (gone && visitor.phase === 'queued') {
      this.#note('chat')
      visitor.giveUp()
    } else {
      if (gone) await visitor.ended
      if (chance.between(0, 1) < 0.4) visitor.rate(Math.ceil(chance.between(1, 5)))
      visitor.leave()
    }
    this.#here.delete(visitor)
    if (visitor.token !== null) this.#tokens.push(visitor.token)
  }

  async whatsapp() {
    const { graph, number } = this.#channels.whatsapp
    const chance = this.#chance
    const n = Math.floor(chance.between(0, 1) < returning ? chance.between(0, 40) : chance.between(40, 9999))
    const from = `2217700${String(n).padStart(5, '0')}`
    const text = questionIn(chance.of(languages), chance)
    const { status, body } = await graph.write(number, from, says(text), { name: `Customer ${String(n)}` })
    taken(status, body)
    if (n < vips) await this.#honour(`+${from}`)
    // Many write what they mean in two messages.
    if (chance.between(0, 1) < 0.3) {
      await this.#wait(chance.between(2000, 15_000))
      await graph.write(number, from, says(questionIn(chance.of(languages), chance)))
    }
  }

  async mail() {
    const { mail } = this.#channels
    if (!mail) return
    const chance = this.#chance
    const text = questionIn(chance.of(['fr', 'en'] as const), chance)
    const n = Math.floor(chance.between(0, 400))
    const transport = createTransport({ host: '127.0.0.1', port: mail.port, ignoreTLS: true })
    try {
      await transport.sendMail({
        from: `customer${String(n)}@customers.example`,
        to: mail.address,
        subject: text.split(/[.?:,]/)[0] ?? text,
        text
      })
    } finally {
      transport.close()
    }
  }

  async voice() {
    const { jambonz, number } = this.#channels.line
    const chance = this.#chance
    const from = `+22177800${String(Math.floor(chance.between(0, 9999))).padStart(4, '0')}`
    const caller = jambonz.call({ from, to: number, name: `Customer ${from.slice(-4)}` })
    // Whoever is called back answers after a moment.
    jambonz.number(from, { after: 2000 })
    this.#here.add(caller)
    const over = new Promise<void>((resolve) => caller.leg.once('ended', () => resolve()))
    const parts = chance.of([['1', '4242#'], ['2'], ['3']])
    await Promise.race([over, this.#press(caller, parts)])
    const isPatient = chance.between(0, 1) > 0.3
    const waited = this.#wait(isPatient ? 600_000 : chance.between(20_000, 90_000))
    const gone = await Promise.race([over.then(() => false), waited.then(() => true)])
    if (gone && !caller.heard.some(({ kind }) => kind === 'room')) this.#note('voice')
    if (gone) caller.hangUp()
    this.#here.delete(caller)
  }

  async messenger() {
    const { pages, page } = this.#channels.messenger
    const text = questionIn(this.#chance.of(['fr', 'wo'] as const), this.#chance)
    const { status, body } = await pages.write(page, this.#someone('7177'), { text })
    taken(status, body)
  }

  async instagram() {
    const { pages, page } = this.#channels.instagram
    const chance = this.#chance
    const text = questionIn(chance.of(['fr', 'en'] as const), chance)
    const id = this.#someone('8188')
    const isPublic = chance.between(0, 1) < 0.5
    const { status, body } = isPublic
      ? await pages.change(page, commentChange(page, { id, name: `customer_${id.slice(-4)}` }, text))
      : await pages.write(page, id, { text })
    taken(status, body)
  }

  async x() {
    const { far, owner, hook } = this.#channels.x
    const person = far.world.person(`Customer ${String(++this.#count)}`)
    const message = far.world.message(person, owner, questionIn('en', this.#chance))
    const { status, body } = await post(hook, messageCall(far.world, owner, message), owner.consumerSecret)
    taken(status, body)
  }

  /** The keys for each question, once the machine has asked it. */
  async #press(caller: Caller, parts: readonly string[]) {
    for (const keys of parts) {
      while (!caller.leg.ended && caller.leg.listenerCount('digit') === 0) await this.#wait(200)
      await this.#wait(this.#chance.between(800, 2500))
      if (caller.leg.ended || this.#patience.signal.aborted) return
      caller.press(keys)
      await this.#wait(1500)
    }
  }

  /** Marks a contact as one who waits less, as an administrator would on the card. */
  async #honour(number: string) {
    const found = await this.#hub.get<{ items: Contact[] }>(
      `/api/contacts?text=${encodeURIComponent(number)}`
    )
    const contact = found.items[0]
    if (!contact || contact.attributes['vip'] === 'yes') return
    await this.#hub.patch(`/api/contacts/${contact.id}`, {
      version: contact.version,
      change: { attributes: { ...contact.attributes, vip: 'yes' } }
    })
  }

  #someone(prefix: string): string {
    return `${prefix}0000${String(Math.floor(this.#chance.between(0, 9_999_999))).padStart(9, '0')}`
  }

  #note(way: Way) {
    this.gaveUp.set(way, (this.gaveUp.get(way) ?? 0) + 1)
  }

  /** Resolves early when everybody leaves. */
  #wait = (ms: number) =>
    sleep(ms, undefined, { signal: this.#patience.signal, ref: false }).catch(() => undefined)
}

function taken(status: number, body: string) {
  if (status !== 200) throw new Error(`the hub answered ${String(status)}: ${body.slice(0, 200)}`)
}
