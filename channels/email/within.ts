import { Script, createContext } from 'node:vm'

const context = createContext({ work: undefined as unknown })
const run = new Script('work()')

/**
 * Runs synchronous work on text that a stranger wrote and ends it after `ms` milliseconds, also inside a regular
 * expression that backtracks without end: V8 is told to stop by Node's watchdog thread. Costs about 0.1 ms.
 * Throws what the work throws, or an Error with code ERR_SCRIPT_EXECUTION_TIMEOUT. Must not be nested.
 */
export const within = <T>(ms: number, work: () => T): T => {
  context['work'] = work
  try {
    return run.runInContext(context, { timeout: ms }) as T
  } finally {
    context['work'] = undefined
  }
}

/** Was the work ended because it took too long? */
export const tookTooLong = (error: unknown): boolean =>
  (error as { code?: string } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
