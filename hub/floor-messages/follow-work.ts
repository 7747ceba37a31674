import { Types } from 'mongoose'
import type { Interaction as InteractionWire } from '@palabre/config/contract/interaction'
import type { FloorMessage as FloorMessageWire } from '@palabre/config/contract/floor-message'
import type { Hub } from '../hub.ts'
import { loadInteraction } from '../interactions/find.ts'
import { FloorMessage, type FloorMessageDoc } from './floor-message.model.ts'
import { endHelpAs } from './help.ts'
import { tellFloorMessage } from './tell.ts'

/** Whoever wrote a message has this long to tell it. */
const graceMs = 5000

/** Help that is wanted about an interaction. */
interface Wanted {
  id: string
  agentId: string
}

/**
 * Ends help whose interaction was closed or went to somebody else. The node knows what help is wanted and looks at
 * nothing else; what it did not hear is found when it starts and after a gap, and so is what a crash left untold.
 */
export function followWork(hub: Hub): { stop(): void } {
  const wanted = new Map<string, Wanted>()

  const warn = (error: unknown) => {
    hub.log.warn({ err: error }, 'help could not be followed')
  }
  /** Ends the help when its interaction, as it stands now, is not in her hands any more. */
  async function look(interactionId: string, { id, agentId }: Wanted) {
    const work = await loadInteraction(interactionId)
    const isOver = !work || work.state === 'closed'
    if (isOver || work.agentId?.toHexString() !== agentId)
      await endHelpAs(hub, new Types.ObjectId(id), isOver ? 'closed' : 'moved')
  }

  async function read() {
    const docs = (await FloorMessage.find({
      openKey: { $gt: '', $type: 'string' }
    }).lean()) as FloorMessageDoc[]
    for (const { _id, help } of docs)
      if (help?.interactionId)
        wanted.set(help.interactionId.toHexString(), {
          id: _id.toHexString(),
          agentId: help.agentId.toHexString()
        })
    await Promise.all([...wanted].map(([interactionId, help]) => look(interactionId, help)))
  }

  async function tellLeft() {
    const left = (await FloorMessage.find({
      tellAt: { $lt: new Date(Date.now() - graceMs), $type: 'date' }
    })
      .limit(500)
      .lean()) as FloorMessageDoc[]
    for (const doc of left) await tellFloorMessage(hub, doc)
  }

  function hear({ id, help }: FloorMessageWire) {
    if (!help?.interactionId) return
    if (help.endedAt) wanted.delete(help.interactionId)
    else wanted.set(help.interactionId, { id, agentId: help.agentId })
  }

  const stopEvents = hub.stream.onEvent(({ name, payload }) => {
    if (name === 'floorMessage.changed') hear((JSON.parse(payload) as { message: FloorMessageWire }).message)
    if (name !== 'interaction.changed' || wanted.size === 0) return
    const { interaction } = JSON.parse(payload) as { interaction: InteractionWire }
    const help = wanted.get(interaction.id)
    if (help && (interaction.state === 'closed' || interaction.agentId !== help.agentId))
      look(interaction.id, help).catch(warn)
  })
  const stopGaps = hub.stream.onGap(() => {
    read().catch(warn)
  })
  read().then(tellLeft).catch(warn)

  return {
    stop() {
      stopEvents()
      stopGaps()
    }
  }
}
