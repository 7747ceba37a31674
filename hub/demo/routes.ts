import { Type } from 'typebox'
import { createTransport } from 'nodemailer'
import type { FastifyInstance } from 'fastify'
import { ChannelAccountModel } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { isOwnOrigin } from '../plugins/origin.ts'
import { DemoMail, type DemoMailDoc } from './mailbox.ts'
import { mailboxPage } from './mailbox-page.ts'
import { demoMusic } from './music.ts'

const Mail = Type.Object(
  {
    from: Type.String({ format: 'email', maxLength: 320 }),
    subject: Type.String({ minLength: 1, maxLength: 200 }),
    text: Type.String({ minLength: 1, maxLength: 5000 }),
    references: Type.String({ maxLength: 5000 })
  },
  { additionalProperties: false }
)
type Mail = { from: string; subject: string; text: string; references: string }

const policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"

/** What the demo has beside the bank's page: music for callers who wait, and the customers' mailbox. */
export function demoRoutes(app: FastifyInstance, hub: Hub) {
  if (!hub.env.DEMO) return
  app.get('/demo/music.wav', { schema: { hide: true } }, (_request, reply) =>
    reply.type('audio/wav').header('cache-control', 'public, max-age=86400').send(demoMusic())
  )
  if (hub.env.SMTP_PORT >= 0) mailboxRoutes(app, hub)
}

/** /demo/mailbox: the customers' mail of the demo. Writes only to our own SMTP listener. */
function mailboxRoutes(app: FastifyInstance, hub: Hub) {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body as string)))
    }
  )

  app.get('/demo/mailbox', { schema: { hide: true } }, async (_request, reply) => {
    const mails = (await DemoMail.find().sort({ at: -1 }).limit(50).lean()) as DemoMailDoc[]
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .send(mailboxPage(mails, await bankAddress()))
  })

  app.post<{ Body: Mail }>(
    '/demo/mailbox',
    { schema: { hide: true, body: Mail } },
    async (request, reply) => {
      if (!isOwnOrigin(hub.env, request)) return refuse('wrong-origin')
      const { from, subject, text, references } = request.body
      const transport = createTransport({ host: hub.env.SMTP_HOST, port: hub.env.SMTP_PORT, ignoreTLS: true })
      const thread = references.split(/\s+/).filter(Boolean)
      await transport.sendMail({
        from,
        to: await bankAddress(),
        subject,
        text,
        ...(thread.length > 0 && { references: thread, inReplyTo: thread[thread.length - 1] })
      })
      return reply.redirect('/demo/mailbox', 303)
    }
  )
}

/** The address of the demo's mail account. */
async function bankAddress(): Promise<string> {
  const doc = await ChannelAccountModel.findOne({ 'settings.inbound': 'smtp', archived: false })
    .sort({ _id: 1 })
    .lean()
  const address = doc?.settings['address']
  return typeof address === 'string' ? address : refuse('not-found')
}
