import { createAccountOf } from '../accounts/keep.ts'
import { ChannelAccountModel } from '../accounts/account.model.ts'
import { channels } from '@palabre/channels/registry'
import { systemActor, type Hub } from '../hub.ts'
import type { ResourceName } from '@palabre/config/contract/setting'
import { createSetting, listSettings } from '../settings/keep.ts'
import { createUserOf } from '../users/keep.ts'
import { User } from '../users/user.model.ts'
import { demoLogins as logins } from './logins.ts'
import { seedTelephone } from './telephone.ts'
import { demoCannedAnswers, demoDispositions, demoPauseReasons } from './words.ts'

/**
 * Fills an empty database with an imaginary bank, and says who may sign in. Does nothing where there are users; they are
 * made last, so that a start that was cut short is finished by the next one. A bank of an earlier version gets the
 * telephone that it lacks.
 */
export async function seedDemo(hub: Hub): Promise<void> {
  if ((await User.exists({ email: logins[0].email })) === null && !(await foreignUsers())) {
    hub.log.info('creating demo data')
    await createFloor(hub)
  }
  const known = await User.countDocuments({ email: { $in: logins.map(({ email }) => email) } })
  if (known < logins.length) return
  await seedTelephone(hub)
  process.stdout.write(
    `${JSON.stringify({
      msg: 'demo ready',
      logins: logins.map(({ role, email, password: shown }) => ({ role, email, password: shown }))
    })}\n`
  )
}

/** Somebody who is not of the demo: then it is no empty database. */
const foreignUsers = () => User.exists({ email: { $nin: logins.map(({ email }) => email) } })

async function createFloor(hub: Hub) {
  const make = async (name: ResourceName, fields: Record<string, unknown>) => {
    const [field, value] = Object.entries(fields)[0] ?? []
    const known = (await listSettings(name, false)).find(
      (doc) => (doc as unknown as Record<string, unknown>)[field ?? ''] === value
    )
    return (known ?? (await createSetting(hub, systemActor, name, fields)))._id.toHexString()
  }

  const cards = await make('skill', { name: 'Cards and accounts', description: 'Cartes et comptes' })
  const loans = await make('skill', { name: 'Loans', description: 'Crédits' })
  const writing = await make('skill', { name: 'Written French', description: 'Correspondance en français' })
  const always = Array.from({ length: 7 }, () => [{ from: 0, to: 1440 }])
  const calendarId = await make('calendar', {
    name: 'Always open (demo)',
    timeZone: 'Africa/Dakar',
    week: always,
    holidays: []
  })
  await make('calendar', {
    name: 'Office hours',
    timeZone: 'Africa/Dakar',
    week: [0, 1, 2, 3, 4, 5, 6].map((day) =>
      day === 6 ? [] : [{ from: 480, to: 720 }, ...(day === 5 ? [] : [{ from: 840, to: 1080 }])]
    ),
    holidays: [{ day: '2027-01-01', name: 'Jour de l’an', intervals: [] }]
  })
  const dispositionIds: string[] = []
  for (const fields of demoDispositions) dispositionIds.push(await make('disposition', fields))
  for (const fields of demoPauseReasons) await make('pauseReason', fields)

  const queueOf = (name: string, description: string, requirements: { skillId: string; level: number }[]) =>
    make('queue', {
      name,
      description,
      requirements,
      calendarId,
      priority: 0,
      targets: [
        { medium: 'chat', seconds: 60 },
        { medium: 'email', seconds: 14_400 }
      ],
      offerSeconds: 30,
      agentChoice: 'longest-idle',
      sticky: { mode: 'same-queue', seconds: 120, skillNeeded: true },
      wrapUp: { mode: 'timed', seconds: 60, extensionSeconds: 60 },
      missesAllowed: 2,
      dispositionIds
    })
  const care = await queueOf('Customer care', 'Cards, accounts, everyday questions', [
    { skillId: cards, level: 2 }
  ])
  const credit = await queueOf('Loans', 'Loan files and simulations', [{ skillId: loans, level: 3 }])
  const mail = await queueOf('Mail', 'Letters and complaints by mail', [{ skillId: writing, level: 3 }])
  const teamId = await make('team', { name: 'Bank floor', queueIds: [care, credit, mail] })
  for (const fields of demoCannedAnswers) await make('cannedAnswer', fields)

  await createAccounts(hub, care, mail)
  await createUsers(hub, teamId, { cards, loans, writing })
}

async function createUsers(hub: Hub, teamId: string, ids: { cards: string; loans: string; writing: string }) {
  const { cards, loans, writing } = ids
  const skillsOf = {
    cards: [
      { skillId: cards, level: 5 },
      { skillId: writing, level: 3 }
    ],
    loans: [
      { skillId: loans, level: 5 },
      { skillId: cards, level: 2 },
      { skillId: writing, level: 5 }
    ]
  }
  for (const login of [...logins].reverse()) {
    if (await User.exists({ email: login.email })) continue
    const isAgent = login.role === 'agent'
    await createUserOf(
      hub,
      systemActor,
      {
        name: login.name,
        email: login.email,
        password: login.password,
        roles: [login.role],
        agent: {
          teamId,
          skills: isAgent ? skillsOf[login.skills] : [],
          capacity: { voice: 1, chat: 4, email: 5, messaging: 5, social: 5, callback: 1 }
        }
      },
      { passwordChangeRequired: false }
    )
  }
}

/** An account of each channel that works on one machine without anything outside it. */
async function createAccounts(hub: Hub, care: string, mail: string) {
  // Left over from a start that was cut short.
  if (
    await ChannelAccountModel.exists({
      channel: { $in: channels.filter(({ visitor }) => visitor).map(({ name }) => name) }
    })
  )
    return
  const threaded =
    hub.env.SMTP_PORT < 0 ? [] : channels.filter(({ abilities, send }) => abilities.subject && send)
  const visited = channels.filter(({ visitor }) => visitor)
  const reply = threaded[0]
    ? await createAccountOf(hub, systemActor, {
        channel: threaded[0].name,
        name: 'Banque du Fleuve · help@',
        queueId: mail,
        settings: {
          address: 'help@banque-du-fleuve.example',
          displayName: 'Banque du Fleuve',
          inbound: 'smtp',
          smtpHost: '127.0.0.1',
          // The demo's mailbox of the customers, which the workers keep beside the SMTP listener.
          smtpPort: hub.env.SMTP_PORT + 1,
          smtpSecurity: 'none',
          signature: 'Banque du Fleuve · Service client'
        }
      })
    : null
  for (const { name } of visited)
    await createAccountOf(hub, systemActor, {
      channel: name,
      name: 'Banque du Fleuve · web',
      queueId: care,
      settings: {
        title: { en: 'River Bank', fr: 'Banque du Fleuve' },
        form: true,
        formName: 'optional',
        formEmail: 'optional',
        callback: true,
        ...(reply && { replyAccountId: reply._id.toHexString() })
      }
    })
}
