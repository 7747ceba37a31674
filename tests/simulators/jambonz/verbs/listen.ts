import { AudioStream, type MixType } from '../audio/stream.ts'
import type { CallInfo } from '../call-info.ts'
import { isFields, type Fields } from '../frame.ts'
import { aborted, pause } from '../pause.ts'
import type { Run, Stage } from '../stage.ts'
import type { Session } from '../session.ts'

/** Opens the audio socket of a leg. `about` is the leg that the metadata describes. */
export function openStream(stage: Stage, wanted: Fields, about: CallInfo = stage.leg.info): AudioStream {
  const { platform, leg, requestor } = stage
  const url = new URL(String(wanted['url']), requestor.base)
  url.protocol = url.protocol.replace('http', 'ws')
  url.hash = ''
  const mixType = (wanted['mixType'] as MixType | undefined) ?? 'mono'
  const sampleRate = Number(wanted['sampleRate'] ?? 8000)
  const metadata = isFields(wanted['metadata']) ? wanted['metadata'] : {}
  const auth = isFields(wanted['wsAuth']) ? wanted['wsAuth'] : undefined
  const stream = new AudioStream(leg.audio, platform.ticker, {
    url: url.href,
    protocol: platform.options.audioProtocol,
    mixType,
    sampleRate,
    metadata: { ...about.toMetadata(), sampleRate, mixType, ...metadata },
    ...(auth && { auth: { username: String(auth['username']), password: String(auth['password']) } }),
    ...streamingRate(wanted)
  })
  if (wanted['passDtmf'] === true) {
    const digit = (key: string) => stream.sendDigit(key)
    leg.on('digit', digit)
    void stream.closed.then(() => leg.off('digit', digit))
  }
  return stream
}

function streamingRate({ bidirectionalAudio: both }: Fields): { streamingRate?: number } {
  if (!isFields(both) || both['streaming'] !== true) return {}
  return { streamingRate: Number(both['sampleRate'] ?? 8000) }
}

/** The verb: the call does nothing else until the application disconnects, a key is pressed, or time is up. */
export const listen: Run<Session> = async (session, verb, signal) => {
  const stream = openStream(session, verb)
  session.stream = stream
  const over = new AbortController()
  const seconds = Number(verb['maxLength'] ?? verb['timeout'] ?? 0)
  let digits: string | undefined
  const digit = (key: string) => {
    if (key !== verb['finishOnKey']) return
    digits = key
    over.abort('over')
  }
  session.leg.on('digit', digit)
  await Promise.race([
    stream.closed,
    aborted(signal),
    aborted(over.signal),
    ...(seconds > 0 ? [pause(seconds * 1000, over.signal)] : [])
  ])
  over.abort('over')
  session.leg.off('digit', digit)
  stream.stop()
  session.stream = undefined
  return session.act(verb, digits === undefined ? {} : { digits })
}
