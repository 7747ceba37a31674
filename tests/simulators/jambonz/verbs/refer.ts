import { pause } from '../pause.ts'
import type { Run } from '../stage.ts'

/**
 * Hands the caller over to somebody else by SIP. A far side that takes it reports 200 and hangs up its leg here.
 * The order of hooks and the payload of eventHook are not verified.
 */
export const refer: Run = async (stage, verb, signal) => {
  const { leg } = stage
  if (!leg.answered) return
  const to = String(verb['referTo'])
  const status = stage.platform.directory.refer(to)
  leg.heard.add('referred', to)
  if (status !== 202) return stage.act(verb, { refer_status: status })
  for (const call_status of ['100', '200']) {
    await stage.ask('verb:hook', verb['eventHook'], stage.about({ event: 'transfer-status', call_status }))
    await pause(20, signal)
  }
  const next = await stage.act(verb, { refer_status: 202, final_referred_call_status: 200 })
  leg.hangUp()
  return next
}
