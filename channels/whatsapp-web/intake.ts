import { createHash } from 'node:crypto'
import type { Message, Reaction } from 'whatsapp-web.js'
import type { InboundEvent, InboundMessage } from '../channel.ts'
import { cleanLine, cleanText } from '../clean-text.ts'
import type { WhatsappClient } from './client.ts'
import { Files } from './files.ts'
import { limits } from './limits.ts'
import type { People } from './people.ts'
import type { Position } from './position.ts'
import {
  chatOf,
  isKey,
  isPrivate,
  isRawMessage,
  numberOf,
  secondsOf,
  textOf,
  widText,
  type RawMessage
} from './raw.ts'
import { isNote, readContent } from './read-content.ts'
import type { WhatsappWebListening } from './settings.ts'
import { pause, within } from './within.ts'
import { say, type Language } from './words.ts'

interface Taking {
  listening: Pick<WhatsappWebListening, 'report' | 'cursor'>
  language: Language
  client: WhatsappClient
  people: People
  position: Position
  signal: AbortSignal
  onFailure(error: unknown): void
}

const states = { '-1': 'failed', '1': 'sent', '2': 'delivered', '3': 'read', '4': 'read' } as const
const longestPauseMs = 30_000

/**
 * What the page tells, stored: each chat in its order, chats beside each other. What cannot be stored is tried again for
 * as long as the browser lives, and the position stays before it.
 */
export class Intake {
  readonly #taking: Taking
  readonly #files: Files
  readonly #lines = new Map<string, Promise<void>>()
  /** Messages that could not be decrypted, and were reported so. */
  readonly #unreadable = new Set<string>()
  #saving: Promise<void> = Promise.resolve()

  constructor(taking: Taking) {
    this.#taking = taking
    this.#files = new Files(taking.language, taking.signal)
    const { client } = taking
    client.on('message', (message) => this.take(message))
    client.on('message_ciphertext_failed' as never, (message: Message) => this.#takeUnreadable(message))
    client.on('message_edit', (message, text) => this.#takeEdit(message, text))
    client.on('message_revoke_everyone', (message) => this.#takeRevoke(message))
    client.on('message_reaction', (reaction) => this.#takeReaction(reaction))
    client.on('message_ack', (message, ack) => this.takeAck(message, ack))
  }

  /** Takes one message of a customer, however often it is told. */
  take(message: Message): void {
    const raw = this.#rawOf(message)
    if (!raw || raw.id.fromMe || isNote(raw.type)) return
    const id = raw.id._serialized
    const chatId = chatOf(raw)
    if (this.#unreadable.delete(id)) {
      const { text } = readContent(raw, this.#taking.language)
      this.#inTurn(chatId, () => this.#amend(chatId, id, text))
      return
    }
    if (!this.#taking.position.begin(id, secondsOf(raw) ?? Math.floor(Date.now() / 1000))) return
    this.#inTurn(chatId, async () => {
      const event = await this.#read(raw, message)
      if (event) await this.#store(event)
      await this.#note(id)
    })
  }

  /** What became of a message of ours; those that were written on the phone are not ours. */
  takeAck(message: Message, ack: number): void {
    const raw = this.#rawOf(message)
    const state = states[String(ack) as keyof typeof states]
    if (!raw?.id.fromMe || state === undefined || message.deviceType !== 'web') return
    const reason = state === 'failed' ? 'WhatsApp did not take it.' : undefined
    this.#inTurn(chatOf(raw), () =>
      this.#store({ kind: 'delivery', externalId: raw.id._serialized, state, ...(reason && { reason }) })
    )
  }

  #takeUnreadable(message: Message): void {
    const raw = this.#rawOf(message)
    if (!raw || raw.id.fromMe) return
    const id = raw.id._serialized
    this.#unreadable.add(id)
    this.#inTurn(chatOf(raw), async () => {
      const event = await this.#headOf(raw)
      if (event) await this.#store({ ...event, text: say('unreadable', this.#taking.language) })
    })
  }

  #takeEdit(message: Message, text: unknown): void {
    const raw = this.#rawOf(message)
    // The page also changes what it shows of a file, as its preview.
    const isEdit = raw?.type === 'chat' || Boolean(raw?.['latestEditMsgKey'])
    if (!raw || raw.id.fromMe || !isEdit || typeof text !== 'string') return
    const edited = cleanText(message.hasMedia ? message.body : text, limits.textInChars)
    const at = numberOf(raw['latestEditSenderTimestampMs'])
    this.#inTurn(chatOf(raw), () => this.#amend(chatOf(raw), raw.id._serialized, edited, at))
  }

  #takeRevoke(message: Message): void {
    const raw = this.#rawOf(message)
    if (!raw || raw.id.fromMe) return
    const original = raw['protocolMessageKey']
    const id = isKey(original) ? original._serialized : raw.id._serialized
    this.#inTurn(chatOf(raw), () => this.#amend(chatOf(raw), id, null))
  }

  #takeReaction({ id, msgId, reaction, timestamp }: Reaction): void {
    if (!isKey(id) || !isKey(msgId) || id.fromMe) return
    const chatId = widText(msgId.remote)
    if (!isPrivate(chatId)) return
    this.#inTurn(chatId, async () => {
      const address = await this.#taking.people.addressOf(chatId)
      if (address === null) return
      await this.#store({
        kind: 'reaction',
        address,
        on: msgId._serialized,
        emoji: cleanLine(textOf(reaction), 32),
        at: momentOf(timestamp)
      })
    })
  }

  async #amend(chatId: string, of: string, text: string | null, atMs?: number): Promise<void> {
    const address = await this.#taking.people.addressOf(chatId)
    if (address === null) return
    const at = atMs === undefined ? new Date() : new Date(atMs)
    await this.#store({ kind: 'amendment', address, of, text, at })
  }

  /** The message with all that belongs to it; null when it is from nobody. */
  async #read(raw: RawMessage, message: Message): Promise<InboundMessage | null> {
    const head = await this.#headOf(raw)
    if (!head) return null
    const { text, isUnknown } = readContent(raw, this.#taking.language)
    const taken = await this.#files.take(raw, message)
    const answers = message.hasQuotedMsg ? await quotedBy(message) : undefined
    return {
      ...head,
      text: taken && 'lost' in taken ? [text, taken.lost].filter(Boolean).join('\n') : text,
      ...(taken && 'file' in taken && { attachments: [taken.file] }),
      ...(answers !== undefined && { answers }),
      ...(isUnknown && { raw: Buffer.from(JSON.stringify(raw)) })
    }
  }

  async #headOf(raw: RawMessage): Promise<Omit<InboundMessage, 'text'> | null> {
    const address = await this.#taking.people.addressOf(chatOf(raw))
    if (address === null) return null
    const name = cleanLine(textOf(raw['notifyName']), limits.nameChars)
    const seconds = secondsOf(raw)
    return {
      kind: 'message',
      address,
      externalId: raw.id._serialized,
      ...(name !== '' && { name }),
      ...(seconds !== undefined && { sentAt: new Date(seconds * 1000) })
    }
  }

  /** The message as the page has it, when it is of a private chat; what has not its form is quarantined. */
  #rawOf({ rawData }: Message): RawMessage | null {
    if (isRawMessage(rawData)) return isPrivate(chatOf(rawData)) && !rawData['isStatusV3'] ? rawData : null
    const bytes = Buffer.from(JSON.stringify(rawData) ?? '')
    const externalId = `unread-${createHash('sha256').update(bytes).digest('hex')}`
    this.#inTurn(externalId, () =>
      this.#store({
        kind: 'quarantined',
        externalId,
        reason: 'WhatsApp’s page told of a message in a form that is not known.',
        raw: bytes
      })
    )
    return null
  }

  async #store(event: InboundEvent): Promise<void> {
    const { signal, listening } = this.#taking
    for (let pauseMs = 1000; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2))
      try {
        await listening.report(event)
        return
      } catch (error) {
        await pause(pauseMs, signal)
        if (signal.aborted) throw error
      }
  }

  /** The position goes on when the message is stored. */
  async #note(id: string): Promise<void> {
    const { position, listening } = this.#taking
    position.end(id)
    this.#saving = this.#saving.then(() => listening.cursor.save(position.save()))
    await this.#saving
  }

  #inTurn(chatId: string, work: () => Promise<void>): void {
    const { signal, onFailure } = this.#taking
    const line = (this.#lines.get(chatId) ?? Promise.resolve())
      .then(() => (signal.aborted ? undefined : work()))
      .catch(onFailure)
      .finally(() => {
        if (this.#lines.get(chatId) === line) this.#lines.delete(chatId)
      })
    this.#lines.set(chatId, line)
  }
}

/** The message that the customer answered; undefined when the page no longer has it. */
async function quotedBy(message: Message): Promise<string | undefined> {
  try {
    const quoted = await within(limits.askMs, 'Looking for the answered message', message.getQuotedMessage())
    return isKey(quoted?.id) ? quoted.id._serialized : undefined
  } catch {
    return undefined
  }
}

/** WhatsApp gives seconds, in some versions milliseconds. */
const momentOf = (stamp: unknown): Date => {
  const value = numberOf(stamp)
  if (value === undefined) return new Date()
  return new Date(value > 1e11 ? value : value * 1000)
}
