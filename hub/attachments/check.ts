import type { Types } from 'mongoose'
import { ChannelError } from '@palabre/channels/channel'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { ScannerAway, scan, type Verdict } from './scan.ts'
import { findFile, files, openFile, readFile, type FileMeta, type StoredFile } from './store.ts'
import { tellFile } from './tell.ts'

/** What is known for good. What could not be scanned may be once the scanner takes more. */
const isSettled = ({ check }: FileMeta) => check === 'clean' || check === 'infected'

/** Scans that are under way in this process: however many ask for a file, the scanner is asked once. */
const underWay = new Map<string, Promise<StoredFile>>()

/**
 * The file with what the scanner says of it, asked now if it was not before; `waiting` while the scanner is away. Without
 * a scanner nothing is asked, and what an earlier one found still counts.
 */
export function checkFile(hub: Hub, file: StoredFile): Promise<StoredFile> {
  const address = hub.env.CLAMD_URL
  if (address === '' || isSettled(file.metadata)) return Promise.resolve(file)
  const key = file._id.toHexString()
  const running = underWay.get(key)
  if (running) return running
  const asked = ask(hub, address, file).finally(() => underWay.delete(key))
  underWay.set(key, asked)
  return asked
}

async function ask(hub: Hub, address: string, file: StoredFile): Promise<StoredFile> {
  let verdict: Verdict
  try {
    verdict = await scan(address, openFile(file._id) as AsyncIterable<Uint8Array>)
  } catch (error) {
    if (!(error instanceof ScannerAway)) throw error
    hub.log.warn({ err: error, fileId: file._id }, 'a file could not be scanned yet')
    return { ...file, metadata: { ...file.metadata, check: 'waiting' } }
  }
  const newest = (await files().findOneAndUpdate(
    { _id: file._id as never, 'metadata.check': { $nin: ['clean', 'infected'] } } as never,
    {
      $set: {
        'metadata.check': verdict.is,
        ...(verdict.is === 'infected' && { 'metadata.finding': verdict.finding })
      }
    } as never,
    { returnDocument: 'after' }
  )) as StoredFile | null
  return newest ?? (await findFile(file._id)) ?? file
}

/** Why a file is not given out, in plain words; null: it may be. A file that was not scanned yet is scanned now. */
async function whyNot(hub: Hub, file: StoredFile): Promise<{ isFinal: boolean; words: string } | null> {
  const before = file.metadata.check
  const newest = await checkFile(hub, file)
  const { check, finding = '' } = newest.metadata
  if (check !== before) await tellFile(hub, newest)
  if (check === 'infected') return { isFinal: true, words: `The file is infected (${finding})` }
  if (hub.env.CLAMD_URL === '' || check === 'clean') return null
  return check === 'unscannable'
    ? { isFinal: true, words: 'The file is larger than the virus scanner takes' }
    : { isFinal: false, words: 'The file is still being checked for viruses' }
}

/** Refuses `wrong-state` for a file that nobody may have, or not yet. */
export async function checkOut(hub: Hub, file: StoredFile): Promise<void> {
  const reason = await whyNot(hub, file)
  if (reason) refuse('wrong-state', reason.words)
}

/** The bytes of a file on its way to a channel. Throws ChannelError for one that nobody may have, or not yet. */
export async function takeOut(hub: Hub, id: Types.ObjectId): Promise<Buffer> {
  const file = await findFile(id)
  if (!file) throw new ChannelError('refused', 'The file is gone')
  const reason = await whyNot(hub, file)
  if (reason) throw new ChannelError(reason.isFinal ? 'refused' : 'unreachable', reason.words)
  return readFile(id)
}
