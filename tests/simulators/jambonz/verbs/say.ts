import type { Run } from '../stage.ts'
import { loops, playMedia } from './play.ts'

/** The voice of the machine is a tone, two and a half words a second. */
const voice = 250
const secondsOf = (text: string) => Math.max(0.4, text.split(/\s+/).length * 0.4)

export const say: Run = async (stage, verb, signal) => {
  const texts = [verb['text'] ?? []].flat().map(String)
  if (!stage.platform.options.speech) return void stage.requestor.alert('jambonz:error', noSpeech)
  stage.notify(verb, 'start-playback')
  for (let left = loops(verb); left > 0 && !signal.aborted; left--)
    for (const text of texts)
      if (!signal.aborted)
        await playMedia(stage.leg, 'said', text, { seconds: secondsOf(text), tone: voice }, signal)
  stage.notify(verb, 'stop-playback')
}

const noSpeech = {
  msg: 'TTS error',
  details:
    'TTS vendor deepgram error: Error: No text-to-speech service credentials for deepgram with labels: undefined have been configured',
  failover: 'not available',
  verb: 'say'
}
