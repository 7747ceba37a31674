import type { Place } from './record.ts'

/** Told in plain words what an engine does, a line at a time. */
export type Log = (line: string) => void

/** A database server that runs beside the hub and is started again when it dies. */
export interface Engine {
  /** What to connect to. It stays the same through every restart. */
  readonly url: string
  /** The server's process; 0 while it is being restarted. */
  readonly pid: number
  /** Stops the server and waits until it is gone. A server that another process started is only let go of. */
  stop(): Promise<void>
  /** Ends the server as a power cut would (SIGKILL), for tests. It is then restarted. */
  kill(): void
}

/** How one kind of server is run. */
export interface EngineKind {
  name: string
  /** Chooses where to serve. */
  newPlace(dir: string): Promise<Place>
  /** Whether a place used earlier can be used again. */
  isUsable(place: Place): Promise<boolean>
  url(place: Place): string
  /** The words and the environment that start the server in the foreground. */
  command(place: Place, dir: string): { words: string[]; env: Record<string, string> }
  /** What to say to a server to learn its process number, which `readPid` finds in all bytes it answered so far. */
  greeting(place: Place): { ask: Buffer; readPid(answer: Buffer): number | undefined }
}

/** A server that answers now, whoever started it. */
export interface Run {
  pid: number
  /** Resolves with the reason when the server is gone. */
  gone: Promise<string>
  end(): Promise<void>
}
