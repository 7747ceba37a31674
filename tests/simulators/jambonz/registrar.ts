import { createHash, randomBytes } from 'node:crypto'
import type { Webhook } from './application/webhook.ts'
import type { Directory, FarSide } from './directory.ts'
import { isFields, type Fields } from './frame.ts'

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

export interface Registration {
  user: string
  password: string
  /** Seconds. */
  expires: number
}

export type Registered = { ok: true; expires: number } | { ok: false; status: 403; reason: string }

interface Known {
  user: string
  until: number
  timer: NodeJS.Timeout
  /** Where the calls of this device go; of the hook's answer. */
  callHook?: string
}

/** The SBC's registrar: asks the account's registration hook whether a REGISTER is good, and remembers for its time. */
export class Registrar {
  readonly #directory: Directory
  readonly #realm: string
  readonly #hook?: Webhook
  /** By contact: a refresh from the same place is answered from here, so a revoked user stays until it expires. */
  readonly #known = new Map<FarSide, Known>()

  constructor(directory: Directory, realm: string, hook?: Webhook) {
    this.#directory = directory
    this.#realm = realm
    this.#hook = hook
  }

  get users(): string[] {
    return this.#directory.usersOf(this.#realm)
  }

  async register(contact: FarSide, wanted: Registration): Promise<Registered> {
    const known = this.#known.get(contact)
    if (known?.user === wanted.user && known.until > Date.now())
      return this.#keep(contact, wanted.user, wanted.expires, known.callHook)
    const answer = await this.#hook?.post(this.#hook.base, this.#credentials(wanted))
    if (!isFields(answer) || answer['status'] !== 'ok') {
      this.unregister(contact)
      const reason = isFields(answer) && typeof answer['msg'] === 'string' ? answer['msg'] : 'Forbidden'
      return { ok: false, status: 403, reason }
    }
    const { expires = wanted.expires, call_hook } = answer
    return this.#keep(
      contact,
      wanted.user,
      Number(expires),
      call_hook === undefined ? undefined : String(call_hook)
    )
  }

  callHookOf(contact: FarSide): string | undefined {
    return this.#known.get(contact)?.callHook
  }

  unregister(contact: FarSide) {
    const known = this.#known.get(contact)
    if (!known) return
    clearTimeout(known.timer)
    this.#known.delete(contact)
    this.#directory.remove(`${known.user}@${this.#realm}`, contact)
  }

  stop() {
    for (const contact of [...this.#known.keys()]) this.unregister(contact)
  }

  #keep(contact: FarSide, user: string, expires: number, callHook?: string): Registered {
    this.unregister(contact)
    const timer = setTimeout(() => this.unregister(contact), expires * 1000)
    this.#known.set(contact, {
      user,
      until: Date.now() + expires * 1000,
      timer,
      ...(callHook && { callHook })
    })
    this.#directory.put(`${user}@${this.#realm}`, contact)
    return { ok: true, expires }
  }

  /** What a SIP client answers to a challenge (RFC 2617, MD5 with qop=auth). */
  #credentials({ user, password, expires }: Registration): Fields {
    const realm = this.#realm
    const uri = `sip:${realm}`
    const nonce = randomBytes(16).toString('hex')
    const cnonce = randomBytes(8).toString('hex')
    const nc = '00000001'
    const ha1 = md5(`${user}:${realm}:${password}`)
    const ha2 = md5(`REGISTER:${uri}`)
    return {
      method: 'REGISTER',
      realm,
      username: user,
      expires,
      scheme: 'digest',
      nonce,
      uri,
      response: md5(`${ha1}:${nonce}:${nc}:${cnonce}:auth:${ha2}`),
      qop: 'auth',
      nc,
      cnonce,
      algorithm: 'MD5'
    }
  }
}
