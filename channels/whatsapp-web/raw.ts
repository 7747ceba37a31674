import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'

/** A name of somebody in WhatsApp; the page gives it as text or as an object. */
const Wid = Type.Union([Type.String(), Type.Object({ _serialized: Type.String() })])

const Key = Type.Object({
  fromMe: Type.Boolean(),
  remote: Wid,
  _serialized: Type.String({ minLength: 1, maxLength: 300 })
})

/** What is relied on in a message of the page; the rest is looked at with care. */
const Raw = Type.Object({ id: Key, type: Type.String({ maxLength: 100 }) })

export type RawMessage = Static<typeof Raw> & Record<string, unknown>

const isRaw = Compile(Raw)
export const isRawMessage = (value: unknown): value is RawMessage => isRaw.Check(value)

const keyCheck = Compile(Key)
export const isKey = (value: unknown): value is Static<typeof Key> => keyCheck.Check(value)

export const widText = (wid: Static<typeof Wid>): string => (typeof wid === 'string' ? wid : wid._serialized)

/** The chat that a message stands in: `5511987654321@c.us`, `1234@lid`, `…@g.us`. */
export const chatOf = ({ id }: Pick<RawMessage, 'id'>): string => widText(id.remote)

/** Is it between two people? Groups, channels, broadcasts and the status are not. */
export const isPrivate = (chatId: string): boolean => /^[1-9]\d{4,}@(c\.us|lid)$/.test(chatId)

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
export const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

/** Seconds since the epoch at which WhatsApp's server took it. */
export const secondsOf = ({ t }: RawMessage): number | undefined => numberOf(t)

/** It has a file that the page can fetch. */
export const hasFile = ({ directPath }: RawMessage): boolean => textOf(directPath) !== ''
