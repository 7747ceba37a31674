import type { ChannelAccount, ChannelKind } from '@palabre/config/contract/account'
import type { Alert } from '@palabre/config/contract/alert'
import type { MessageTemplate } from '@palabre/config/contract/template'
import { Refuse, type Answers, type Asked } from './asked.ts'
import { ago, newId, type World } from './world.ts'

/** What the far sides of channel accounts are to do and have done. */
export interface ChannelWorld {
  templates: MessageTemplate[]
  /** The code to scan, by account. */
  pairings: Map<string, { qr: string; expiresAt: string }>
  /** Test messages that were sent. */
  sent: { to: string; text?: string; template?: { templateId: string; values: Record<string, string> } }[]
  /** How many interactions wait in the queue of an account. */
  waiting: number
}

export const channelWorld = (): ChannelWorld => ({ templates: [], pairings: new Map(), sent: [], waiting: 0 })

export const templateOf = (accountId: string, change: Partial<MessageTemplate>): MessageTemplate => ({
  id: newId(),
  accountId,
  name: 'order_ready',
  language: 'en_US',
  category: 'UTILITY',
  state: 'approved',
  reason: '',
  header: null,
  body: 'Hello {{1}}, your order is ready.',
  footer: '',
  buttons: [],
  variables: [{ key: 'body.1', example: 'Awa' }],
  syncedAt: ago(1200),
  ...change
})

export const alertOf = ({ id, name }: ChannelAccount, change: Partial<Alert> = {}): Alert => ({
  id: newId(),
  version: 1,
  kind: 'account-refused',
  tone: 'danger',
  subject: { noun: 'account', id, name },
  figures: { detail: 'Error validating access token: Session has expired' },
  raisedAt: ago(1500),
  endedAt: null,
  acknowledgedBy: null,
  mailedAt: ago(1490),
  silentUntil: null,
  deliveries: [],
  ...change
})

/** A channel that is linked by scanning a code, and that declares no more than that. */
export const scannedKind = (like: ChannelKind): ChannelKind => ({
  ...like,
  name: 'scanned',
  medium: 'messaging',
  settings: {
    type: 'object',
    required: ['device'],
    properties: {
      device: { type: 'string', minLength: 1, maxLength: 40, label: { en: 'Device', fr: 'Appareil' } }
    }
  },
  testable: false,
  visitors: false,
  sends: false,
  calls: false,
  hook: null,
  setup: {
    title: { en: 'Linked telephone', fr: 'Téléphone relié' },
    summary: { en: 'A telephone that is linked by a code.', fr: 'Un téléphone relié par un code.' },
    mark: 'unofficial',
    steps: [
      {
        title: { en: 'Telephone', fr: 'Téléphone' },
        text: { en: 'How it is called.', fr: 'Son nom.' },
        fields: ['device']
      },
      {
        title: { en: 'Link', fr: 'Liaison' },
        text: { en: 'Scan the code.', fr: 'Scannez le code.' },
        shows: 'pairing'
      }
    ]
  }
})

const accountIn = ({ world, params }: Asked): ChannelAccount => {
  const found = world.accounts.find(({ id }) => id === params['id'])
  if (!found) throw new Refuse('not-found')
  return found
}

/** What accounts answer beside the four verbs of every record. */
export const channelAnswers = (far: ChannelWorld): Answers => ({
  'account.move': (asked) => {
    const account = accountIn(asked)
    if (account.version !== asked.body.version) throw new Refuse('changed-meanwhile')
    Object.assign(account, { queueId: asked.body.queueId, version: account.version + 1 })
    const moved = asked.body.waiting === 'move' ? far.waiting : 0
    far.waiting -= moved
    return { account, moved }
  },
  'account.waiting': () => ({ waiting: far.waiting }),
  'account.pairing': (asked) => far.pairings.get(accountIn(asked).id) ?? null,
  'account.sendTest': (asked) => {
    accountIn(asked)
    if (asked.body.to === 'nobody') throw new Refuse('not-deliverable', 'The customer has not written yet.')
    far.sent.push(asked.body)
    return { externalId: `sent-${String(far.sent.length)}` }
  },
  'template.list': ({ query }) => ({
    items: far.templates.filter(
      ({ accountId, state }) =>
        accountId === query['accountId'] && (query['approved'] !== 'true' || state === 'approved')
    )
  }),
  'template.sync': (asked) => {
    const { id } = accountIn(asked)
    for (const template of far.templates) template.syncedAt = ago(0)
    asked.push('setting.changed', { resource: 'template', id })
    return { ok: true }
  }
})

/** Tells the app that an account's health is another one now. */
export function tellHealth(
  push: Asked['push'],
  world: World,
  accountId: string,
  change: Partial<ChannelAccount['health']>
): void {
  const account = world.accounts.find(({ id }) => id === accountId)
  if (!account) throw new Error('no such account')
  Object.assign(account.health, change)
  push('account.changed', { accountId, health: account.health })
}
