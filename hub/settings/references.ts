import { Temporal } from 'temporal-polyfill'
import { skillsIn } from '@palabre/config/contract/routing'
import type { ResourceName } from '@palabre/config/contract/setting'
import { Agent } from '../agents/agent.model.ts'
import { ChannelAccountModel } from '../accounts/account.model.ts'
import { flowsNaming } from '../flows/uses.ts'
import { Interaction } from '../interactions/interaction.model.ts'
import { refuse } from '../refuse.ts'
import { checkIds } from './check-ids.ts'
import { checkQueue } from './check-queue.ts'
import { settings } from './setting.model.ts'

/** Checks what JSON Schema cannot: that references lead somewhere, intervals are in order, the zone exists. */
export async function checkReferences(
  name: ResourceName,
  id: string | null,
  fields: Record<string, unknown>
) {
  if (name === 'queue') await checkQueue(id, fields)
  if (name === 'team') {
    const { capacityProfileId, siteId } = fields as {
      capacityProfileId?: string | null
      siteId?: string | null
    }
    await checkIds('capacityProfile', 'capacityProfileId', capacityProfileId ? [capacityProfileId] : [])
    await checkIds('site', 'siteId', siteId ? [siteId] : [])
  }
  if (name === 'team' || name === 'cannedAnswer')
    await checkIds('queue', 'queueIds', (fields as { queueIds?: string[] }).queueIds ?? [])
  if (name === 'calendar' || name === 'site') checkZone(fields)
  if (name === 'calendar') checkCalendar(fields)
}

const wrong = (path: string, message: string) => refuse('invalid-input', undefined, [{ path, message }])

function checkZone({ timeZone }: { timeZone?: string }) {
  if (timeZone === undefined) return
  try {
    Temporal.Now.zonedDateTimeISO(timeZone)
  } catch {
    wrong('timeZone', 'is not a time zone')
  }
}

function checkCalendar(fields: Record<string, unknown>) {
  const { week, holidays } = fields as {
    week?: { from: number; to: number }[][]
    holidays?: { day: string; intervals: { from: number; to: number }[] }[]
  }
  const inOrder = (intervals: { from: number; to: number }[]) =>
    intervals.every(({ from, to }, i) => from < to && from >= (intervals[i - 1]?.to ?? 0))
  week?.forEach((day, i) => {
    if (!inOrder(day)) wrong(`week/${String(i)}`, 'Intervals must not overlap, and end after they begin')
  })
  holidays?.forEach(({ day, intervals }, i) => {
    try {
      Temporal.PlainDate.from(day)
    } catch {
      wrong(`holidays/${String(i)}/day`, 'is not a date')
    }
    if (!inOrder(intervals))
      wrong(`holidays/${String(i)}`, 'Intervals must not overlap, and end after they begin')
  })
}

/** Active queues whose requirements or relaxation name a skill, however deep. */
async function queuesNaming(skillId: string): Promise<number> {
  const docs = await settings.queue.model.find({ archived: false }, { requirements: 1 }).lean()
  return docs.filter(({ requirements }) => skillsIn(requirements ?? []).includes(skillId)).length
}

/** Refuses `still-in-use`: what others hang on is not taken away under them. */
export async function checkUnused(name: ResourceName, id: string) {
  const active = { archived: false }
  const uses: Record<ResourceName, (() => Promise<number>)[]> = {
    skill: [
      () => queuesNaming(id),
      () => Agent.countDocuments({ ...active, 'skills.skillId': id }),
      () => flowsNaming('skill', id)
    ],
    calendar: [
      () => settings.queue.model.countDocuments({ ...active, calendarId: id }),
      () => flowsNaming('calendar', id)
    ],
    queue: [
      () => flowsNaming('queue', id),
      () => settings.queue.model.countDocuments({ ...active, 'overflow.then.queueId': id }),
      () => settings.team.model.countDocuments({ ...active, queueIds: id }),
      () => ChannelAccountModel.countDocuments({ ...active, queueId: id }),
      () =>
        Interaction.countDocuments({ queueId: id, state: { $in: ['queued', 'offered', 'active', 'wrapup'] } })
    ],
    capacityProfile: [
      () => settings.team.model.countDocuments({ ...active, capacityProfileId: id }),
      () => Agent.countDocuments({ ...active, capacityProfileId: id })
    ],
    site: [() => settings.team.model.countDocuments({ ...active, siteId: id })],
    team: [() => Agent.countDocuments({ ...active, teamId: id })],
    disposition: [() => settings.queue.model.countDocuments({ ...active, dispositionIds: id })],
    pauseReason: [],
    cannedAnswer: []
  }
  for (const count of uses[name]) if ((await count()) > 0) refuse('still-in-use')
}
