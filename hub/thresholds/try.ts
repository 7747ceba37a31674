import { Types } from 'mongoose'
import type { Reply } from '@palabre/config/contract/define'
import type { testThreshold } from '@palabre/config/contract/threshold'
import { mailAccounts, sendLetter } from '../alerts/mail.ts'
import type { Hub } from '../hub.ts'
import { callWebhook } from './call-webhook.ts'
import { testLetters } from './letters.ts'
import type { ThresholdDoc } from './threshold.model.ts'

type Result = Reply<typeof testThreshold>

/** Writes to everybody whom a threshold names, that it is a test. Says who was not reached. */
export async function tryMail(hub: Hub, doc: ThresholdDoc): Promise<Result> {
  const key = new Types.ObjectId().toHexString()
  const [letters, senders] = await Promise.all([
    testLetters(doc, key),
    mailAccounts({ subject: { noun: 'threshold', id: doc._id, name: doc.name } })
  ])
  if (letters.length === 0) return { ok: false, detail: 'Nobody is named' }
  if (senders.length === 0) return { ok: false, detail: 'There is no mail account that can send' }
  const missed: string[] = []
  for (const letter of letters)
    if ((await sendLetter(hub, senders, letter)) !== 'sent') missed.push(letter.address)
  return { ok: missed.length === 0, detail: missed.join(', ') }
}

/** Calls the webhook of a threshold with a test. */
export async function tryWebhook(hub: Hub, doc: ThresholdDoc): Promise<Result> {
  const threshold = { id: doc._id.toHexString(), name: doc.name }
  const detail = await callWebhook(hub, doc, `test-${new Types.ObjectId().toHexString()}`, {
    news: 'test',
    threshold
  })
  return { ok: detail === null, detail: detail ?? '' }
}
