import { createHmac } from 'node:crypto'
import { RequestError, sendRequest } from '../flows/request.ts'
import type { Hub } from '../hub.ts'
import { openSecret, type ThresholdDoc } from './threshold.model.ts'

const timeoutMs = 10_000
/** What is not read of an answer does not matter: it was one of success. */
const answered = new Set(['request-unreadable', 'request-too-large'])

/**
 * Tells a threshold's webhook. The body says when it was sent and is signed as it is; `delivery` is the same for every
 * attempt. Answers null, or in plain words why it was not taken. Never into our own network, unless the installation
 * allows requests there.
 */
export async function callWebhook(
  hub: Hub,
  doc: ThresholdDoc,
  delivery: string,
  news: Record<string, unknown>
): Promise<string | null> {
  const secret = openSecret(hub, doc)
  if (!doc.webhook || secret === null) return 'There is no webhook any more'
  const body = { ...news, sentAt: new Date().toISOString() }
  try {
    await sendRequest({
      method: 'POST',
      url: doc.webhook.url,
      hosts: [new URL(doc.webhook.url).host],
      body,
      timeoutMs,
      allowsPrivate: hub.env.FLOW_PRIVATE_HOSTS,
      headers: { 'x-palabre-signature': signatureOf(secret, body), 'x-palabre-delivery': delivery }
    })
    return null
  } catch (error) {
    if (!(error instanceof RequestError)) throw error
    return answered.has(error.code) ? null : error.message
  }
}

/** The signature of the bytes that `sendRequest` makes of a body. */
const signatureOf = (secret: string, body: Record<string, unknown>) =>
  `sha256=${createHmac('sha256', secret).update(JSON.stringify(body)).digest('hex')}`
