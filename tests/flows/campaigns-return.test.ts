import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CampaignCounts } from '@palabre/config/contract/campaign'
import type { Consent } from '@palabre/config/contract/consent'
import { Recipient, type RecipientDoc } from '@palabre/hub/campaigns/recipient.model'
import { ensureContactAt } from '@palabre/hub/contacts/ensure'
import { Interaction } from '@palabre/hub/interactions/interaction.model'
import { Message } from '@palabre/hub/messages/message.model'
import { isSuppressed } from '@palabre/hub/suppressions/among'
import { listenToAccounts } from '@palabre/workers/listeners/listen'
import { startDovecot, type Dovecot } from '../simulators/mail/dovecot.ts'
import {
  headersOf,
  openReceivingWorld,
  type ReceivingWorld,
  type TakenMail
} from '../simulators/mail/receiving-world.ts'
import { campaignIs, makeCampaign, reached, runWith } from './campaigns/desk.ts'
import { complaintReport, deliveryReport, unsubscribeMail } from './campaigns/returns.ts'
import { Person, eventually, openHouse, type House } from './house.ts'
import { recordNamed } from './people.ts'

const us = 'news@banque-du-fleuve.example'

/** What comes back to a mailbox that is read by IMAP, as most accounts are. Needs Dovecot. */
describe.skipIf(!process.env['PALABRE_DOVECOT'])('what comes back to a mailbox', () => {
  let house: House
  let dovecot: Dovecot
  let world: ReceivingWorld
  let admin: Person
  let listeners: { stop(): Promise<void> }
  let id: string
  let purposeId: string
  const names = ['dead', 'full', 'angry', 'off', 'twice', 'forged'] as const
  const at = (name: string) => `${name}@mailbox.example`
  const contactIds = new Map<string, string>()

  beforeAll(async () => {
    house = await openHouse()
    world = await openReceivingWorld()
    dovecot = await startDovecot()
    admin = await Person.signIn(house.url, 'admin')
    const queue = await recordNamed(admin, '/api/queues', 'Mail')
    const { status, body } = await admin.post('/api/accounts', {
      channel: 'email',
      name: 'News',
      queueId: queue.id,
      settings: {
        address: us,
        inbound: 'imap',
        imapHost: dovecot.host,
        imapPort: dovecot.port,
        imapSecurity: 'none',
        imapUser: 'news',
        imapPassword: dovecot.password,
        imapStart: 'all',
        smtpHost: '127.0.0.1',
        smtpPort: world.port,
        smtpSecurity: 'none'
      }
    })
    if (status !== 200) throw new Error(JSON.stringify(body))
    listeners = listenToAccounts(house.hub)
    purposeId = (await admin.post('/api/purposes', { name: 'News', asks: 'no-objection' })).body.id as string
    const made = await makeCampaign(admin, String(body.id), {
      name: 'Returns',
      purposeId,
      guard: { complaints: 1, bounces: 1, after: 1000 }
    })
    id = made.id
    const people = await Promise.all(
      names.map(async (name) => {
        const { _id } = await ensureContactAt('email', at(name), 'email')
        contactIds.set(name, _id.toHexString())
        return { ...reached(at(name)), contactId: _id.toHexString() }
      })
    )
    await runWith(house, id, people)
    await campaignIs(admin, id, 'finished')
  }, 60_000)
  afterAll(async () => {
    await listeners.stop()
    await dovecot.stop()
    await world.stop()
    await house.stop()
  }, 60_000)

  const mail = (name: string): TakenMail => world.mails.find(({ to }) => to === at(name))!
  const counts = async () => (await admin.get(`/api/campaigns/${id}`)).body.counts as CampaignCounts
  const recipient = async (name: string) =>
    (await Recipient.findOne({ campaignId: id, address: at(name) }).lean()) as RecipientDoc
  const reason = (name: string) => isSuppressed(house.hub, 'email', at(name), purposeId)
  const deliver = (raw: string) => dovecot.deliver('news', raw)
  const wayOff = (name: string) => {
    const [, way = ''] = headersOf(mail(name).raw).find(([field]) => field === 'list-unsubscribe') ?? []
    return /mailto:([^?>]+)/.exec(way)?.[1] ?? ''
  }

  it('a report that the mailbox is dead suppresses it, once', async () => {
    const dead = { recipient: at('dead'), action: 'failed', status: '5.1.1', words: '550 5.1.1 no such user' }
    await deliver(deliveryReport(mail('dead').from, dead))
    await eventually('dead', async () => (await reason('dead')) === 'hard-bounce', 20_000)
    await deliver(deliveryReport(mail('dead').from, dead))
    await deliver(deliveryReport(mail('twice').from, { ...dead, recipient: at('twice') }))
    await eventually('the other', async () => (await reason('twice')) === 'hard-bounce', 20_000)
    await eventually('the count', async () => (await counts()).hardBounces === 2)
    expect(await recipient('dead')).toMatchObject({ state: 'bounced', isHard: true })
  })

  it('a report that it is full is counted, and suppresses nobody', async () => {
    const full = { recipient: at('full'), action: 'failed', status: '4.2.2', words: '452 4.2.2 full' }
    await deliver(deliveryReport(mail('full').from, full))
    await eventually('the count', async () => (await counts()).softBounces === 1, 20_000)
    expect(await reason('full')).toBeNull()
    expect((await recipient('full')).isHard).toBe(false)
  })

  it('a report under somebody else’s name, whose mark is forged, changes nothing', async () => {
    const dead = { recipient: at('forged'), action: 'failed', status: '5.1.1' }
    const forged = mail('forged').from.replace(/.(?=@)/, (last) => (last === '0' ? '1' : '0'))
    await deliver(deliveryReport(forged, dead))
    // What is read after it says that it was read.
    await deliver(complaintReport(us, mail('angry').messageId))
    await eventually('the complaint', async () => (await reason('angry')) === 'complaint', 20_000)
    expect(await reason('forged')).toBeNull()
    expect((await recipient('forged')).state).toBe('sent')
  })

  it('a complaint suppresses for everything', async () => {
    await eventually('the count', async () => (await counts()).complaints === 1)
    expect((await recipient('angry')).state).toBe('complained')
    expect(await isSuppressed(house.hub, 'email', at('angry'), null)).toBe('complaint')
  })

  it('a mail to the way off takes its sender off, and stands in their history', async () => {
    await deliver(unsubscribeMail(at('off'), wayOff('off')))
    await eventually('off', async () => (await reason('off')) === 'unsubscribe', 20_000)
    await eventually('the count', async () => (await counts()).unsubscribes === 1)
    const { items } = (await admin.get(`/api/contacts/${contactIds.get('off') ?? ''}/consents`)).body as {
      items: Consent[]
    }
    expect(items).toMatchObject([
      {
        purposeId,
        state: 'withdrawn',
        history: [
          {
            source: 'unsubscribe',
            proof: { text: 'Returns', campaignId: id, address: at('off'), way: 'mail' }
          }
        ]
      }
    ])
  })

  it('is nobody’s work', async () => {
    expect(await Message.countDocuments({ address: { $regex: 'mailbox\\.example$' } })).toBe(0)
    expect(await Interaction.countDocuments({ address: { $regex: 'mailbox\\.example$' } })).toBe(0)
  })
})
