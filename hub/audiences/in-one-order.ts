import type { Types } from 'mongoose'

interface Source {
  ids: Types.ObjectId[]
  at: number
  more: AsyncIterator<Types.ObjectId[]>
}

/** Fills a source that was read to its end; false when there is nothing more in it. */
async function refill(source: Source): Promise<boolean> {
  while (source.at >= source.ids.length) {
    const next = await source.more.next()
    if (next.done) return false
    source.ids = next.value
    source.at = 0
  }
  return true
}

const headOf = ({ ids, at }: Source) => ids[at]!.toHexString()

/** Ids of several sources, each in order, as one source in order with every id once, in batches of a size. */
export async function* inOneOrder(
  given: readonly AsyncIterable<Types.ObjectId[]>[],
  size: number
): AsyncGenerator<Types.ObjectId[]> {
  let sources = given.map((one): Source => ({ ids: [], at: 0, more: one[Symbol.asyncIterator]() }))
  let batch: Types.ObjectId[] = []
  try {
    for (;;) {
      const filled = await Promise.all(sources.map(refill))
      sources = sources.filter((_, i) => filled[i])
      if (sources.length === 0) break
      // Until one of them has to be read again.
      while (sources.every(({ ids, at }) => at < ids.length)) {
        const least = sources.map(headOf).reduce((a, b) => (a < b ? a : b))
        const having = sources.filter((source) => headOf(source) === least)
        batch.push(having[0]!.ids[having[0]!.at]!)
        for (const source of having) source.at++
        if (batch.length < size) continue
        yield batch
        batch = []
      }
    }
    if (batch.length > 0) yield batch
  } finally {
    for (const { more } of sources) await more.return?.()
  }
}
