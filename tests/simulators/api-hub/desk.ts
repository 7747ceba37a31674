import type { Contact } from '@palabre/config/contract/contact'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Message } from '@palabre/config/contract/message'
import { Refuse, type Answers, type Asked } from './asked.ts'
import { ago, keep, newId, type World } from './world.ts'

const later = (seconds: number) => ago(-seconds)

export const contactOf = (name: string, change: Partial<Contact> = {}): Contact => ({
  id: newId(),
  version: 1,
  name,
  points: [],
  locale: 'fr',
  company: '',
  notes: '',
  attributes: {},
  preferredIds: [],
  forbiddenIds: [],
  doNotCall: false,
  pictureId: null,
  createdAt: ago(9_000_000),
  ...change
})

/** An interaction with its contact and conversation, put into the world. Active in the hands of `agentId` unless changed. */
export function addInteraction(
  world: World,
  contact: Contact,
  change: Partial<Interaction> = {}
): Interaction {
  const conversationId = newId()
  const interaction: Interaction = {
    id: newId(),
    version: 1,
    conversationId,
    contactId: contact.id,
    contactName: contact.name,
    accountId: newId(),
    channel: 'chat',
    medium: 'chat',
    queueId: world.settings.queue[0]!.id,
    state: 'active',
    subject: null,
    preview: 'Bonjour, ma carte est bloquée',
    previewKind: 'in',
    lastMessageAt: ago(40),
    unread: 0,
    priority: 0,
    requirements: [],
    agentId: world.agents[0]!.id,
    offer: null,
    sticky: null,
    preferredIds: [],
    forbiddenIds: [],
    suggestion: null,
    callback: null,
    estimate: null,
    consults: [],
    queuedAt: ago(300),
    acceptedAt: ago(280),
    dueAt: null,
    windowUntil: null,
    waitingFor: 'agent',
    snoozedUntil: null,
    wrapUp: null,
    dispositionId: null,
    dispositionNote: '',
    rating: null,
    transfer: null,
    customerOnline: true,
    createdAt: ago(300),
    closedAt: null,
    ...change
  }
  if (!world.contacts.includes(contact)) world.contacts.push(contact)
  world.conversations.push({
    id: interaction.conversationId,
    version: 1,
    contactId: contact.id,
    subject: interaction.subject,
    channel: interaction.channel,
    createdAt: interaction.createdAt,
    lastMessageAt: interaction.lastMessageAt
  })
  world.interactions.push(interaction)
  return interaction
}

/** What makes an interaction an offer to the first agent of the world. */
export const offered = (world: World, seconds = 25): Partial<Interaction> => ({
  state: 'offered',
  agentId: null,
  acceptedAt: null,
  queuedAt: ago(47),
  dueAt: later(13),
  offer: {
    id: newId(),
    agentId: world.agents[0]!.id,
    at: ago(5),
    expiresAt: later(seconds),
    reasons: [
      { code: 'waited', figures: { seconds: 47 } },
      { code: 'skill', figures: { skillId: world.settings.skill[2]!.id, needed: 3, has: 5 } },
      { code: 'longest-idle', figures: { among: 3, idleSeconds: 200 } }
    ]
  }
})

/** A message of an interaction, put into the world. */
export function addMessage(world: World, interaction: Interaction, change: Partial<Message> = {}): Message {
  const kind = change.kind ?? 'in'
  const message: Message = {
    id: newId(),
    interactionId: interaction.id,
    conversationId: interaction.conversationId,
    kind,
    author:
      kind === 'in'
        ? { kind: 'contact', id: interaction.contactId, name: interaction.contactName }
        : { kind: 'agent', id: world.agents[0]!.id, name: world.agents[0]!.name },
    text: 'Bonjour',
    html: null,
    quotedFrom: null,
    subject: null,
    to: [],
    cc: [],
    attachments: [],
    mentions: [],
    state: kind === 'in' ? 'received' : 'read',
    failure: null,
    automatic: null,
    hasRaw: false,
    sendAt: null,
    at: ago(60),
    clientId: null,
    ...change
  }
  world.messages.push(message)
  return message
}

/** Channels and canned answers as the demo bank has them. */
export function furnishDesk(world: World): void {
  const abilities = {
    html: false,
    subject: false,
    typing: true,
    receipts: true,
    undoMs: 0,
    attachments: { maxBytes: 10_000_000, maxTotalBytes: 25_000_000 },
    maxText: 4000
  }
  world.channels.push(
    {
      name: 'chat',
      medium: 'chat',
      settings: {},
      abilities,
      testable: true,
      visitors: true,
      sends: false,
      calls: false,
      hook: null,
      setup: null
    },
    {
      name: 'email',
      medium: 'email',
      settings: {},
      abilities: { ...abilities, html: true, subject: true, typing: false, undoMs: 10_000, maxText: 100_000 },
      testable: true,
      visitors: false,
      sends: true,
      calls: false,
      hook: null,
      setup: null
    }
  )
  for (const [shortcut, title, text] of [
    ['hello', 'Greeting', 'Hello {{contact.name}}, this is {{agent.name}}. How can I help you?'],
    ['block-card', 'Card blocked', 'Your card is blocked as of now. A new one is on its way.']
  ])
    world.settings.cannedAnswer.push(keep({ shortcut, title, text, html: null, locale: 'en', queueIds: [] }))
  world.settings.disposition.push(
    keep({ name: 'Complaint', group: 'Complaints', order: 9, noteRequired: true })
  )
  for (const queue of world.settings.queue)
    queue['dispositionIds'] = world.settings.disposition.map(({ id }) => id)
}

const one = ({ world, params }: Asked): Interaction => {
  const found = world.interactions.find(({ id }) => id === params['id'])
  if (!found) throw new Refuse('not-found')
  return found
}
const mine = (asked: Asked) => asked.world.me?.agent?.id ?? ''

function change(asked: Asked, part: Partial<Interaction>): Interaction {
  const interaction = Object.assign(one(asked), part)
  interaction.version += 1
  asked.push('interaction.changed', { interaction })
  return interaction
}
function note(asked: Asked, name: string, figures: Record<string, string | number | null> = {}) {
  const { id } = one(asked)
  const log = asked.world.logs.get(id) ?? []
  asked.world.logs.set(id, [
    ...log,
    { n: log.length + 1, at: ago(0), name, byId: asked.world.me?.user.id ?? null, figures }
  ])
}
function write(asked: Asked, kind: 'out' | 'note') {
  const { body, world } = asked
  const interaction = one(asked)
  const repeated = world.messages.find(({ clientId }) => clientId === body.clientId)
  if (repeated) return repeated
  const undoMs = kind === 'out' && interaction.channel === 'email' ? 10_000 : 0
  const message = addMessage(world, interaction, {
    kind,
    text: body.text,
    html: body.html ?? null,
    to: body.to ?? [],
    cc: body.cc ?? [],
    mentions: body.mentions ?? [],
    state: body.sendAt ? 'scheduled' : undoMs ? 'queued' : 'sent',
    sendAt: body.sendAt ?? (undoMs ? later(undoMs / 1000) : null),
    at: ago(0),
    clientId: body.clientId,
    ...(body.answersId && { answersId: body.answersId }),
    ...(body.audience && { audience: body.audience }),
    ...(body.choices && { choices: body.choices })
  })
  asked.push('message.changed', { message })
  world.drafts.delete(interaction.id)
  change(asked, {
    preview: body.text,
    previewKind: kind,
    lastMessageAt: message.at,
    ...(kind === 'out' && { waitingFor: 'customer', unread: 0 })
  })
  if (body.close) end(asked, body.close)
  return message
}
function end(asked: Asked, { dispositionId, note: text = '' }: { dispositionId?: string; note?: string }) {
  const disposition = asked.world.settings.disposition.find(({ id }) => id === dispositionId)
  if (disposition?.['noteRequired'] && !text) throw new Refuse('invalid-input')
  note(asked, dispositionId ? 'closed' : 'wrapUp', { dispositionId: dispositionId ?? null })
  return change(
    asked,
    dispositionId
      ? { state: 'closed', dispositionId, dispositionNote: text, closedAt: ago(0) }
      : { state: 'wrapup', wrapUp: { since: ago(0), until: later(60) } }
  )
}

/** What an agent's desk asks of the hub, answered from the world; every change is pushed as the real hub does. */
export const deskAnswers: Answers = {
  'inbox.read': (asked) => ({
    seq: '1',
    items: asked.world.interactions.filter(
      ({ state, agentId, offer }) =>
        (state === 'offered' && offer?.agentId === mine(asked)) ||
        ((state === 'active' || state === 'wrapup') && agentId === mine(asked))
    )
  }),
  'interaction.list': ({ world, query }) => ({
    items: world.interactions.filter(
      (item) =>
        (!query['state'] || item.state === query['state']) &&
        (!query['text'] ||
          `${item.contactName} ${item.subject ?? ''} ${item.preview}`
            .toLowerCase()
            .includes(query['text'].toLowerCase()))
    )
  }),
  'message.list': ({ world, params, query }) => {
    const all = world.messages.filter(({ conversationId }) => conversationId === params['id'])
    const limit = Number(query['limit'] ?? 50)
    const end = query['before'] ? Number(query['before']) : all.length
    const start = Math.max(0, end - limit)
    return { items: all.slice(start, end), ...(start > 0 && { next: String(start) }) }
  },
  'interaction.read': (asked) => {
    const interaction = one(asked)
    const { world } = asked
    const all = world.messages.filter(({ conversationId }) => conversationId === interaction.conversationId)
    const start = Math.max(0, all.length - 50)
    return {
      seq: '1',
      interaction,
      conversation: world.conversations.find(({ id }) => id === interaction.conversationId),
      contact: world.contacts.find(({ id }) => id === interaction.contactId),
      log: world.logs.get(interaction.id) ?? [],
      messages: { items: all.slice(start), ...(start > 0 && { next: String(start) }) }
    }
  },
  'interaction.accept': (asked) => {
    const interaction = one(asked)
    if (interaction.offer?.id !== asked.body.offerId) throw new Refuse('not-offered')
    note(asked, 'accepted', { agentId: mine(asked), waitedSeconds: 47 })
    return change(asked, { state: 'active', agentId: mine(asked), offer: null, acceptedAt: ago(0) })
  },
  'interaction.decline': (asked) => {
    change(asked, { state: 'queued', offer: null })
    note(asked, 'declined', { reason: asked.body.reason ?? '' })
    return { ok: true }
  },
  'interaction.pick': (asked) => {
    if (one(asked).state !== 'queued') throw new Refuse('wrong-state')
    return change(asked, { state: 'active', agentId: mine(asked), acceptedAt: ago(0) })
  },
  'interaction.transfer': (asked) =>
    change(asked, {
      state: 'queued',
      agentId: null,
      transfer: { byId: mine(asked), note: asked.body.note ?? '' }
    }),
  'interaction.close': (asked) => end(asked, asked.body),
  'interaction.finish': (asked) => end(asked, asked.body),
  'interaction.extend': (asked) =>
    change(asked, { wrapUp: { since: one(asked).wrapUp?.since ?? ago(0), until: later(120) } }),
  'interaction.snooze': (asked) => change(asked, { snoozedUntil: asked.body.until }),
  'interaction.markRead': (asked) => {
    if (one(asked).unread) change(asked, { unread: 0 })
    return { ok: true }
  },
  'message.send': (asked) => write(asked, 'out'),
  'message.note': (asked) => write(asked, 'note'),
  'message.undo': ({ world, params, push }) => {
    const message = world.messages.find(({ id }) => id === params['id'])
    if (!message || !['queued', 'scheduled'].includes(message.state)) throw new Refuse('too-late')
    Object.assign(message, { state: 'cancelled', sendAt: null })
    push('message.changed', { message })
    return message
  },
  'draft.save': ({ world, params, body }) => {
    const id = params['id'] ?? ''
    if (!body.text.trim()) {
      world.drafts.delete(id)
      return { savedAt: null }
    }
    const savedAt = ago(0)
    world.drafts.set(id, {
      text: body.text,
      html: body.html ?? null,
      subject: body.subject ?? null,
      to: body.to ?? [],
      cc: body.cc ?? [],
      attachments: [],
      mode: body.mode,
      savedAt
    })
    return { savedAt }
  },
  'contact.update': ({ world, params, body, push }) => {
    const contact = world.contacts.find(({ id }) => id === params['id'])
    if (!contact) throw new Refuse('not-found')
    if (contact.version !== body.version) throw new Refuse('changed-meanwhile')
    Object.assign(contact, body.change, { version: contact.version + 1 })
    push('contact.changed', { contact })
    return contact
  },
  'contact.search': ({ world, query }) => ({
    items: world.contacts.filter(({ name }) =>
      name.toLowerCase().includes((query['text'] ?? '').toLowerCase())
    )
  })
}
