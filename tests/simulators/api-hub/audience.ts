import type { ContactList, Member, Segment } from '@palabre/config/contract/audience'
import type { Consent, Purpose } from '@palabre/config/contract/consent'
import type { Import, ImportPreview } from '@palabre/config/contract/import'
import type { Suppression } from '@palabre/config/contract/suppression'
import { Refuse, type Answers, type Asked } from './asked.ts'
import { ago, newId } from './world.ts'

/** Whom campaigns are for, as far as screens see it. */
export interface AudienceWorld {
  lists: ContactList[]
  members: Member[]
  segments: Segment[]
  purposes: Purpose[]
  imports: Import[]
  suppressions: Suppression[]
  consents: Consent[]
  /** The contact of these consents was erased from marketing. */
  erased: boolean
  /** What an upload is read as. */
  preview: Omit<ImportPreview, 'import'>
  /** Bodies that were sent, by route. */
  sent: { route: string; body: unknown }[]
}

export const listOf = (change: Partial<ContactList> = {}): ContactList => ({
  id: newId(),
  version: 1,
  name: 'Spring fair',
  description: '',
  archived: false,
  members: 0,
  createdBy: 'Maya Marketing',
  createdAt: ago(86_400),
  updatedAt: ago(3600),
  ...change
})

export const memberOf = (n: number): Member => ({
  contactId: newId(),
  name: `Person ${String(n)}`,
  email: `person-${String(n)}@bank.example`,
  phone: n % 3 === 0 ? null : `+336112${String(n).padStart(5, '0')}`,
  whatsapp: null,
  locale: n % 2 === 0 ? 'fr' : 'en',
  at: ago(n),
  source: 'import'
})

export const importOf = (change: Partial<Import> = {}): Import => ({
  id: newId(),
  version: 1,
  name: 'customers.csv',
  bytes: 12_000,
  into: 'contacts',
  state: 'ready',
  trouble: null,
  troubleRow: null,
  format: { encoding: 'utf-8', delimiter: ';', header: true },
  columns: [],
  existing: 'fill',
  listId: null,
  purposeId: null,
  counts: {
    rows: 0,
    estimate: 1000,
    made: 0,
    updated: 0,
    unchanged: 0,
    repeated: 0,
    bad: 0,
    refusedConsent: 0
  },
  createdBy: 'Maya Marketing',
  createdAt: ago(60),
  startedAt: null,
  endedAt: null,
  ...change
})

export const suppressionOf = (change: Partial<Suppression> = {}): Suppression => ({
  id: newId(),
  kind: 'email',
  address: 'nobody@bank.example',
  purposeId: null,
  reason: 'hard-bounce',
  note: '',
  byName: '',
  at: ago(7200),
  ...change
})

export const purposeOf = (name: string): Purpose => ({
  id: newId(),
  version: 1,
  archived: false,
  updatedAt: ago(86_400),
  name,
  description: '',
  asks: 'consent'
})

export const audienceWorld = (): AudienceWorld => ({
  lists: [],
  members: [],
  segments: [],
  purposes: [],
  imports: [],
  suppressions: [],
  consents: [],
  erased: false,
  preview: {
    rows: [
      ['Zoé', 'zoe@bank.example', 'Lyon'],
      ['Maël', 'mael@bank.example', 'Orléans']
    ],
    names: ['Prénom', 'Courriel', 'Ville'],
    columns: [
      { means: 'first-name', attribute: '' },
      { means: 'email', attribute: '' },
      { means: 'attribute', attribute: 'Ville' }
    ]
  },
  sent: []
})

/** Nobody was ever asked for anything. */
export const quietAudience: Answers = {
  'purpose.list': () => ({ items: [] }),
  'consent.list': () => ({ items: [], erased: false })
}

const pageOf = <T>(items: readonly T[], { query }: Asked, idOf: (item: T) => string) => {
  const limit = Number(query['limit'] ?? 100)
  const from = query['after'] === undefined ? 0 : items.findIndex((one) => idOf(one) === query['after']) + 1
  const page = items.slice(from, from + limit)
  const last = page.at(-1)
  return { items: page, ...(from + limit < items.length && last && { next: idOf(last) }) }
}

const archived = <T extends { version: number; archived: boolean }>(item: T, is: boolean): T =>
  Object.assign(item, { archived: is, version: item.version + 1 })

export function audienceAnswers(far: AudienceWorld): Answers {
  const note = (route: string, { body }: Asked) => far.sent.push({ route, body })
  const one = <T extends { id: string }>(items: readonly T[], { params }: Asked): T => {
    const found = items.find(({ id }) => id === params['id'])
    if (!found) throw new Refuse('not-found')
    return found
  }
  return {
    'list.list': () => ({ items: far.lists }),
    'list.read': (asked) => one(far.lists, asked),
    'list.members': (asked) => pageOf(far.members, asked, ({ contactId }) => contactId),
    'list.create': (asked) => {
      if (far.lists.some(({ name }) => name === asked.body.name)) throw new Refuse('already-exists')
      const list = listOf({
        name: asked.body.name as string,
        description: String(asked.body.description ?? '')
      })
      far.lists.push(list)
      return list
    },
    'list.removeMembers': (asked) => {
      note('list.removeMembers', asked)
      const gone = asked.body.contactIds as string[]
      far.members = far.members.filter(({ contactId }) => !gone.includes(contactId))
      const list = one(far.lists, asked)
      list.members = far.members.length
      list.version++
      return list
    },
    'segment.list': () => ({ items: far.segments }),
    'segment.attributes': () => ({ names: ['city', 'shoe size', 'tier'] }),
    'segment.preview': (asked) => {
      note('segment.preview', asked)
      return { count: 1234, exact: true, members: far.members.slice(0, 5) }
    },
    'segment.create': (asked) => {
      note('segment.create', asked)
      const made: Segment = {
        id: newId(),
        version: 1,
        archived: false,
        updatedAt: ago(0),
        description: '',
        ...asked.body
      }
      far.segments.push(made)
      return made
    },
    'campaign.list': () => ({ items: [] }),
    'purpose.list': () => ({ items: far.purposes }),
    'consent.list': () => ({ items: far.consents, erased: far.erased }),
    'contact.eraseAudience': (asked) => {
      note('contact.eraseAudience', asked)
      far.consents = []
      far.erased = true
      far.members = far.members.filter(({ contactId }) => contactId !== asked.params['id'])
      return { ok: true }
    },
    'purpose.create': (asked) => {
      note('purpose.create', asked)
      if (far.purposes.some(({ name, archived }) => name === asked.body.name && !archived))
        throw new Refuse('already-exists')
      const made = { ...purposeOf(''), ...asked.body } as Purpose
      far.purposes.push(made)
      return made
    },
    'purpose.update': (asked) => {
      note('purpose.update', asked)
      const found = one(far.purposes, asked)
      if (found.version !== asked.body.version) throw new Refuse('changed-meanwhile')
      return Object.assign(found, asked.body.change, { version: found.version + 1 })
    },
    'purpose.archive': (asked) => archived(one(far.purposes, asked), true),
    'purpose.restore': (asked) => archived(one(far.purposes, asked), false),
    'segment.restore': (asked) => archived(one(far.segments, asked), false),
    'list.archive': (asked) => archived(one(far.lists, asked), true),
    'list.restore': (asked) => archived(one(far.lists, asked), false),
    'import.list': (asked) => pageOf(far.imports, asked, ({ id }) => id),
    'import.create': () => {
      const made = importOf()
      far.imports.unshift(made)
      return { ...far.preview, import: made }
    },
    'import.preview': (asked) => {
      const found = one(far.imports, asked)
      return { ...far.preview, import: { ...found, format: asked.body.format ?? found.format } }
    },
    'import.start': (asked) => {
      note('import.start', asked)
      const found = one(far.imports, asked)
      Object.assign(found, { state: 'running', version: found.version + 1, startedAt: ago(0) })
      return found
    },
    'import.cancel': (asked) =>
      Object.assign(one(far.imports, asked), { state: 'cancelled', endedAt: ago(0) }),
    'import.remove': (asked) => {
      far.imports = far.imports.filter(({ id }) => id !== asked.params['id'])
      return { ok: true }
    },
    'suppression.list': (asked) => {
      const { address, reason } = asked.query
      const items = far.suppressions.filter(
        (entry) =>
          (address === undefined || entry.address === address) &&
          (reason === undefined || entry.reason === reason)
      )
      return { ...pageOf(items, asked, ({ id }) => id), total: items.length }
    },
    'suppression.add': (asked) => {
      note('suppression.add', asked)
      const wrong = (asked.body.addresses as string[]).filter((address) => !address.includes('@'))
      for (const address of asked.body.addresses as string[])
        if (!wrong.includes(address)) far.suppressions.unshift(suppressionOf({ address, reason: 'manual' }))
      return { added: asked.body.addresses.length - wrong.length, wrong }
    },
    'suppression.remove': (asked) => {
      far.suppressions = far.suppressions.filter(({ id }) => id !== asked.params['id'])
      return { ok: true }
    }
  }
}
