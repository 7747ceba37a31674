import type { Channel } from '@palabre/channels/channel'
import { channelNamed } from '@palabre/channels/registry'
import {
  agentsIn,
  skillsIn,
  type OverflowRule,
  type Relaxation,
  type Requirement
} from '@palabre/config/contract/routing'
import type { Queue } from '@palabre/config/contract/setting'
import { ChannelAccountModel, type AccountDoc } from '../accounts/account.model.ts'
import { refuse } from '../refuse.ts'
import { meetsAll } from '../routing/core/requirement.ts'
import { overflowCircle } from '../routing/core/overflow.ts'
import { Template } from '../templates/template.model.ts'
import { checkAgents, checkIds } from './check-ids.ts'
import { presentSetting, settings, type SettingDoc } from './setting.model.ts'

const wrong = (path: string, message: string) => refuse('invalid-input', undefined, [{ path, message }])

/** Requirements with more skills than this are not searched for contradictions: too many combinations. */
const searchedSkills = 5

/** Could anybody at all meet them? Tries every level of every skill that they name. */
export function canBeMet(requirements: readonly Requirement[]): boolean {
  const skillIds = skillsIn(requirements)
  if (skillIds.length > searchedSkills) return true
  const people = [...agentsIn(requirements), '']
  const levels: number[] = skillIds.map(() => 0)
  for (;;) {
    const skills = skillIds.map((skillId, i) => ({ skillId, level: levels[i]! }))
    if (people.some((id) => meetsAll({ id, skills }, requirements))) return true
    const next = levels.findIndex((level) => level < 5)
    if (next < 0) return false
    levels[next]!++
    levels.fill(0, 0, next)
  }
}

function checkLevels(requirements: readonly Requirement[]) {
  for (const one of requirements) {
    if ('skillId' in one && one.upTo !== undefined && one.upTo < one.level)
      wrong('requirements', 'A level range ends below where it begins')
    if ('all' in one) checkLevels(one.all)
    if ('any' in one) checkLevels(one.any)
    if ('not' in one) checkLevels([one.not])
  }
}

/** Refuses requirements that name what does not exist, or that nobody could ever meet. */
export async function checkRequirements(path: string, requirements: readonly Requirement[]) {
  await checkIds('skill', path, skillsIn(requirements))
  await checkAgents(path, agentsIn(requirements))
  checkLevels(requirements)
  if (!canBeMet(requirements)) wrong(path, 'Nobody could ever meet all of it')
}

async function checkRelaxation({ steps, ending }: Relaxation) {
  steps.forEach(({ afterSeconds }, i) => {
    if (afterSeconds <= (steps[i - 1]?.afterSeconds ?? 0))
      wrong(`relaxation/steps/${String(i)}/afterSeconds`, 'Each step comes later than the one before')
  })
  if (ending.rule === 'anyone' && ending.afterSeconds <= (steps[steps.length - 1]?.afterSeconds ?? 0))
    wrong('relaxation/ending/afterSeconds', 'The ending comes after the last step')
  await checkIds(
    'skill',
    'relaxation/steps',
    steps.flatMap(({ dropSkillIds }) => dropSkillIds)
  )
  await checkIds(
    'queue',
    'relaxation/steps',
    steps.flatMap(({ addQueueIds }) => addQueueIds)
  )
  await checkIds(
    'team',
    'relaxation/steps',
    steps.flatMap(({ addTeamIds }) => addTeamIds)
  )
}

async function checkOverflow(id: string | null, overflow: readonly OverflowRule[]) {
  const targets = overflow.flatMap(({ then }) => (then.kind === 'queue' ? [then.queueId] : []))
  await checkIds('queue', 'overflow', targets)
  if (id === null || targets.length === 0) return
  const others = (
    (await settings.queue.model.find({ archived: false }).lean()) as unknown as SettingDoc<'queue'>[]
  )
    .map((doc) => presentSetting('queue', doc))
    .filter((queue) => queue.id !== id)
  if (overflowCircle([{ id, overflow }, ...others]))
    wrong('overflow', 'The queues would overflow into each other without end')
}

/** Refuses rules of callbacks that name what does not exist, or cannot do it. */
async function checkCallbacks({ accountId, retries, confirm, limits }: Queue['callbacks']) {
  const { mailAccountId, template } = confirm
  await checkAccount('callbacks/accountId', accountId, ({ calls }) => calls !== undefined)
  await checkAccount('callbacks/confirm/mailAccountId', mailAccountId, ({ medium }) => medium === 'email')
  await checkAccount('callbacks/confirm/template/accountId', template?.accountId ?? null, (channel) =>
    Boolean(channel.templates)
  )
  if (template && !(await Template.exists({ _id: template.templateId, accountId: template.accountId })))
    refuse('unknown-reference', 'callbacks/confirm/template')
  if (retries?.dispositionId)
    await checkIds('disposition', 'callbacks/retries/dispositionId', [retries.dispositionId])
  if (retries && retries.hours.to <= retries.hours.from)
    wrong('callbacks/retries/hours', 'The hours end before they begin')
  if (limits.code === 'mail' && mailAccountId === null)
    wrong('callbacks/limits/code', 'A code by mail needs an account that sends it')
  if (limits.code === 'template' && template === null)
    wrong('callbacks/limits/code', 'A code by message needs a template that carries it')
}

async function checkAccount(path: string, id: string | null, fits: (channel: Channel) => boolean) {
  if (id === null) return
  const account = (await ChannelAccountModel.findById(id).lean()) as AccountDoc | null
  if (!account || account.archived || !fits(channelNamed(account.channel))) refuse('unknown-reference', path)
}

/** Checks the rules of a queue as they will be, new ones and those that stay, against each other and the world. */
export async function checkQueue(id: string | null, changes: Partial<Queue>) {
  const doc =
    id === null
      ? null
      : ((await settings.queue.model.findById(id).lean()) as unknown as SettingDoc<'queue'> | null)
  const before: Partial<Queue> = doc ? presentSetting('queue', doc) : {}
  const {
    requirements = [],
    relaxation,
    calendarId,
    dispositionIds = [],
    overflow,
    wrapUp
  } = { ...before, ...changes }
  if (changes.requirements) await checkRequirements('requirements', requirements)
  if (changes.relaxation && relaxation) await checkRelaxation(relaxation)
  if (changes.calendarId && calendarId) await checkIds('calendar', 'calendarId', [calendarId])
  if (changes.dispositionIds) await checkIds('disposition', 'dispositionIds', dispositionIds)
  if (changes.overflow && overflow) await checkOverflow(id, overflow)
  if (changes.callbacks) await checkCallbacks(changes.callbacks)
  if (changes.wrapUp && wrapUp && wrapUp.mode.startsWith('timed') && wrapUp.seconds === 0)
    wrong('wrapUp/seconds', 'A timed wrap-up needs time')
}
