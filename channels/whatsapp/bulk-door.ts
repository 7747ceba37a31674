import type { TemplateDoor } from '../bulk.ts'
import { openBulkSender } from './bulk-sender.ts'
import { addressOf } from './number.ts'
import type { whatsappSettings } from './settings.ts'

/** How campaigns leave by WhatsApp. Meta lets 80 a second out for a number, what agents write among them. */
export const bulkTemplates: TemplateDoor<typeof whatsappSettings> = {
  usual: { perSecond: 70, lines: 40, tier: 250 },
  addressOf: (text) => addressOf(text, undefined),
  open: openBulkSender
}
