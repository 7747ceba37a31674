import { createHmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GraphAsked, GraphProduct } from './asked.ts'
import { faultIn } from './check-message.ts'
import { errorAnswer, ok, type GraphAnswer } from './faults.ts'
import type { PersonalFaults } from './personal-faults.ts'
import type { GraphFiles } from './files.ts'
import type { GraphTemplate, GraphTemplates } from './templates.ts'
import { newWamid, type GraphNumber } from './webhooks.ts'

/** A message that the business has handed over. */
export interface GraphMessage {
  /** The id that Meta gave it. */
  id: string
  to: string
  type: string
  body: Record<string, unknown>
}

/** What was handed over, and who waits for it. */
export function handedOver() {
  const messages: GraphMessage[] = []
  const reads: string[] = []
  let arrived = () => {}
  return {
    messages,
    reads,
    take(message: GraphMessage) {
      messages.push(message)
      arrived()
    },
    async waitFor(pleases: (message: GraphMessage) => boolean, ms = 8000): Promise<GraphMessage> {
      const until = Date.now() + ms
      for (;;) {
        const found = messages.find(pleases)
        if (found) return found
        const left = until - Date.now()
        if (left <= 0) throw new Error('No such message was handed over')
        await Promise.race([new Promise<void>((resolve) => (arrived = resolve)), sleep(Math.min(left, 200))])
      }
    }
  }
}

interface Kept {
  numbers: GraphNumber[]
  files: GraphFiles
  templates: GraphTemplates
  handed: ReturnType<typeof handedOver>
  personal: PersonalFaults
}

const allScopes = ['whatsapp_business_messaging', 'whatsapp_business_management']
const nothingThere = () =>
  errorAnswer(
    400,
    100,
    'Unsupported get request. Object with this ID does not exist, cannot be loaded due to missing permissions, or does not support this operation',
    { error_subcode: 33 }
  )

/** The WhatsApp Cloud API. */
export function whatsappProduct({ numbers, files, templates, handed, personal }: Kept): GraphProduct {
  return async (asked) => {
    const number = numbers.find(({ accessToken }) => accessToken === asked.accessToken)
    if (!number) return null
    const { id, part, url } = asked
    if (asked.first === 'signed-media') return fileOf(asked)
    const proof = url.searchParams.get('appsecret_proof')
    if (
      proof !== null &&
      proof !== createHmac('sha256', number.appSecret).update(number.accessToken).digest('hex')
    )
      return errorAnswer(400, 100, 'Invalid appsecret_proof provided in the API argument')
    if (id === 'debug_token') return debugged(number)
    if (id === number.wabaId) return business(number, asked)
    // One token may serve several numbers of the business.
    const addressed = numbers.find(
      (one) => one.phoneNumberId === id && one.accessToken === number.accessToken
    )
    if (addressed) return phone(addressed, asked)
    const file = asked.method === 'GET' && part === '' ? files.describe(id, asked.origin) : null
    return file ? ok(file) : nothingThere()
  }

  function fileOf({ id, url }: GraphAsked): GraphAnswer {
    const file = files.get(id)
    if (!file || url.searchParams.get('hash') !== file.key) return errorAnswer(404, 100, 'gone')
    return { status: 200, body: file.content, headers: { 'content-type': file.type } }
  }

  async function business(
    { wabaId, scopes = allScopes }: GraphNumber,
    asked: GraphAsked
  ): Promise<GraphAnswer> {
    if (asked.part === 'phone_numbers')
      return ok({
        data: numbers.filter((one) => one.wabaId === wabaId).map(({ phoneNumberId: id }) => ({ id }))
      })
    if (asked.part === 'subscribed_apps') return ok({ data: [{ whatsapp_business_api_data: { id: '1' } }] })
    if (asked.part !== 'message_templates') return nothingThere()
    if (!scopes.includes('whatsapp_business_management'))
      return errorAnswer(403, 200, '(#200) You do not have permission to access this field')
    if (asked.method === 'POST')
      return templates.submit(wabaId, (await asked.json()) as unknown as GraphTemplate)
    if (asked.method === 'DELETE') return templates.erase(wabaId, asked.url.searchParams.get('name') ?? '')
    return templates.page(wabaId, asked.url)
  }

  async function phone(number: GraphNumber, asked: GraphAsked): Promise<GraphAnswer> {
    if (asked.method === 'POST' && asked.part === 'messages') return take(number, await asked.json())
    if (asked.method === 'POST' && asked.part === 'media') {
      const file = (await asked.form()).get('file')
      if (!(file instanceof Blob)) return errorAnswer(400, 100, '(#100) The parameter file is required')
      return ok({ id: files.keep(new Uint8Array(await file.arrayBuffer()), file.type) })
    }
    return ok({
      id: number.phoneNumberId,
      display_phone_number: number.display,
      verified_name: 'Banque du Fleuve',
      quality_rating: 'GREEN'
    })
  }

  function take({ wabaId }: GraphNumber, body: Record<string, unknown>): GraphAnswer {
    if (body['messaging_product'] !== 'whatsapp') return errorAnswer(400, 100, '(#100) Invalid parameter')
    if (body['status'] === 'read') {
      if (typeof body['message_id'] !== 'string') return errorAnswer(400, 100, '(#100) Invalid parameter')
      handed.reads.push(body['message_id'])
      return ok({ success: true })
    }
    const to = String(body['to'] ?? body['recipient'] ?? '')
    if (to === '') return errorAnswer(400, 100, '(#100) The parameter to is required.')
    const fault = faultIn(body, { files, templates, wabaId }) ?? personal.meet(to)
    if (fault) return fault
    const message = { id: newWamid(), to, type: String(body['type']), body }
    handed.take(message)
    return ok({
      messaging_product: 'whatsapp',
      contacts: [{ input: to, wa_id: to }],
      messages: [{ id: message.id }]
    })
  }
}

const debugged = ({ expiresAt, scopes = allScopes }: GraphNumber) =>
  ok({ data: { is_valid: true, expires_at: expiresAt ? Math.floor(+expiresAt / 1000) : 0, scopes } })
