import { mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import { repeatsIn } from './repeats.ts'

const failed = (...codes: number[]) =>
  Object.assign(new Error('write errors'), {
    writeErrors: codes.map((code, i) => ({ code, index: 2 * i }))
  })

describe('what went wrong with an insert', () => {
  it('is which documents are there already, where it is nothing else', () => {
    expect([...repeatsIn(failed(11000, 11000))]).toEqual([0, 2])
    expect(() => repeatsIn(failed(11000, 8000))).toThrow('write errors')
  })

  it('is not known after a lost connection, of which the driver makes an error with no write errors', () => {
    const cut = new mongo.MongoBulkWriteError(new mongo.MongoNetworkError('cut off'), {} as never)
    expect(cut.writeErrors).toEqual([])
    expect(() => repeatsIn(cut)).toThrow('cut off')
  })
})
