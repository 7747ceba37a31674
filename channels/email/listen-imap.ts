import type { ImapFlow } from 'imapflow'
import { folderPath, imapClient, imapFailure } from './imap-client.ts'
import { resume } from './imap-position.ts'
import { settingsOf, type EmailSettings } from './settings.ts'
import { takeMail, unlessAborted, type EmailListening, type Reading } from './take-mail.ts'

/** How the listener waits, in milliseconds. */
export interface Pace {
  firstRetry: number
  longestRetry: number
  /** After the server refused to sign us in: more attempts would lock the mailbox. */
  firstRefusedRetry: number
  longestRefusedRetry: number
  /** The mailbox is looked through this often even when the server announces nothing. */
  recheck: number
}

const second = 1_000
const minute = 60 * second
const calm: Pace = {
  firstRetry: second,
  longestRetry: minute,
  firstRefusedRetry: 5 * minute,
  longestRefusedRetry: 30 * minute,
  recheck: 5 * minute
}

/**
 * Takes the mail of one IMAP mailbox as it arrives, until the signal aborts. Never throws: what goes wrong is told
 * by `health` and tried again. What is lost or doubled when it is killed: nothing, see `takeMail`.
 */
export async function listenImap(listening: EmailListening, pace: Pace = calm): Promise<void> {
  const { signal, health } = listening
  const settings = settingsOf(listening.account)
  if (settings.imapHost === '' || settings.imapUser === '') {
    health('refused', 'The settings name no IMAP server or no user.')
    return aborted(signal)
  }
  const memory: Reading['memory'] = { taking: undefined }
  for (let attempt = 0; !signal.aborted; attempt++) {
    const begun = Date.now()
    const failure = imapFailure(await end(hold(listening, settings, pace, memory)))
    if (signal.aborted) return
    if (memory.taking) memory.taking.failed[memory.taking.stage]++
    health(failure.refused ? 'refused' : 'down', failure.detail)
    if (Date.now() - begun > pace.longestRetry) attempt = 0
    const [first, longest] = failure.refused
      ? [pace.firstRefusedRetry, pace.longestRefusedRetry]
      : [pace.firstRetry, pace.longestRetry]
    await pause(backOff(first, longest, attempt), signal)
  }
}

/** Holds one connection until it ends; resolves never. */
const hold = async (
  listening: EmailListening,
  settings: EmailSettings,
  pace: Pace,
  memory: Reading['memory']
): Promise<never> => {
  const client = imapClient(settings)
  const close = () => client.close()
  listening.signal.addEventListener('abort', close, { once: true })
  try {
    return await Promise.race([closed(client), read(client, listening, settings, pace, memory)])
  } finally {
    listening.signal.removeEventListener('abort', close)
    close()
  }
}

const read = async (
  client: ImapFlow,
  listening: EmailListening,
  settings: EmailSettings,
  pace: Pace,
  memory: Reading['memory']
): Promise<never> => {
  await client.connect()
  const mailbox = await client.mailboxOpen(settings.imapMailbox)
  const saved = await unlessAborted(listening.cursor.load(), listening.signal)
  const uidNext = mailbox.uidNext || (await highestUid(client)) + 1
  const position = resume(saved, { ...mailbox, uidNext }, settings, new Date())
  // At once: what arrives while we are away again must not count as what was there at the first look.
  if (position !== saved) await unlessAborted(listening.cursor.save({ ...position }), listening.signal)
  if (settings.imapAfter === 'move') await client.mailboxCreate(folderPath(client, settings)).catch(() => {})
  listening.health('up')

  const news = { came: true, wake: () => {} }
  client.on('exists', () => {
    news.came = true
    news.wake()
  })
  for (;;) {
    news.came = false
    if (client.mailbox && String(client.mailbox.uidValidity) !== position.uidValidity) {
      throw new Error('The mailbox was renumbered.')
    }
    await takeMail({ client, listening, settings, position, memory })
    if (!news.came) await nextNews(client, news, pace, listening.signal)
  }
}

/** For servers that leave out UIDNEXT, as RFC 3501 §6.3.1 lets them. */
const highestUid = async (client: ImapFlow): Promise<number> => {
  const last = await client.fetchOne('*', { uid: true })
  return last ? last.uid : 0
}

/** Resolves when the server tells of mail, when IDLE ended by itself, or when it is time to look anyway. */
const nextNews = async (client: ImapFlow, news: { wake(): void }, pace: Pace, signal: AbortSignal) => {
  const over = new AbortController()
  const until = AbortSignal.any([signal, over.signal])
  try {
    await Promise.race([
      new Promise<void>((resolve) => (news.wake = resolve)),
      // A server that ends IDLE at once must not make this a busy loop.
      Promise.all([client.idle(), pause(second, until)]),
      pause(pace.recheck, until)
    ])
  } finally {
    over.abort()
  }
}

const closed = (client: ImapFlow): Promise<never> =>
  new Promise((_, reject) => {
    let cause: Error = new Error(client.byeReason ?? 'The server closed the connection.')
    client.on('error', (error) => (cause = error))
    client.once('close', () => reject(cause))
  })

const end = (work: Promise<never>): Promise<unknown> => work.catch((error: unknown) => error)

/** Doubles with every attempt up to `longest`, less a random part: many accounts must not come back in step. */
const backOff = (first: number, longest: number, attempt: number): number =>
  Math.min(longest, first * 2 ** Math.min(attempt, 20)) * (0.5 + Math.random() / 2)

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })

export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
