import { BulkError } from '@palabre/channels/bulk'
import { faultOf } from './liquid.ts'

/** Thrown for a recipient for whom nothing can be written, and why. */
export class LeftOut extends Error {
  readonly reason: string
  constructor(reason: string) {
    super(`Left out: ${reason}`)
    this.name = 'LeftOut'
    this.reason = reason
  }
}

/** Writes something for a recipient. Throws BulkError `refused` where its Liquid fails for them. */
export function writing<T>(write: () => T): T {
  try {
    return write()
  } catch (error) {
    const fault = faultOf(error)
    if (!fault) throw error
    const words = `The message could not be written for this recipient: ${fault.message}`
    throw new BulkError('refused', words, { status: '5.6.0' })
  }
}
