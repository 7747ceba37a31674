import { keeper } from '../audiences/keep.ts'
import type { Actor, Hub } from '../hub.ts'
import { ContactList, listTold, type ListDoc } from './list.model.ts'

export const lists = keeper<ListDoc>({ model: ContactList, told: listTold })

/** Makes an empty list. Refuses `already-exists`. */
export const createList = (
  hub: Hub,
  by: Actor,
  { name, description = '' }: { name: string; description?: string }
): Promise<ListDoc> =>
  lists.create(hub, by, { name, description, members: 0, createdBy: by.name, createdAt: new Date() })
