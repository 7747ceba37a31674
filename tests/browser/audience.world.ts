import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import {
  audienceAnswers,
  audienceWorld,
  importOf,
  listOf,
  memberOf,
  purposeOf,
  suppressionOf,
  type AudienceWorld
} from '../simulators/api-hub/audience.ts'
import { ago, meOf, newId } from '../simulators/api-hub/world.ts'

const longName = 'Customers of the old branch who wrote to us about the closing of accounts in '
  .repeat(2)
  .trim()

/** A marketing desk with so many members, imports in every state and addresses that are left out; or an empty one. */
export async function openAudienceWorld({ empty = false } = {}): Promise<{
  hub: ApiHub
  far: AudienceWorld
}> {
  const far = audienceWorld()
  if (!empty) {
    far.purposes = [
      purposeOf('Newsletter'),
      {
        ...purposeOf('Offers'),
        description: 'What is cheaper this month, for those who want to know before others do'
      },
      { ...purposeOf('Your contract'), asks: 'no-objection' },
      { ...purposeOf('Old magazine'), archived: true }
    ]
    far.consents = [
      {
        channel: 'email',
        purposeId: far.purposes[0]!.id,
        state: 'withdrawn',
        at: ago(3600),
        history: [
          {
            state: 'withdrawn',
            at: ago(3600),
            source: 'unsubscribe',
            proof: {
              text: 'Spring news',
              address: 'person-0@bank.example',
              campaignId: newId(),
              way: 'one-click'
            },
            byName: '',
            notedAt: ago(3600)
          },
          {
            state: 'given',
            at: ago(900_000),
            source: 'paper',
            proof: { text: 'A card at the fair' },
            byName: 'Maya Marketing',
            notedAt: ago(800_000)
          }
        ]
      }
    ]
    far.members = Array.from({ length: 3000 }, (_, n) => memberOf(n))
    far.lists = [
      listOf({ members: 3000 }),
      listOf({ name: longName, description: 'Everybody who was there', members: 48_210 }),
      listOf({ name: 'عملاء الربيع 🌱', members: 1 }),
      listOf({ name: 'Winter fair', members: 12, archived: true })
    ]
    far.segments = [
      {
        id: newId(),
        version: 1,
        archived: false,
        updatedAt: ago(90_000),
        name: 'Lyon, lately',
        description: 'In Lyon, talked to us this month, or clicked',
        rules: {
          kind: 'group',
          match: 'all',
          rules: [
            { kind: 'attribute', name: 'city', is: 'equals', value: 'Lyon' },
            {
              kind: 'group',
              match: 'any',
              rules: [
                { kind: 'lastInteraction', is: 'within', days: 30 },
                { kind: 'group', match: 'none', rules: [{ kind: 'list', listId: far.lists[0]!.id }] }
              ]
            }
          ]
        }
      }
    ]
    const counts = importOf().counts
    far.imports = [
      importOf({
        state: 'running',
        version: 3,
        listId: far.lists[0]!.id,
        counts: {
          ...counts,
          rows: 42_500,
          estimate: 100_000,
          made: 40_000,
          updated: 2000,
          repeated: 340,
          bad: 160
        }
      }),
      importOf({ state: 'finished', counts: { ...counts, rows: 1000, made: 900, unchanged: 97, bad: 3 } }),
      importOf({
        state: 'stopped',
        trouble: 'list-gone',
        troubleRow: 5002,
        counts: { ...counts, rows: 5000, made: 5000 }
      }),
      importOf({ state: 'failed', trouble: 'unreadable', troubleRow: 12, name: `${longName}.csv` })
    ]
    far.suppressions = [
      suppressionOf({ reason: 'complaint', address: 'angry@bank.example' }),
      suppressionOf({ reason: 'erasure', address: null }),
      suppressionOf({ kind: 'phone', address: '+33611223344', reason: 'manual', note: 'Asked by telephone' }),
      ...Array.from({ length: 400 }, (_, n) => suppressionOf({ address: `gone-${String(n)}@bank.example` }))
    ]
  }
  const hub = await startApiHub({
    ...(process.env['APP_BUILD'] && { build: process.env['APP_BUILD'] }),
    world: (world) => {
      const user = {
        ...world.users[0]!,
        name: 'Maya Marketing',
        roles: ['marketing' as const],
        agentId: null
      }
      world.users = [user]
      world.me = meOf(world, user)
    },
    answers: audienceAnswers(far)
  })
  return { hub, far }
}
