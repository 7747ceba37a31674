import type { OpenLine } from './line.ts'
import { speaksPalabre } from './protocol.ts'

/** Opens the kind of line that the server speaks; its code comes only now. */
export const openLine: OpenLine = async (credentials, hearer) => {
  if (speaksPalabre(credentials.server)) {
    const { openSocketLine } = await import('./socket-line.browser.ts')
    return openSocketLine(credentials, hearer)
  }
  const { openSipLine } = await import('./sip-line.ts')
  return openSipLine(credentials, hearer)
}
