/**
 * Groups concurrent calls: while one group is under way the next one gathers, so that a database command serves
 * many calls under load and one call alone waits for nobody. Groups run one after the other, in order of arrival.
 * `run` returns one outcome per item, in order; an Error among them rejects that call only.
 */
export function grouped<I, O>(
  run: (items: I[]) => Promise<(O | Error)[]>,
  { max = 256 }: { max?: number } = {}
): (item: I) => Promise<O> {
  let gathering: { item: I; resolve: (o: O) => void; reject: (e: unknown) => void }[] = []
  let running = false

  async function drain() {
    running = true
    // Calls of the same tick belong together.
    await Promise.resolve()
    while (gathering.length > 0) {
      const calls = gathering.slice(0, max)
      gathering = gathering.slice(max)
      try {
        const outcomes = await run(calls.map((call) => call.item))
        calls.forEach((call, i) => {
          const outcome = outcomes[i]
          if (outcome instanceof Error) call.reject(outcome)
          else call.resolve(outcome as O)
        })
      } catch (error) {
        for (const call of calls) call.reject(error)
      }
    }
    running = false
  }

  return (item) =>
    new Promise<O>((resolve, reject) => {
      gathering.push({ item, resolve, reject })
      if (!running) void drain()
    })
}
