import type { Hub } from '../../hub.ts'
import type { RecordingDoc } from '../recording.model.ts'
import { gridFsStore } from './gridfs.ts'
import { s3Store } from './s3.ts'

/** Where sealed sound is kept, by name. Every call may fail, and may be repeated. */
export interface SoundStore {
  put(name: string, bytes: Buffer): Promise<void>
  /** Throws when there is nothing of this name. */
  get(name: string): Promise<Buffer>
  /** Erases everything whose name begins so; nothing of it may be there. */
  clear(prefix: string): Promise<void>
}

type Kind = RecordingDoc['store']

/** Where new recordings are kept: in S3 when the environment names one, else in GridFS. */
export const storeKind = ({ env }: Pick<Hub, 'env'>): Kind =>
  env.RECORDINGS_S3_ENDPOINT === '' ? 'gridfs' : 's3'

const stores = new WeakMap<Hub, Partial<Record<Kind, SoundStore>>>()

/** The store of a recording: the one that was set when it was made. Throws when that is not set any more. */
export function storeOf(hub: Hub, kind: Kind): SoundStore {
  let known = stores.get(hub)
  if (!known) stores.set(hub, (known = {}))
  return (known[kind] ??= kind === 's3' ? s3Store(hub.env) : gridFsStore())
}
