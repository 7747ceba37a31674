import type { Ticker } from './audio/ticker.ts'
import type { Directory } from './directory.ts'
import type { FeatureServer } from './feature-server.ts'
import type { Fields, Verb } from './frame.ts'
import type { Leg } from './leg.ts'
import type { Media, Options } from './options.ts'
import type { Queues } from './rooms/queue.ts'
import type { Rooms } from './rooms/room.ts'
import type { Wire } from './wire.ts'

/** What a session needs of the platform that it runs on. */
export interface Platform {
  readonly options: Options
  readonly wire: Wire
  readonly ticker: Ticker
  readonly directory: Directory
  readonly rooms: Rooms
  readonly queues: Queues
  /** SMS that verbs asked for. */
  readonly messages: Fields[]
  media: (url: string) => Media
  /** Makes a leg as `createCall` does, with a session of its own. Undefined when the body is bad. */
  create: (body: Fields, server: FeatureServer, base?: URL) => Leg | undefined
  /** A dialled leg becomes a session of its own. */
  adult: (leg: Leg, server: FeatureServer, base: URL, parent: Fields, verbs: Verb[]) => void
}
