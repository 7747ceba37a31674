import { expect } from 'vitest'
import type { SmtpSink } from '../simulators/mail/smtp-sink.ts'
import type { Person } from './house.ts'

/** Has the demo's mail account hand its mail to the sink. */
export async function mailTo(admin: Person, sink: SmtpSink) {
  const account = (await admin.get('/api/accounts')).body.items.find(
    (one: { channel: string }) => one.channel === 'email'
  ) as { id: string; version: number }
  const { status } = await admin.send('PATCH', `/api/accounts/${account.id}`, {
    version: account.version,
    change: { settings: { smtpHost: '127.0.0.1', smtpPort: sink.port, smtpSecurity: 'none' } }
  })
  expect(status).toBe(200)
}
