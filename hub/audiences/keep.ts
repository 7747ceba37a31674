import { Types, type Model } from 'mongoose'
import type { Actor, Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { linesAfter, type Logged } from '../record/logged.ts'
import type { Told } from '../record/relay.ts'
import { found, refuse } from '../refuse.ts'

/** A record that marketing keeps: it has a name, and is archived instead of deleted. */
export type Kept = Logged & { name: string; archived: boolean }

type Fields = Record<string, unknown>

interface Kind<T extends Kept> {
  model: Model<T>
  told: Told<T>
  /** Refuses what JSON Schema cannot. */
  check?(fields: Fields): Promise<void>
  /** Refuses to take it out of use while something hangs on it. */
  checkUnused?(id: string): Promise<void>
}

/** The verbs of one kind of record. */
export interface Keeper<T extends Kept> {
  list(archived: boolean): Promise<T[]>
  /** Refuses `not-found`. */
  find(id: string): Promise<T>
  /** Refuses `already-exists` (one of the same name that is in use). */
  create(hub: Hub, by: Actor, fields: Fields): Promise<T>
  /** Refuses `changed-meanwhile` when it is newer than the version it was made from. */
  update(hub: Hub, by: Actor, id: string, version: number, fields: Fields): Promise<T>
  /** Takes it out of use or brings it back. Refuses `still-in-use`, and for the way back what making it anew would. */
  archive(hub: Hub, by: Actor, id: string, archived: boolean): Promise<T>
}

/** Keeps records of a kind as administrators' are kept: compare-and-set, one name once, everything traced. */
export function keeper<T extends Kept>({ model, told, check, checkUnused }: Kind<T>): Keeper<T> {
  const find = async (id: string) => found((await model.findById(id).lean()) as T | null)

  async function checkName(name: unknown, id: Types.ObjectId | null) {
    if (typeof name !== 'string') return
    if (await model.exists({ name, archived: false, ...(id && { _id: { $ne: id } }) } as never))
      refuse('already-exists', undefined, [{ path: 'name', message: 'is taken' }])
  }

  async function write(hub: Hub, id: string, decide: Parameters<typeof change<T>>[2]) {
    const { doc, changed } = found(await change(model, id, decide))
    if (changed) hub.relay.pass(told, doc)
    return doc
  }

  return {
    list: async (archived) =>
      (await model
        .find((archived ? {} : { archived: false }) as never)
        .sort({ name: 1, _id: 1 })
        .lean()) as T[],
    find,
    async create(hub, by, fields) {
      await check?.(fields)
      await checkName(fields['name'], null)
      const now = new Date()
      const changes = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [null, value]]))
      const doc = {
        _id: new Types.ObjectId(),
        version: 1,
        log: linesAfter(0, [{ name: 'create', by, changes }], now),
        logged: 1,
        relayed: 0,
        relayAt: now,
        updatedAt: now,
        archived: false,
        ...fields
      } as unknown as T
      await model.create(doc)
      hub.relay.pass(told, doc)
      return doc
    },
    async update(hub, by, id, version, fields) {
      const before = await find(id)
      await check?.(fields)
      await checkName(fields['name'], before._id)
      return write(hub, id, (doc) => {
        if (doc.version !== version) return refuse('changed-meanwhile')
        const old = doc as unknown as Fields
        const changed = Object.entries(fields).filter(
          ([name, value]) => JSON.stringify(old[name]) !== JSON.stringify(value)
        )
        if (changed.length === 0) return null
        const changes = Object.fromEntries(changed.map(([name, value]) => [name, [old[name], value]]))
        return { set: Object.fromEntries(changed), entries: [{ name: 'update', by, changes }] }
      })
    },
    async archive(hub, by, id, archived) {
      const before = await find(id)
      if (archived) await checkUnused?.(id)
      else if (before.archived) await checkName(before.name, before._id)
      return write(hub, id, (doc) =>
        doc.archived === archived
          ? null
          : {
              set: { archived },
              entries: [
                { name: archived ? 'archive' : 'restore', by, changes: { archived: [!archived, archived] } }
              ]
            }
      )
    }
  }
}
