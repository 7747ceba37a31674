import { demand } from '../figures.ts'
import type { Db } from '../stage/stage.ts'
import type { OpenConversation } from './conversations.ts'

/** What was acknowledged is stored, once, in the order in which it was written, and nothing else is. */
export async function verifyMessages(db: Db, open: OpenConversation[]): Promise<number> {
  const stored = new Map<string, string[]>()
  const docs = db
    .collection('messages')
    .find({}, { projection: { conversationId: 1, kind: 1, text: 1 } })
    .sort({ conversationId: 1, at: 1, _id: 1 })
  let count = 0
  for await (const { conversationId, kind, text } of docs) {
    const key = `${String(conversationId)} ${String(kind)}`
    const list = stored.get(key)
    if (list) list.push(String(text))
    else stored.set(key, [String(text)])
    count += 1
  }
  let sent = 0
  for (const { conversationId, wroteIn, wroteOut } of open) {
    sent += wroteIn.length + wroteOut.length
    for (const [kind, wrote] of [
      ['in', wroteIn],
      ['out', wroteOut]
    ] as const) {
      const found = stored.get(`${conversationId} ${kind}`) ?? []
      demand(
        found.length === wrote.length,
        `${String(found.length)} of ${String(wrote.length)} messages stored`
      )
      const wrong = wrote.findIndex((text, i) => found[i] !== text)
      demand(wrong < 0, `message ${String(wrong)} of ${conversationId} is out of order`)
    }
  }
  demand(count === sent, `${String(count)} messages stored, ${String(sent)} sent`)
  return count
}
