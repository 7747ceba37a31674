import { randomBytes } from 'node:crypto'
import { channels } from '@palabre/channels/registry'
import { ChannelAccountModel } from '../accounts/account.model.ts'
import { createAccountOf } from '../accounts/keep.ts'
import { demoFlow } from '../flows/demo.ts'
import { FlowModel } from '../flows/flow.model.ts'
import { createFlowOf } from '../flows/keep.ts'
import { publishFlowOf } from '../flows/publish.ts'
import { systemActor, type Hub } from '../hub.ts'
import { usualCallbacks } from '@palabre/config/contract/callback'
import type { ResourceName } from '@palabre/config/contract/setting'
import { listSettings, updateSetting } from '../settings/keep.ts'
import { settings } from '../settings/setting.model.ts'
import { demoTelephone } from './telephone-account.ts'

/**
 * Gives the imaginary bank its telephone: a flow, published, and an account whose callers go through it. Does nothing
 * where a telephone account is or was, and nothing where the bank was rebuilt so that the flow's queues are gone.
 */
export async function seedTelephone(hub: Hub): Promise<void> {
  const channel = channels.find(({ calls }) => calls)
  if (!channel || (await ChannelAccountModel.exists({ channel: channel.name }))) return
  const [care, loans] = [await named('queue', 'Customer care'), await named('queue', 'Loans')]
  const [cardsSkill, loansSkill] = [await named('skill', 'Cards and accounts'), await named('skill', 'Loans')]
  const calendar = await named('calendar', 'Always open (demo)')
  if (!care || !loans || !cardsSkill || !loansSkill || !calendar) return
  const content = demoFlow({
    careQueueId: care,
    loansQueueId: loans,
    cardsSkillId: cardsSkill,
    loansSkillId: loansSkill,
    calendarId: calendar,
    // A look-up needs a database server, which the demo does not start.
    sourceId: null
  })
  // Left over from a start that was cut short, or drawn by somebody under the same name.
  const known = await FlowModel.findOne({ name: content.name, archived: false }).lean()
  const draft = known ?? (await createFlowOf(hub, systemActor, content))
  const id = draft._id.toHexString()
  const flow = draft.published ? draft : await publishFlowOf(hub, systemActor, id, draft.version, '')
  const account = await createAccountOf(hub, systemActor, {
    channel: channel.name,
    name: demoTelephone.name,
    queueId: care,
    flowId: flow._id.toHexString(),
    // Nobody knows this password: whoever plays the media server sets one of their own.
    settings: { ...demoTelephone.settings, password: randomBytes(24).toString('base64url') }
  })
  await offerCallbacks(hub, care, account._id.toHexString())
}

/** Whoever asks for it is called back over this account. */
async function offerCallbacks(hub: Hub, queueId: string, accountId: string) {
  const queue = await settings.queue.model.findById(queueId).lean()
  if (!queue) return
  await updateSetting(hub, systemActor, 'queue', queueId, queue.version, {
    callbacks: {
      ...usualCallbacks,
      accountId,
      retries: {
        attempts: 3,
        gap: { noAnswer: 30, busy: 10, machine: 120 },
        hours: { from: 8 * 60, to: 20 * 60 },
        dispositionId: null
      }
    }
  })
}

async function named(resource: ResourceName, name: string): Promise<string | null> {
  const docs = (await listSettings(resource, false)) as unknown as {
    _id: { toHexString(): string }
    name: string
  }[]
  return docs.find((doc) => doc.name === name)?._id.toHexString() ?? null
}
