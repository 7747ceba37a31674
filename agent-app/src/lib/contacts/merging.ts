import {
  distinguishContacts,
  mergeContacts,
  unmergeContact,
  type Contact,
  type MergeChoices
} from '@palabre/config/contract/contact'
import { call } from '../call.ts'
import { toasts } from '../toasts.svelte.ts'
import { t } from '../words.svelte.ts'

type Follow = (contact: Contact) => void

/** Merges another contact into one, and offers to take it back at once. Throws what `call` throws. */
export async function mergeInto(
  contact: Contact,
  other: Contact,
  choices: MergeChoices,
  onchange: Follow
): Promise<void> {
  const merged = await call(mergeContacts, {
    params: { id: contact.id },
    body: { otherId: other.id, choices }
  })
  onchange(merged.contact)
  toasts.add(t('contact.merged', { name: merged.contact.name }), {
    tone: 'ok',
    action: {
      label: t('ui.undo'),
      run: () =>
        void takeBack(contact.id, merged.mergeId, onchange).catch((error: unknown) => toasts.fail(error))
    }
  })
}

/** Takes a merge back. Throws what `call` throws. */
export async function takeBack(id: string, mergeId: string, onchange: Follow): Promise<void> {
  onchange((await call(unmergeContact, { params: { id, mergeId } })).contact)
  toasts.add(t('contact.parted'), { tone: 'ok' })
}

/** Says for good that two are not the same. Throws what `call` throws. */
export async function tellApart(contact: Contact, other: Contact, onchange: Follow): Promise<void> {
  onchange(await call(distinguishContacts, { params: { id: contact.id }, body: { otherId: other.id } }))
  toasts.add(t('contact.not-same-done'), { tone: 'ok' })
}
