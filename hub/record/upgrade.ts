import mongoose from 'mongoose'
import { Agent } from '../agents/agent.model.ts'
import { Call } from '../calls/call.model.ts'
import { Contact } from '../contacts/contact.model.ts'
import { upgradeContacts } from '../contacts/upgrade-contacts.ts'
import { Interaction } from '../interactions/interaction.model.ts'

/** Fill what records of an earlier version lack. Safe to repeat, and for two nodes at once. */
const upgrades: Record<string, () => Promise<void>> = {
  'routing-fields': async () => {
    const missing = [
      {
        model: Interaction,
        fields: {
          preferredIds: [],
          forbiddenIds: [],
          suggestion: null,
          estimate: null,
          consults: [],
          overflowed: []
        }
      },
      { model: Contact, fields: { preferredIds: [], forbiddenIds: [] } },
      { model: Agent, fields: { capacityProfileId: null, handled: { day: '', count: 0 } } }
    ]
    for (const { model, fields } of missing)
      for (const [field, value] of Object.entries(fields))
        await model.collection.updateMany({ [field]: { $exists: false } }, { $set: { [field]: value } })
  },
  'call-fields': async () => {
    await Contact.collection.updateMany({ doNotCall: { $exists: false } }, { $set: { doNotCall: false } })
    await Interaction.collection.updateMany({ callback: { $exists: false } }, { $set: { callback: null } })
    await Call.collection.updateMany(
      { suggestedAt: { $exists: false } },
      { $set: { suggestedAt: null, facts: null, recordingRule: 'never' } }
    )
    await Call.collection.updateMany(
      { 'parties.heldSince': { $exists: false } },
      { $set: { 'parties.$[].heldSince': null, 'parties.$[].heldMs': 0, 'parties.$[].heir': false } }
    )
  },
  'window-fields': async () => {
    await Interaction.collection.updateMany(
      { windowUntil: { $exists: false } },
      { $set: { windowUntil: null } }
    )
  },
  'contact-points': upgradeContacts,
  /** Others of the same fields, which end in the order of lists, took their place. */
  'list-order-indexes': async () => {
    const there = new Set((await Interaction.collection.indexes()).map(({ name }) => name))
    for (const name of ['offer.agentId_1', 'consults.agentId_1'])
      if (there.has(name)) await Interaction.collection.dropIndex(name)
  }
}

/** Brings records of earlier versions to the present form; what was done once is not done again. */
export async function upgradeRecords(): Promise<void> {
  const done = mongoose.connection.collection<{ _id: string; at: Date }>('upgrades')
  for (const [name, run] of Object.entries(upgrades)) {
    if (await done.findOne({ _id: name })) continue
    await run()
    await done.updateOne({ _id: name }, { $set: { at: new Date() } }, { upsert: true })
  }
}
