import type { ChannelKind } from '@palabre/config/contract/account'
import type { Message } from '@palabre/config/contract/message'
import type { MessageTemplate } from '@palabre/config/contract/template'
import { Refuse, type Answers, type Asked } from './asked.ts'
import { addMessage, deskAnswers } from './desk.ts'
import { ago, newId, type World } from './world.ts'

type Abilities = ChannelKind['abilities']

const plain: Abilities = {
  html: false,
  subject: false,
  typing: false,
  receipts: true,
  undoMs: 0,
  attachments: { maxBytes: 16_000_000, maxTotalBytes: 16_000_000 },
  maxText: 4096
}

const kind = (name: string, medium: string, abilities: Partial<Abilities>): ChannelKind => ({
  name,
  medium,
  settings: {},
  abilities: { ...plain, ...abilities },
  testable: true,
  visitors: false,
  sends: true,
  calls: false,
  hook: null,
  setup: null
})

/** Channels of every ability, under names that nobody outside of this file can know. */
export function furnishMessaging(world: World): void {
  const window = { seconds: 86_400 }
  world.channels.push(
    kind('pigeon', 'messaging', {
      window,
      templates: true,
      answers: true,
      reactions: true,
      choices: { buttons: 3, list: 10 }
    }),
    kind('flare', 'social', { public: { privateAnswers: true }, answers: true, maxText: 280 }),
    kind('beacon', 'social', { public: { privateAnswers: false }, maxText: 280 }),
    kind('drum', 'messaging', { window })
  )
}

/** A template of an account, put into the world. */
export function addTemplate(
  world: World,
  accountId: string,
  change: Partial<MessageTemplate> = {}
): MessageTemplate {
  const template: MessageTemplate = {
    id: newId(),
    accountId,
    name: 'greeting',
    language: 'fr',
    category: 'UTILITY',
    state: 'approved',
    reason: '',
    header: null,
    body: 'Bonjour {{1}}, votre dossier {{2}} est prêt.',
    footer: '',
    buttons: [],
    variables: [
      { key: 'body.1', example: 'Lena' },
      { key: 'body.2', example: 'A-1042' }
    ],
    syncedAt: ago(600),
    ...change
  }
  world.templates.push(template)
  return template
}

const messageOf = ({ world, params }: Asked): Message => {
  const found = world.messages.find(({ id }) => id === params['id'])
  if (!found) throw new Refuse('not-found')
  return found
}
const told = ({ push }: Asked, message: Message, change: Partial<Message>): Message => {
  Object.assign(message, change)
  push('message.changed', { message })
  return message
}

/** As the hub does: a template is written out, and free words are refused where the window is shut. */
function send(asked: Asked): unknown {
  const { world, body, params } = asked
  const interaction = world.interactions.find(({ id }) => id === params['id'])
  const abilities = world.channels.find(({ name }) => name === interaction?.channel)?.abilities
  if (!body.template) {
    const leaves = body.sendAt ? Date.parse(body.sendAt) : Date.now()
    const until = interaction?.windowUntil
    if (abilities?.window && !(until && Date.parse(until) > leaves)) throw new Refuse('not-deliverable')
    return deskAnswers['message.send']!(asked)
  }
  const template = world.templates.find(({ id }) => id === body.template.templateId)
  if (!template || template.state !== 'approved' || body.text) throw new Refuse('not-deliverable')
  if (template.variables.some(({ key }) => !body.template.values[key])) throw new Refuse('invalid-input')
  const needsFile = template.header !== null && template.header.kind !== 'text'
  if (needsFile !== (body.attachmentIds?.length === 1)) throw new Refuse('invalid-input')
  const text = template.variables.reduce(
    (written, { key }) =>
      written.replaceAll(`{{${key.slice(key.lastIndexOf('.') + 1)}}}`, body.template.values[key]),
    template.body
  )
  const sent = deskAnswers['message.send']!({ ...asked, body: { ...body, text } }) as Message
  return told(asked, sent, { template: template.name })
}

/** What messaging asks of the hub beside the desk's own. */
export const messagingAnswers: Answers = {
  'message.send': send,
  'message.react': (asked) => {
    const message = messageOf(asked)
    const theirs = message.reactions?.filter(({ by }) => by === 'contact') ?? []
    const byId = asked.world.me?.agent?.id ?? null
    const { emoji } = asked.body
    return told(asked, message, {
      reactions: emoji ? [...theirs, { by: 'agent', byId, emoji }] : theirs
    })
  },
  'message.retry': (asked) => {
    const message = messageOf(asked)
    if (message.state !== 'failed') throw new Refuse('wrong-state')
    return told(asked, message, { state: 'queued', failure: null, sendAt: ago(0) })
  },
  'template.list': ({ world, query }) => ({
    items: world.templates.filter(
      ({ accountId, state }) =>
        accountId === query['accountId'] && (query['approved'] !== 'true' || state === 'approved')
    )
  }),
  'attachment.upload': () => ({
    id: newId(),
    name: 'picture.png',
    type: 'image/png',
    size: 1200,
    inline: false,
    url: '/favicon.svg'
  }),
  'attachment.remove': () => ({ ok: true })
}

/** The customer writes: the message comes, and the time for free replies begins anew. */
export function customerWrites(
  hub: { world: World; push: Asked['push'] },
  interactionId: string,
  text: string,
  change: Partial<Message> = {}
): Message {
  const interaction = hub.world.interactions.find(({ id }) => id === interactionId)
  if (!interaction) throw new Error('There is no such interaction in the world')
  const message = addMessage(hub.world, interaction, { text, at: ago(0), ...change })
  hub.push('message.changed', { message })
  interaction.version += 1
  if (interaction.windowUntil) interaction.windowUntil = ago(-86_400)
  Object.assign(interaction, { preview: text, previewKind: 'in', lastMessageAt: message.at })
  hub.push('interaction.changed', { interaction })
  return message
}
