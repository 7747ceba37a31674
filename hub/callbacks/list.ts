import { Types } from 'mongoose'
import type { Input, Reply } from '@palabre/config/contract/define'
import type * as route from '@palabre/config/contract/callback'
import type { Hub } from '../hub.ts'
import { before, markOf } from '../paging.ts'
import { found } from '../refuse.ts'
import { scopeOf, type Scope, type Who } from '../sessions/who.ts'
import { Callback, presentCallback, type CallbackDoc } from './callback.model.ts'

/** Those of a scope: of its queues, and what is kept for the asker. */
const within = (scope: Scope): Record<string, unknown> =>
  scope.all
    ? {}
    : {
        $or: [
          { queueId: { $in: [...scope.queueIds].map((id) => new Types.ObjectId(id)) } },
          ...(scope.agentId === null ? [] : [{ agentId: new Types.ObjectId(scope.agentId) }])
        ]
      }

/** One callback, when it is within the asker's scope; else `not-found`. */
export async function findCallback(hub: Hub, who: Who, id: string): Promise<CallbackDoc> {
  const filter = { $and: [{ _id: new Types.ObjectId(id) }, within(await scopeOf(hub, who))] }
  return found((await Callback.findOne(filter as never).lean()) as CallbackDoc | null)
}

const open = ['scheduled', 'queued']
const usualPage = 50

/** A page of callbacks in scope: those that are asked for last come first. */
export async function listCallbacksOf(
  hub: Hub,
  who: Who,
  query: Input<typeof route.listCallbacks>['query']
): Promise<Reply<typeof route.listCallbacks>> {
  const { of, open: isOpen, queueId, contactId, after, limit = usualPage } = query
  const docs = (await Callback.find(
    {
      $and: [
        within(await scopeOf(hub, who)),
        {
          ...(of === 'mine' && { agentId: who.agentId ?? new Types.ObjectId() }),
          ...(isOpen !== undefined && { state: isOpen ? { $in: open } : { $nin: open } }),
          ...(queueId && { queueId: new Types.ObjectId(queueId) }),
          ...(contactId && { contactId: new Types.ObjectId(contactId) })
        },
        before('createdAt', after)
      ]
    } as never,
    { log: 0 }
  )
    .sort({ createdAt: -1, _id: -1 })
    .limit(limit + 1)
    .lean()) as unknown as CallbackDoc[]
  const shown = docs.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(presentCallback),
    ...(docs.length > limit && last && { next: markOf(last.createdAt, last._id) })
  }
}
