import { resources, type ResourceName } from '@palabre/config/contract/setting'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { EstimateError, Preview, Reason } from '@palabre/config/contract/routing'
import { Refuse, type Answers, type Asked, type WritesItself } from './asked.ts'
import { ago, defaultPreferences, keep, meOf, newId } from './world.ts'

const noPicture: WritesItself = (_, response) => {
  response.writeHead(204, { 'cache-control': 'private, max-age=600' }).end()
}
const must = <T>(found: T | undefined): T => {
  if (found === undefined) throw new Refuse('not-found')
  return found
}
const signedIn = ({ world }: Asked) => {
  if (!world.me) throw new Refuse('not-signed-in')
  return world.me
}

const waitingIn = ({ world, params }: Asked): Interaction[] =>
  world.interactions
    .filter(({ state, queueId }) => state === 'queued' && queueId === params['id'])
    .sort((a, b) => a.queuedAt.localeCompare(b.queuedAt))

/** The first agents who have the single skills that are asked for, one item each. */
function previewOf(asked: Asked): Preview {
  const { world, body, params } = asked
  const saved = must(world.settings.queue.find(({ id }) => id === params['id']))
  const requirements = (body.change.requirements ?? saved['requirements']) as Interaction['requirements']
  const waiting = waitingIn(asked)
  const skills = requirements.flatMap((one) => ('skillId' in one ? [one] : []))
  const free = world.agents.filter(
    (agent) =>
      agent.presence.state === 'ready' &&
      skills.every(({ skillId, level }) =>
        agent.skills.some((held) => held.skillId === skillId && held.level >= level)
      )
  )
  const among = free.length
  const nobody: Reason = among
    ? { code: 'others-first', figures: { agents: among } }
    : { code: 'nobody-skilled', figures: { lacking: world.agents.length } }
  return {
    waiting: waiting.length,
    items: waiting.slice(0, 20).map((item) => {
      const agent = free.shift()
      const waitedSeconds = Math.round((Date.now() - Date.parse(item.queuedAt)) / 1000)
      const reasons: Reason[] = [
        { code: 'waited', figures: { seconds: waitedSeconds } },
        ...skills.map(({ skillId, level }) => ({
          code: 'skill',
          figures: {
            skillId,
            needed: level,
            has: agent?.skills.find((held) => held.skillId === skillId)?.level ?? 0
          }
        })),
        {
          code: String(body.change.agentChoice ?? saved['agentChoice']),
          figures: { among, idleSeconds: 754, load: 0, handled: 0 }
        }
      ]
      return {
        interactionId: item.id,
        contactName: item.contactName,
        waitedSeconds,
        agentId: agent?.id ?? null,
        agentName: agent?.name ?? null,
        reasons: agent ? reasons : [nobody]
      }
    })
  }
}

/** The first queue has told many customers how long it will take; the others nobody. */
const estimateErrors = ({ world }: Asked): { items: EstimateError[] } => ({
  items: world.settings.queue.slice(0, 1).map(({ id }) => ({
    queueId: id,
    told: 1284,
    meanErrorS: 12.4,
    meanAbsoluteErrorS: 71.8,
    medianAbsoluteErrorS: 40,
    p90AbsoluteErrorS: 185,
    withinMinute: 0.634,
    meanWaitS: 143.2
  }))
})

/** The five routes of every record that administrators keep. */
function settingAnswers(name: ResourceName): Answers {
  const changed = ({ push }: Asked, id: string) => push('setting.changed', { resource: name, id })
  const one = ({ world, params }: Asked) => must(world.settings[name].find(({ id }) => id === params['id']))
  const archive = (archived: boolean) => (asked: Asked) => {
    if (name === 'queue' && archived && waitingIn(asked).length) throw new Refuse('still-in-use')
    const record = Object.assign(one(asked), { archived, version: one(asked).version + 1, updatedAt: ago(0) })
    changed(asked, record.id)
    return record
  }
  return {
    [`${name}.list`]: ({ world, query }) => ({
      items: world.settings[name].filter(({ archived }) => archived === (query['archived'] === 'true'))
    }),
    [`${name}.create`]: (asked) => {
      const record = keep({ ...resources[name].defaults, ...asked.body, updatedAt: ago(0) })
      asked.world.settings[name].push(record)
      changed(asked, record.id)
      return record
    },
    [`${name}.update`]: (asked) => {
      const record = one(asked)
      if (record.version !== asked.body.version) throw new Refuse('changed-meanwhile')
      Object.assign(record, asked.body.change, { version: record.version + 1, updatedAt: ago(0) })
      changed(asked, record.id)
      return record
    },
    [`${name}.archive`]: archive(true),
    [`${name}.restore`]: archive(false)
  }
}

function setPresence(asked: Asked, agentId: string) {
  const agent = must(asked.world.agents.find(({ id }) => id === agentId))
  agent.presence = {
    state: asked.body.state,
    pauseReasonId: asked.body.pauseReasonId ?? null,
    since: ago(0),
    cause: null
  }
  agent.version += 1
  if (asked.world.me?.agent?.id === agent.id) asked.world.me.agent = agent
  asked.push('agent.changed', { agent })
  return agent
}

/** What the stand-in answers, by route name. Add a screen's own routes here, or give them to `startApiHub`. */
export const answers: Answers = {
  'session.read': (asked) => signedIn(asked),
  'session.signIn': ({ world, body }) => {
    const user = world.users.find(({ email }) => email === body.email)
    if (!user || body.password !== world.password) throw new Refuse('wrong-credentials')
    if (user.locked) throw new Refuse('account-locked')
    world.me = meOf(world, user)
    return world.me
  },
  'session.signOut': ({ world }) => {
    world.me = null
    return { ok: true }
  },
  'session.list': () => ({
    items: [
      {
        id: '0000000000000000000000f1',
        current: true,
        userAgent:
          'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36',
        address: '192.0.2.14',
        createdAt: ago(7200),
        seenAt: ago(20)
      },
      {
        id: '0000000000000000000000f2',
        current: false,
        userAgent: 'Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0',
        address: '198.51.100.7',
        createdAt: ago(600_000),
        seenAt: ago(93_000)
      }
    ]
  }),
  'session.revoke': () => ({ ok: true }),
  'password.change': (asked) => {
    const { world, body } = asked
    if (body.current !== world.password) throw new Refuse('wrong-credentials')
    if (body.next.length < 10 || /password|12345/.test(body.next)) throw new Refuse('weak-password')
    const me = signedIn(asked)
    world.me = { ...me, user: { ...me.user, passwordChangeRequired: false } }
    return { ok: true }
  },
  'preferences.save': (asked) => {
    const me = signedIn(asked)
    const preferences = { ...(asked.world.preferences.get(me.user.id) ?? defaultPreferences), ...asked.body }
    asked.world.preferences.set(me.user.id, preferences)
    asked.world.me = { ...me, preferences }
    return preferences
  },

  'agent.list': ({ world }) => ({ items: world.agents }),
  'presence.set': (asked) => setPresence(asked, signedIn(asked).agent?.id ?? ''),
  'presence.force': (asked) => setPresence(asked, asked.params['id'] ?? ''),

  'user.list': ({ world, query }) => ({
    items: world.users.filter(({ archived }) => archived === (query['archived'] === 'true'))
  }),
  'alert.list': ({ world }) => ({ items: world.alerts }),
  'alert.acknowledge': ({ world, params, push }) => {
    const alert = world.alerts.find(({ id }) => id === params['id'])
    if (!alert) throw new Refuse('not-found')
    const { id = '', name = '' } = world.me?.user ?? {}
    Object.assign(alert, { acknowledgedBy: { id, name, at: ago(0) }, version: alert.version + 1 })
    push('alert.changed', { alert })
    return alert
  },
  'channel.list': ({ world }) => ({ items: world.channels }),
  'account.list': ({ world, query }) => ({
    items: world.accounts.filter(({ archived }) => archived === (query['archived'] === 'true'))
  }),
  'audit.list': ({ world }) => ({ items: world.audit }),
  'quarantine.list': () => ({ items: [] }),

  'inbox.read': ({ world }) => ({
    seq: '1',
    items: world.interactions.filter(({ state }) => state !== 'closed')
  }),
  'interaction.list': ({ world, query }) => ({
    items: world.interactions.filter(
      (one) =>
        (!query['state'] || one.state === query['state']) &&
        (!query['queueId'] || one.queueId === query['queueId']) &&
        (!query['contactId'] || one.contactId === query['contactId'])
    )
  }),
  'interaction.read': ({ world, params }) => {
    const interaction = must(world.interactions.find(({ id }) => id === params['id']))
    return {
      seq: '1',
      interaction,
      conversation: must(world.conversations.find(({ id }) => id === interaction.conversationId)),
      contact: must(world.contacts.find(({ id }) => id === interaction.contactId)),
      log: world.logs.get(interaction.id) ?? [],
      messages: { items: world.messages.filter(({ interactionId }) => interactionId === interaction.id) }
    }
  },
  'contact.read': ({ world, params }) => must(world.contacts.find(({ id }) => id === params['id'])),
  'contact.picture': () => noPicture,
  'contact.suggest': () => ({ items: [] }),
  'contact.merges': () => ({ items: [] }),
  'contact.history': ({ world, params }) => ({
    items: world.interactions.filter(({ contactId }) => contactId === params['id'])
  }),
  'message.list': ({ world, params }) => ({
    items: world.messages.filter(({ conversationId }) => conversationId === params['id'])
  }),
  'draft.read': ({ world, params }) =>
    world.drafts.get(params['id'] ?? '') ?? {
      text: '',
      html: null,
      subject: null,
      to: [],
      cc: [],
      attachments: [],
      mode: 'reply',
      savedAt: null
    },
  'draft.save': () => ({ savedAt: ago(0) }),
  'attachment.upload': () => {
    const id = newId()
    return {
      id,
      name: 'file.txt',
      type: 'text/plain',
      size: 12,
      inline: false,
      url: `/api/attachments/${id}`
    }
  },
  'queue.preview': previewOf,
  'routing.estimateErrors': estimateErrors,
  'queue.empty': (asked) => {
    const moved = waitingIn(asked)
    for (const item of moved) item.queueId = asked.body.toQueueId
    return { moved: moved.length }
  },
  ...Object.assign({}, ...(Object.keys(resources) as ResourceName[]).map(settingAnswers))
}
