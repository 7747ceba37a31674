import { pcmSource, slotNow, type Source } from '../audio/pcm.ts'
import { tone } from '../audio/tone.ts'
import type { Verb } from '../frame.ts'
import type { Leg } from '../leg.ts'
import type { Media } from '../options.ts'
import { pause } from '../pause.ts'
import type { Run, Stage } from '../stage.ts'

export const play: Run = async (stage, verb, signal) => {
  const began = performance.now()
  stage.notify(verb, 'start-playback')
  await playAll(stage, verb, signal)
  stage.notify(verb, 'stop-playback')
  if (signal.aborted || !verb['actionHook']) return
  const ms = Math.round(performance.now() - began)
  return stage.act(verb, {
    reason: 'playCompleted',
    playback_seconds: Math.trunc(ms / 1000),
    playback_milliseconds: ms
  })
}

async function playAll({ platform, leg }: Stage, verb: Verb, signal: AbortSignal) {
  const urls = [verb['url']].flat().map(String)
  for (let left = loops(verb); left > 0 && !signal.aborted; left--)
    for (const url of urls)
      if (!signal.aborted) await playMedia(leg, 'played', url, platform.media(url), signal)
}

export const loops = (verb: Verb) => (verb['loop'] === 'forever' ? Infinity : Number(verb['loop'] ?? 1))

/** Plays one thing to a leg, for as long as it lasts or until the signal. */
export async function playMedia(
  leg: Leg,
  kind: 'played' | 'said' | 'music',
  what: string,
  media: Media,
  signal: AbortSignal
) {
  leg.heard.add(kind, what)
  leg.audio.play(sourceOf(media))
  await pause(Math.max(media.seconds * 1000, 20), signal)
  leg.audio.play(undefined)
}

function sourceOf({ seconds, tone: hertz, pcm }: Media): Source | undefined {
  const start = slotNow() + 1
  if (pcm) return pcmSource(pcm, start)
  return hertz === undefined ? undefined : tone(hertz, start + Math.ceil(seconds * 50))
}
