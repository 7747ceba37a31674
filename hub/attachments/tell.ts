import { accountOf } from '../accounts/accounts.ts'
import type { Hub } from '../hub.ts'
import { tellStored } from '../messages/delivery.ts'
import { Message, type MessageDoc } from '../messages/message.model.ts'
import { Quarantine } from '../quarantine/quarantine.ts'
import { toRef, type StoredFile } from './store.ts'

/**
 * Writes into the message of a file what was found out about it, and tells it; an infected one is also shown to
 * administrators. False while its message is not stored yet. A repeat has no effect.
 */
export async function tellFile(hub: Hub, file: StoredFile): Promise<boolean> {
  const { messageId, use } = file.metadata
  if (!messageId) return true
  const path = use === 'attachment' ? 'attachments.id' : 'rawId'
  const message = (await Message.findOne({ _id: messageId, [path]: file._id }).lean()) as MessageDoc | null
  if (!message) return false
  if (file.metadata.check === 'infected') await showAdministrators(hub, message, file)
  const known = message.attachments.find(({ id }) => id.equals(file._id))
  const ref = toRef(file)
  if (!known || JSON.stringify(known) === JSON.stringify(ref)) return true
  const written = (await Message.findOneAndUpdate(
    { _id: messageId, 'attachments.id': file._id },
    { $set: { 'attachments.$': ref } },
    { returnDocument: 'after' }
  ).lean()) as MessageDoc | null
  if (written) await tellStored(hub, written)
  return true
}

async function showAdministrators(hub: Hub, { accountId, at }: MessageDoc, file: StoredFile): Promise<void> {
  const account = await accountOf(hub, accountId.toHexString())
  const { finding = '' } = file.metadata
  await Quarantine.updateOne(
    { accountId, externalId: `file:${file._id.toHexString()}` },
    {
      $setOnInsert: {
        accountName: account?.name ?? '',
        reason: `Infected file: ${file.filename} (${finding})`,
        size: file.length,
        fileId: file._id,
        at,
        dismissed: false
      }
    },
    { upsert: true }
  )
}
