import { pause as wait } from '../pause.ts'
import type { Run } from '../stage.ts'

export const pause: Run = async ({ leg }, verb, signal) => {
  leg.heard.add('silence')
  await wait(Number(verb['length']) * 1000, signal)
}
