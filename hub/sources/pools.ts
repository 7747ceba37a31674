import type { Hub } from '../hub.ts'
import { openPool, type SourcePool } from './pool.ts'
import { SourceModel, fieldsOf, openPassword, type SourceDoc } from './source.model.ts'

/** A source in use at this node: the record as it was read, and its pool. */
export interface OpenSource {
  doc: SourceDoc
  pool: SourcePool
  /** Look-ups in a row that it did not answer, and until when it is left alone. */
  failures: number
  restsUntil: number
}

interface Opened {
  docs: Map<string, SourceDoc>
  open: Map<string, Promise<OpenSource>>
}
const opened = new WeakMap<Hub, Opened>()

function openedOf(hub: Hub): Opened {
  const known = opened.get(hub)
  if (known) return known
  const fresh: Opened = { docs: new Map(), open: new Map() }
  opened.set(hub, fresh)
  hub.stream.onEvent(({ name, payload }) => {
    if (name === 'setting.changed' && payload.includes('"resource":"source"')) fresh.docs.clear()
  })
  hub.stream.onGap(() => fresh.docs.clear())
  return fresh
}

/** The source with its one pool at this node, opened now or anew when it was changed. Null when there is none. */
export async function openSource(hub: Hub, id: string): Promise<OpenSource | null> {
  const { docs, open } = openedOf(hub)
  let doc = docs.get(id)
  if (!doc) {
    if (!/^[0-9a-f]{24}$/.test(id)) return null
    doc = ((await SourceModel.findOne({ _id: id, archived: false }).lean()) as SourceDoc | null) ?? undefined
    if (!doc) return null
    docs.set(id, doc)
  }
  const known = open.get(id)
  if (known) {
    const source = await known
    if (source.doc.version === doc.version) return source
    // Another caller may have been faster with the newer one.
    if (open.get(id) === known) {
      open.delete(id)
      close(hub, source)
    }
    return openSource(hub, id)
  }
  const opening = openAnew(hub, doc)
  open.set(id, opening)
  opening.catch(() => open.delete(id))
  return opening
}

const openAnew = async (hub: Hub, doc: SourceDoc): Promise<OpenSource> => ({
  doc,
  pool: await openPool(fieldsOf(doc), openPassword(hub, doc)),
  failures: 0,
  restsUntil: 0
})

function close(hub: Hub, { doc, pool }: OpenSource) {
  pool.close().catch((error: unknown) => {
    hub.log.warn({ err: error, source: doc.name }, 'connections to a source could not be closed')
  })
}

/** Forgets what is in memory; for the process that has just changed a source. */
export const forgetSources = (hub: Hub) => openedOf(hub).docs.clear()

/** Ends every connection to a source that this node has; they are opened again when somebody asks. */
export async function closeSources(hub: Hub): Promise<void> {
  const { docs, open } = openedOf(hub)
  const all = [...open.values()]
  docs.clear()
  open.clear()
  await Promise.allSettled(all.map(async (opening) => (await opening).pool.close()))
}
