import { createHmac } from 'node:crypto'
import type { GraphTemplate } from './templates.ts'

/** One number of a business, with the app that it is connected by. */
export interface GraphNumber {
  phoneNumberId: string
  wabaId: string
  display: string
  accessToken: string
  appSecret: string
  /** When the token ends; never, when absent. */
  expiresAt?: Date
  /** What the token is allowed; all that WhatsApp needs, when absent. */
  scopes?: string[]
}

export interface Told {
  status: number
  body: string
}

/** JSON as Meta writes it: slashes escaped, and everything beyond ASCII. The signature is over these very bytes. */
export const metaJson = (value: unknown): string =>
  JSON.stringify(value)
    .replace(/\//g, '\\/')
    .replace(/[\u0080-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

export const signatureOf = (body: string, appSecret: string): string =>
  `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`

/** What a customer sends, from the type on: `{ type: 'text', text: { body: 'hello' } }`. */
export type Sent = { type: string } & Record<string, unknown>

let wamids = 0
export const newWamid = () =>
  `wamid.${Buffer.from(`simulated-${String(process.pid)}-${String(++wamids)}`).toString('base64')}`

const change = ({ phoneNumberId, display }: GraphNumber, value: object) => ({
  field: 'messages',
  value: {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: display, phone_number_id: phoneNumberId },
    ...value
  }
})

/** A customer's message as one change of a call. */
export const messageChange = (
  number: GraphNumber,
  from: string,
  sent: Sent,
  { id = newWamid(), name = 'A customer', at = new Date() } = {}
) =>
  change(number, {
    contacts: [{ profile: { name }, wa_id: from }],
    messages: [{ from, id, timestamp: String(Math.floor(+at / 1000)), ...sent }]
  })

/** What became of a message of the business, as one change of a call. */
export const statusChange = (
  number: GraphNumber,
  status: { id: string; status: string; recipient_id: string } & Record<string, unknown>
) => change(number, { statuses: [{ timestamp: String(Math.floor(Date.now() / 1000)), ...status }] })

/** What became of a template, as one change of a call: it names no number. */
export const templateChange = ({ id, name, language, category, status, rejected_reason }: GraphTemplate) => ({
  field: 'message_template_status_update',
  value: {
    event: status,
    message_template_id: Number(id),
    message_template_name: name,
    message_template_language: language,
    message_template_category: category,
    reason: rejected_reason ?? 'NONE'
  }
})

export const callOf = ({ wabaId }: GraphNumber, changes: object[]) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: wabaId, changes }]
})

/** Posts one call, signed as Meta does. */
export async function post(address: string, call: unknown, appSecret: string): Promise<Told> {
  const body = metaJson(call)
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': signatureOf(body, appSecret) },
    body
  })
  return { status: response.status, body: await response.text() }
}
