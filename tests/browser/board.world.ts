import type { Interaction } from '@palabre/config/contract/interaction'
import { team } from '@palabre/config/contract/setting'
import { addInteraction, contactOf, furnishDesk } from '../simulators/api-hub/desk.ts'
import { quarterOfWork, type BoardWorld } from '../simulators/api-hub/board.ts'
import { ago, keep, newId, type World } from '../simulators/api-hub/world.ts'
import { account } from './admin.world.ts'

export interface BoardFloor {
  queueIds: string[]
  accountIds: string[]
  /** Late by two minutes, at risk, and far from it. */
  late: Interaction
  risky: Interaction
  calm: Interaction
}

/** A floor in the middle of the day: two queues, two teams, work of all kinds, and hours behind it. */
export function furnishBoard(world: World, far: BoardWorld): BoardFloor {
  furnishDesk(world)
  const { settings } = world
  const [cards, everyday] = [settings.queue[0]!, settings.queue[1]!]
  const site = keep({ name: 'Dakar', timeZone: 'Africa/Dakar' })
  settings.site.push(site)
  Object.assign(settings.team[0]!, { siteId: site.id, queueIds: [cards.id] })
  const second = keep({ ...team.defaults, name: 'Back office', queueIds: [everyday.id], siteId: null })
  settings.team.push(second)
  Object.assign(everyday, { requirements: [{ skillId: settings.skill[0]!.id, level: 2 }] })
  const [awa, sam, , , noor] = world.agents
  Object.assign(awa!, {
    teamId: settings.team[0]!.id,
    skills: [{ skillId: settings.skill[0]!.id, level: 3 }]
  })
  if (sam) Object.assign(sam, { teamId: second.id })
  if (noor) Object.assign(noor, { teamId: settings.team[0]!.id })
  const chat = account({ name: 'Web site chat', queueId: cards.id })
  const mail = account({ name: 'help@bank.example', channel: 'email', queueId: everyday.id })
  world.accounts.push(chat, mail)

  const waiting = (waited: number, target: number, change: Partial<Interaction> = {}) => ({
    state: 'queued' as const,
    agentId: null,
    acceptedAt: null,
    queuedAt: ago(waited),
    dueAt: ago(waited - target),
    accountId: chat.id,
    queueId: cards.id,
    ...change
  })
  const byMail = { accountId: mail.id, queueId: everyday.id, channel: 'email', medium: 'email' as const }
  const late = addInteraction(
    world,
    contactOf('Late Customer'),
    waiting(180, 60, { requirements: [{ skillId: settings.skill[2]!.id, level: 3 }] })
  )
  const risky = addInteraction(world, contactOf('Risky Customer'), waiting(3000, 3600, byMail))
  const calm = addInteraction(world, contactOf('Calm Customer'), waiting(60, 3600, byMail))
  addInteraction(world, contactOf('Talking Customer'), { accountId: chat.id, queueId: cards.id })
  addInteraction(world, contactOf('Served Customer'), {
    accountId: chat.id,
    queueId: cards.id,
    state: 'closed',
    closedAt: ago(500)
  })

  const work = [
    { queueId: cards.id, accountId: chat.id, channel: 'chat', medium: 'chat' },
    { queueId: everyday.id, accountId: mail.id, channel: 'email', medium: 'email' }
  ] as const
  for (let back = 0; back < 40; back++)
    for (const [n, of] of work.entries()) {
      const arrived = 4 + Math.round(3 * Math.sin(back / 4 + n)) + (n ? 0 : 2)
      const answered = Math.max(0, arrived - 1)
      far.quarters.push(
        quarterOfWork(of, back, {
          arrived,
          answered,
          answeredInTarget: Math.max(0, answered - (back % 3)),
          answerMs: answered * (20_000 + 1000 * back),
          abandoned: back % 4 === 0 ? 1 : 0,
          abandonedShort: back % 8 === 0 ? 1 : 0,
          handled: answered,
          handledMs: answered * 260_000
        })
      )
    }
  return {
    queueIds: [cards.id, everyday.id],
    accountIds: [chat.id, mail.id],
    late,
    risky,
    calm
  }
}

/** So many more of everything that it does not fit on a screen, with long names. */
export function crowdBoard(world: World, { accountIds }: BoardFloor): void {
  const { settings } = world
  const [usual] = settings.queue
  for (let n = 1; n <= 24; n++) {
    const name =
      n === 3
        ? `A queue whose name is far too long for any column of any table that anybody would want to read ${'x'.repeat(60)}`
        : `Queue ${String(n)}`
    settings.queue.push({ ...usual!, ...keep({ name }), id: newId() })
  }
  for (const [n, { id: queueId }] of settings.queue.entries())
    addInteraction(
      world,
      contactOf(n === 4 ? 'محمد الأمين 🌳 Abdoulaye Ndiaye-Dieng de la Teranga' : `Person ${String(n)}`),
      {
        state: 'queued',
        agentId: null,
        acceptedAt: null,
        queueId,
        accountId: accountIds[0]!,
        queuedAt: ago(40 + 7 * n),
        dueAt: ago(40 + 7 * n - 60)
      }
    )
}
