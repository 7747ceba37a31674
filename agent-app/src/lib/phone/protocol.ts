/** The small protocol of README.md: signalling as JSON, sound as binary frames. */
export const subProtocol = 'palabre-phone'

/** An address of this protocol says so: `wss://host/phone?protocol=palabre-phone`. Every other one is SIP over WSS. */
export const speaksPalabre = (server: string): boolean =>
  URL.parse(server)?.searchParams.get('protocol') === subProtocol

export type Rate = 8000 | 16_000
export const rates: readonly Rate[] = [16_000, 8000]
/** Length of one frame of sound. */
export const frameMs = 20

/** Another line of the same user took the place of this one. */
export const replacedCode = 4001

export type FromPhone =
  | { type: 'register'; user: string; password: string; uri: string; rates: readonly Rate[] }
  | { type: 'unregister' }
  | { type: 'answer'; id: string }
  | { type: 'decline'; id: string; cause: 'declined' | 'busy' }
  | { type: 'bye'; id: string }
  | { type: 'dtmf'; id: string; keys: string }
  | { type: 'ping' }

export type ToPhone =
  | { type: 'registered'; rate: Rate }
  | { type: 'refused'; reason: string }
  | {
      type: 'ring'
      id: string
      number: string
      name: string
      headers: Record<string, string>
      resumed?: boolean
    }
  | { type: 'talking'; id: string }
  | { type: 'bye'; id: string }
  | { type: 'pong' }
