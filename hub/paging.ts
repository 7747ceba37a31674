import { Types } from 'mongoose'
import { refuse } from './refuse.ts'

/** Page marks of lists that run backwards in time: `<ms>.<id>` of the last item shown. */
export const markOf = (at: Date, id: Types.ObjectId) => `${String(at.getTime())}.${id.toHexString()}`

/** The filter for what comes after the mark; refuses one that is none. */
export function before(field: string, mark: string | undefined): Record<string, unknown> {
  if (mark === undefined) return {}
  const [ms = '', id = ''] = mark.split('.')
  if (!/^\d{1,15}$/.test(ms) || !/^[0-9a-f]{24}$/.test(id))
    refuse('invalid-input', undefined, [{ path: 'after', message: 'is not a page mark' }])
  const at = new Date(Number(ms))
  return { [field]: { $lte: at }, $or: [{ [field]: { $lt: at } }, { _id: { $lt: new Types.ObjectId(id) } }] }
}
