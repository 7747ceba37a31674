/** Loudness 0…1 of samples: −60 dB is silence, 0 dB is full. */
export function loudnessOf(samples: Float32Array): number {
  const mean = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / (samples.length || 1))
  return mean === 0 ? 0 : Math.max(0, Math.min(1, 1 + (20 * Math.log10(mean)) / 60))
}

/** Loudness of a microphone, 0…1, many times a second until the function that it gives is called. */
export function followLevel(stream: MediaStream, hear: (level: number) => void): () => void {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 1024
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    hear(loudnessOf(samples))
  }, 80)
  return () => {
    clearInterval(timer)
    void context.close()
  }
}

const delaySeconds = 0.8

/** Plays a microphone back a little later, so that one hears oneself; gives the function that ends it. */
export function echo(stream: MediaStream, play: (out: MediaStream) => void): () => void {
  const context = new AudioContext()
  const delay = context.createDelay(2)
  delay.delayTime.value = delaySeconds
  const out = context.createMediaStreamDestination()
  context.createMediaStreamSource(stream).connect(delay).connect(out)
  play(out.stream)
  return () => void context.close()
}
