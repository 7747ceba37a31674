import { pcmSource, silence, slotNow, type Source } from '../jambonz/audio/pcm.ts'
import type { Heard } from '../jambonz/heard.ts'
import type { Leg } from '../jambonz/leg.ts'
import { machine, speak } from './voice.ts'

/** The fake says a text in so many seconds. */
const secondsOf = (text: string) => Math.max(0.4, text.split(/\s+/).length * 0.4)

/** Gives the machine a voice on this leg: where the fake would hum a tone, its text is spoken. */
export function dub(leg: Leg, tell: (heard: Heard) => void = () => {}) {
  let known = 0
  leg.on('changed', () => {
    for (const heard of leg.heard.all.slice(known)) {
      known += 1
      tell(heard)
      // The tone is put on the line right after it is told.
      if (heard.kind === 'said') queueMicrotask(() => leg.audio.play(spoken(heard.what)))
    }
  })
}

/** Silence until the text is spoken, then the voice. */
function spoken(text: string): Source {
  let voice: Source | undefined
  void speak(text, machine, { seconds: secondsOf(text) }).then((samples) => {
    voice = pcmSource(samples, slotNow() + 1)
  })
  return (slot) => (voice ? voice(slot) : silence)
}
