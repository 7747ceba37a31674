import type { Contact, ContactMerge, Likeness, MergeChoices } from '@palabre/config/contract/contact'
import { Refuse, type Answers, type Asked } from './asked.ts'
import { ago, newId, type World } from './world.ts'

/** What these answers remember of merges: by merge, both as they were. */
interface Kept extends ContactMerge {
  targetId: string
  before: { target: Contact; source: Contact }
}

/** Contacts who can be suggested, compared, merged and parted again, in memory. */
export function contactAnswers(likenesses: (world: World) => { id: string; likeness: Likeness }[]): Answers {
  const merges: Kept[] = []
  const apart = new Set<string>()
  const pair = (one: string, other: string) => [one, other].toSorted().join()
  const gone = (id: string) => merges.some((one) => one.contactId === id && one.state === 'merged')

  const find = (world: World, id: string | undefined): Contact => {
    const contact = world.contacts.find((one) => one.id === id)
    if (!contact) throw new Refuse('not-found')
    return contact
  }
  const write = ({ world, push }: Asked, contact: Contact, change: Partial<Contact>) => {
    Object.assign(contact, change, { version: contact.version + 1 })
    const written = { ...contact }
    push('contact.changed', { contact: written })
    for (const one of world.interactions) if (one.contactId === contact.id) one.contactName = contact.name
    return written
  }
  const has = (contact: Contact, kind: string, value: string) =>
    contact.points.some((point) => point.kind === kind && point.value === value)

  return {
    'contact.suggest': ({ world, params }) => ({
      items: likenesses(world)
        .filter(({ id, likeness }) => id === params['id'] && !apart.has(pair(id, likeness.contact.id)))
        .map(({ likeness }) => likeness)
        .filter(({ contact }) => !gone(contact.id))
    }),
    'contact.distinguish': ({ world, params, body }) => {
      apart.add(pair(params['id'] ?? '', body.otherId))
      const contact = find(world, params['id'])
      contact.version++
      return { ...contact }
    },
    'contact.merges': ({ params }) => ({
      items: merges.filter(({ targetId }) => targetId === params['id']).toReversed()
    }),
    'contact.merge': (asked) => {
      const { world, params, body } = asked
      const [target, source] = [find(world, params['id']), find(world, body.otherId)]
      const { attributes = {}, ...choices } = (body.choices ?? {}) as MergeChoices
      const merge: Kept = {
        id: newId(),
        targetId: target.id,
        contactId: source.id,
        name: source.name,
        points: source.points,
        conversations: 2,
        state: 'merged',
        at: ago(0),
        byName: world.me?.user.name ?? '',
        partedAt: null,
        partedByName: '',
        before: { target: structuredClone(target), source: structuredClone(source) }
      }
      merges.push(merge)
      const contact = write(asked, target, {
        name: choices.name === 'theirs' ? source.name : target.name,
        company: (choices.company === 'theirs' && source.company) || target.company || source.company,
        points: [...target.points, ...source.points],
        attributes: Object.fromEntries(
          Object.entries({ ...source.attributes, ...target.attributes }).map(([name, value]) => [
            name,
            attributes[name] === 'theirs' ? (source.attributes[name] ?? value) : value
          ])
        ),
        notes: [target.notes, source.notes].filter(Boolean).join('\n\n'),
        doNotCall: target.doNotCall || source.doNotCall
      })
      return { mergeId: merge.id, contact }
    },
    'contact.unmerge': (asked) => {
      const { world, params } = asked
      const merge = merges.find(({ id }) => id === params['mergeId'])
      if (merge?.state !== 'merged') throw new Refuse('wrong-state')
      Object.assign(merge, { state: 'parted', partedAt: ago(0), partedByName: world.me?.user.name ?? '' })
      const target = find(world, params['id'])
      const { version: _, ...before } = merge.before.target
      return { contact: write(asked, target, before), parted: merge.before.source }
    },
    'contact.addPoint': (asked) => {
      const { world, params, body } = asked
      const value = body.kind === 'email' ? body.value.toLowerCase() : body.value.replace(/[\s().-]/g, '')
      if (!/^(\+\d{7,15}|\S+@\S+)$/.test(value)) throw new Refuse('invalid-input')
      const holder = world.contacts.find((one) => has(one, body.kind, value))
      if (holder) throw new Refuse('already-exists', holder.id)
      const contact = find(world, params['id'])
      return write(asked, contact, {
        points: [...contact.points, { kind: body.kind, value, verified: false }]
      })
    },
    'contact.removePoint': (asked) => {
      const { kind, value } = asked.body as { kind: string; value: string }
      const contact = find(asked.world, asked.params['id'])
      if (!has(contact, kind, value)) throw new Refuse('not-found')
      return write(asked, contact, {
        points: contact.points.filter((point) => point.kind !== kind || point.value !== value)
      })
    }
  }
}
