import { Types } from 'mongoose'
import type { Input } from '@palabre/config/contract/define'
import { threshold, type ThresholdFields } from '@palabre/config/contract/threshold'
import { hiddenSecret } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { linesAfter } from '../record/logged.ts'
import { found, refuse } from '../refuse.ts'
import { actorOf, scopeOf, type Scope, type Who } from '../sessions/who.ts'
import { checkThreshold } from './check.ts'
import { ThresholdModel, fieldsOf, sealSecret, thresholdTold, type ThresholdDoc } from './threshold.model.ts'
import { filtersWithin, isFilterWithin } from './within.ts'

/** The thresholds of a scope, whether or not they are in use. */
export const thresholdsWithin = async (scope: Scope, archived: boolean): Promise<ThresholdDoc[]> =>
  (await ThresholdModel.find({
    ...filtersWithin(scope, 'filter'),
    ...(!archived && { archived: false })
  }).lean()) as unknown as ThresholdDoc[]

/** One threshold; what is out of scope is `not-found`. */
export async function findThreshold(scope: Scope, id: string): Promise<ThresholdDoc> {
  const doc = found((await ThresholdModel.findById(id).lean()) as ThresholdDoc | null)
  return isFilterWithin(scope, doc.filter) ? doc : refuse('not-found')
}

/** Makes a threshold. Refuses `already-exists`, `invalid-input`, `unknown-reference`. */
export async function createThreshold(
  hub: Hub,
  who: Who,
  given: Input<typeof threshold.create>['body']
): Promise<ThresholdDoc> {
  const plain = { ...threshold.defaults, ...given } as ThresholdFields
  await checkThreshold(hub, await scopeOf(hub, who), plain)
  await checkName(plain.name, null)
  const _id = new Types.ObjectId()
  const fields = { ...plain, webhook: sealedWebhook(hub, _id, plain.webhook, null) }
  const now = new Date()
  const doc: ThresholdDoc = {
    _id,
    version: 1,
    log: linesAfter(
      0,
      [{ name: 'create', by: actorOf(who), changes: differences({}, fields as unknown as Fields) }],
      now
    ),
    logged: 1,
    relayed: 0,
    relayAt: now,
    updatedAt: now,
    archived: false,
    ...fields,
    snooze: null
  }
  await ThresholdModel.create(doc)
  hub.relay.pass(thresholdTold, doc)
  return doc
}

/** Changes a threshold. Refuses `changed-meanwhile` beside what making it would. */
export async function updateThreshold(
  hub: Hub,
  who: Who,
  id: string,
  { version, change: given }: Input<typeof threshold.update>['body']
): Promise<ThresholdDoc> {
  const scope = await scopeOf(hub, who)
  const before = await findThreshold(scope, id)
  await checkThreshold(hub, scope, { ...fieldsOf(before), ...given })
  if (given.name !== undefined) await checkName(given.name, before._id)
  return write(hub, before, (doc) => {
    if (doc.version !== version) return refuse('changed-meanwhile')
    const fields = {
      ...given,
      ...(given.webhook !== undefined && {
        webhook: sealedWebhook(hub, doc._id, given.webhook, doc.webhook)
      })
    }
    const changes = differences(fieldsOf(doc) as unknown as Fields, fields)
    if (Object.keys(changes).length === 0) return null
    const set = Object.fromEntries(Object.keys(changes).map((name) => [name, (fields as Fields)[name]]))
    return { set, entries: [{ name: 'update', by: actorOf(who), changes }] }
  })
}

/** Takes a threshold out of use, or brings it back. What it has raised ends with it. */
export async function archiveThreshold(
  hub: Hub,
  who: Who,
  id: string,
  archived: boolean
): Promise<ThresholdDoc> {
  const scope = await scopeOf(hub, who)
  const before = await findThreshold(scope, id)
  if (!archived && before.archived) {
    await checkThreshold(hub, scope, fieldsOf(before))
    await checkName(before.name, before._id)
  }
  return write(hub, before, (doc) =>
    doc.archived === archived
      ? null
      : {
          set: { archived },
          entries: [
            {
              name: archived ? 'archive' : 'restore',
              by: actorOf(who),
              changes: { archived: [!archived, archived] }
            }
          ]
        }
  )
}

type Fields = Record<string, unknown>

async function write(
  hub: Hub,
  known: ThresholdDoc,
  decide: Parameters<typeof change<ThresholdDoc>>[2]
): Promise<ThresholdDoc> {
  const { doc, changed } = found(await change(ThresholdModel, known._id, decide, known))
  if (changed) hub.relay.pass(thresholdTold, doc)
  return doc
}

async function checkName(name: string, id: Types.ObjectId | null) {
  if (await ThresholdModel.exists({ name, archived: false, ...(id && { _id: { $ne: id } }) }))
    refuse('already-exists', undefined, [{ path: 'name', message: 'is taken' }])
}

/** Seals a new secret; the dots that it was shown as stand for the old one, as long as it goes to the same server. */
function sealedWebhook(
  hub: Hub,
  id: Types.ObjectId,
  given: ThresholdFields['webhook'],
  before: ThresholdFields['webhook']
): ThresholdFields['webhook'] {
  if (!given) return null
  if (given.secret !== hiddenSecret) return { ...given, secret: sealSecret(hub, id, given.secret) }
  if (!before || new URL(before.url).origin !== new URL(given.url).origin)
    return refuse('invalid-input', undefined, [
      { path: 'webhook/secret', message: 'Give the secret again for another server' }
    ])
  return { ...given, secret: before.secret }
}

/** Fields that differ, before and after, for the audit trail; a secret shows as dots, and that it was replaced. */
function differences(before: Fields, after: Fields): Record<string, unknown> {
  const shown = (webhook: unknown) =>
    webhook ? { url: (webhook as { url: string }).url, secret: hiddenSecret } : null
  return Object.fromEntries(
    Object.entries(after)
      .filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value))
      .map(([name, value]) => [
        name,
        name === 'webhook' ? [shown(before[name]), shown(value)] : [before[name] ?? null, value]
      ])
  )
}
