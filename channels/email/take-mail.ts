import type { FetchMessageObject, ImapFlow } from 'imapflow'
import type { InboundEvent, Listening } from '../channel.ts'
import { fetchSources, setAside } from './fetch-source.ts'
import { externalIdOf, readHeaders } from './headers.ts'
import { folderPath, imapFailure } from './imap-client.ts'
import { isWanted, uidsAfter, type Position } from './imap-position.ts'
import { limits } from './limits.ts'
import { parseMail, quarantined } from './parse.ts'
import type { emailSettings, EmailSettings } from './settings.ts'

export type EmailListening = Listening<typeof emailSettings>

/** The mail that is being taken, and how often each half of that failed, over all reconnections. */
export interface Taking {
  uid: number
  stage: 'fetch' | 'store'
  failed: { fetch: number; store: number }
}

/** One open mailbox and what is known of reading it. */
export interface Reading {
  client: ImapFlow
  listening: EmailListening
  settings: EmailSettings
  position: Position
  /** Outlives the connection: what is being taken when it breaks. */
  memory: { taking: Taking | undefined }
}

const byUid = { uid: true } as const

/**
 * Takes every mail after the position, in the order of UIDs: stored by the hub first, then marked in the mailbox,
 * then the position is saved. Killed anywhere between, the next run takes that mail again, and the hub knows it.
 */
export async function takeMail(reading: Reading): Promise<void> {
  const { client, position } = reading
  const uids = await uidsAfter(client, position)
  for (let at = 0; at < uids.length; at += limits.fetchCount) {
    const chunk = uids.slice(at, at + limits.fetchCount)
    const described = await client.fetchAll(
      chunk.join(','),
      { size: true, internalDate: true, flags: true },
      byUid
    )
    const wanted = described
      .filter((mail) => chunk.includes(mail.uid) && isWanted(mail, position, reading.settings))
      .sort((a, b) => a.uid - b.uid)
    for (const batch of inBatches(wanted, reading.memory.taking === undefined))
      await takeBatch(reading, batch)
    await advance(reading, chunk.at(-1) ?? position.uid)
  }
  await advance(reading, position.until)
}

/** Small batches bound memory; after a failure each mail goes alone, so that the one to blame is known. */
const inBatches = (mails: readonly FetchMessageObject[], together: boolean): FetchMessageObject[][] => {
  const batches: FetchMessageObject[][] = []
  let room = 0
  for (const mail of mails) {
    const size = mail.size ?? limits.mailBytes
    const last = batches.at(-1)
    if (together && last && size <= room) {
      last.push(mail)
      room -= size
    } else {
      batches.push([mail])
      room = limits.fetchBytes - size
    }
  }
  return batches
}

const takeBatch = async (reading: Reading, batch: readonly FetchMessageObject[]): Promise<void> => {
  const { client, listening, position } = reading
  const first = batch[0]
  if (!first) return
  const fetching = begin(reading, first.uid, 'fetch')
  const sources = await fetchSources(client, batch, fetching.failed.fetch)
  for (const mail of batch) {
    const source = sources.get(mail.uid) ?? 'gone'
    if (source === 'gone') continue
    listening.signal.throwIfAborted()
    const event = Buffer.isBuffer(source)
      ? await parseMail(source, listening.account)
      : await setAside(client, mail.uid, position, source)
    const whole = Buffer.isBuffer(source) ? source : undefined
    await store(listening, event, whole, begin(reading, mail.uid, 'store').failed.store)
    if (whole) await markTaken(reading, mail.uid)
    await advance(reading, mail.uid)
  }
  reading.memory.taking = undefined
}

const begin = ({ memory }: Reading, uid: number, stage: Taking['stage']): Taking => {
  const known = memory.taking?.uid === uid ? memory.taking : { uid, failed: { fetch: 0, store: 0 } }
  return (memory.taking = { ...known, stage })
}

/**
 * Has the hub store the event. A mail that the hub refuses again and again, while it stores the same as quarantined,
 * must not hold up the others; if even that is refused, its beginning is enough, for the mailbox has the rest.
 */
const store = async (
  listening: EmailListening,
  event: InboundEvent,
  source: Buffer | undefined,
  failures: number
): Promise<void> => {
  const { report, signal } = listening
  try {
    await unlessAborted(report(event), signal)
  } catch (error) {
    if (!source || failures < limits.poisonTries || signal.aborted) throw error
    const raw = failures < 2 * limits.poisonTries ? source : source.subarray(0, limits.poisonBytes)
    const externalId = externalIdOf(readHeaders(source), source)
    await unlessAborted(report(quarantined(externalId, `Storing it failed ${failures} times.`, raw)), signal)
  }
}

/** What happens in the mailbox is a courtesy to those who look into it: that it fails is told, and stops nothing. */
const markTaken = async ({ client, listening, settings }: Reading, uid: number): Promise<void> => {
  try {
    const done =
      settings.imapAfter === 'seen'
        ? await client.messageFlagsAdd(String(uid), ['\\Seen'], byUid)
        : settings.imapAfter === 'nothing' ||
          (await client.messageMove(String(uid), folderPath(client, settings), byUid))
    if (!done) throw new Error('The server did not do it.')
  } catch (error) {
    if (!client.usable) throw error
    listening.health(
      'up',
      `A mail was taken and could not be marked in the mailbox. ${imapFailure(error).detail}`
    )
  }
}

const advance = async ({ position, listening }: Reading, uid: number): Promise<void> => {
  if (uid <= position.uid) return
  position.uid = uid
  await unlessAborted(listening.cursor.save({ ...position }), listening.signal)
}

/** Ends the wait, not the work: the hub may still store what it was given. */
export const unlessAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(new Error('The listener was stopped.'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
