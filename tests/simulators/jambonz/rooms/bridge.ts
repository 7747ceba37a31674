import type { Leg } from '../leg.ts'

/** Lets two legs hear each other. Returns what parts them. */
export function bridge(a: Leg, b: Leg): () => void {
  for (const [one, other] of [
    [a, b],
    [b, a]
  ] as const) {
    one.heard.add('bridged', other.info.kind === 'inbound' ? other.info.from : other.info.to)
    one.audio.play(undefined)
    one.audio.hears = (slot) => other.audio.voice(slot)
  }
  const toB = (key: string) => b.heard.add('digits', key)
  const toA = (key: string) => a.heard.add('digits', key)
  a.on('digit', toB)
  b.on('digit', toA)
  return () => {
    a.off('digit', toB)
    b.off('digit', toA)
    a.audio.hears = undefined
    b.audio.hears = undefined
  }
}
