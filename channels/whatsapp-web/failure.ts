import { ChannelError } from '../channel.ts'

/** What went wrong in the page or between it and us, as a failure of the far side. */
export function pageFailure(error: unknown): ChannelError {
  if (error instanceof ChannelError) return error
  // The library throws strings as well.
  const said = (error instanceof Error ? error.message : String(error)).split('\n')[0]?.trim() ?? ''
  if (
    /target closed|session closed|connection closed|detached|context was destroyed|browser .*disconnected/i.test(
      said
    )
  )
    return new ChannelError('unreachable', 'The connection to the phone was lost.', { cause: error })
  if (/no lid for user/i.test(said))
    return new ChannelError('refused', 'WhatsApp does not know this number.', { cause: error })
  return new ChannelError('unreachable', `WhatsApp’s page failed: ${said.slice(0, 200)}`, { cause: error })
}

/** Why the browser did not start, or did not get to the page, for an administrator. */
export function startFailure(error: unknown): { refused: boolean; detail: string } {
  if (error instanceof ChannelError) return { refused: error.reason === 'refused', detail: error.message }
  const said = error instanceof Error ? error.message : String(error)
  if (/no-sandbox|no usable sandbox|setuid_sandbox|namespace/i.test(said))
    return {
      refused: true,
      detail: 'Chromium cannot have its sandbox on this machine: see “Browser sandbox” in the settings.'
    }
  const network = /net::(ERR_\w+)/.exec(said)?.[1]
  if (network !== undefined) return { refused: false, detail: `WhatsApp cannot be reached (${network}).` }
  if (/failed to launch/i.test(said))
    return { refused: false, detail: 'Chromium does not start on this machine.' }
  return { refused: false, detail: pageFailure(error).message }
}
