import type { Channel } from './channel.ts'
import { chat } from './chat/index.ts'
import { email } from './email/index.ts'
import { instagram } from './instagram/index.ts'
import { messenger } from './messenger/index.ts'
import { voice } from './voice/index.ts'
import { whatsapp } from './whatsapp/index.ts'
import { whatsappWeb } from './whatsapp-web/index.ts'
import { x } from './x/index.ts'

/** Every channel that this build carries. A new one is added here and nowhere else. */
export const channels: readonly Channel[] = [
  chat,
  email,
  voice,
  whatsapp,
  whatsappWeb,
  messenger,
  instagram,
  x
] as unknown as readonly Channel[]

/** The channel of this name. Throws when the build does not carry it. */
export function channelNamed(name: string): Channel {
  const channel = channels.find((one) => one.name === name)
  if (!channel) throw new Error(`There is no channel named ${name}`)
  return channel
}
