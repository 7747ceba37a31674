import type { Actor, Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { found, refuse } from '../refuse.ts'
import { Contact, type ContactDoc } from './contact.model.ts'
import { findContact } from './find.ts'
import { tellContact } from './tell.ts'

/** Says for good that two contacts are not the same person: neither is suggested to the other any more. */
export async function distinguishContacts(
  hub: Hub,
  by: Actor,
  id: string,
  otherId: string
): Promise<ContactDoc> {
  const [one, other] = [await findContact(id), await findContact(otherId)]
  if (one._id.equals(other._id)) return refuse('wrong-state', 'It is the same contact')
  const say = async (speaker: ContactDoc, of: ContactDoc) =>
    found(
      await change(Contact, speaker._id, ({ distinctIds = [] }) => {
        const otherOne = of._id.toHexString()
        if (distinctIds.includes(otherOne)) return null
        return {
          set: { distinctIds: [...distinctIds, otherOne] },
          entries: [{ name: 'distinguish', by, changes: { distinctFrom: [null, otherOne] } }]
        }
      })
    ).doc
  await say(other, one)
  const doc = await say(one, other)
  await tellContact(hub, doc)
  return doc
}
