import type { Prompt } from '../call.ts'
import { ChannelError } from '../channel.ts'
import type { Verb } from './frames.ts'
import { limits } from './limits.ts'
import type { VoiceSettings } from './settings.ts'

/** Prompts as verbs; what can be said or played in one go is one verb. */
export function promptVerbs(prompts: Prompt[], settings: VoiceSettings): Verb[] {
  const verbs: Verb[] = []
  for (const prompt of prompts) {
    const verb = promptVerb(prompt, settings)
    const before = verbs.at(-1)
    const joined = before && join(before, verb)
    if (joined) verbs[verbs.length - 1] = joined
    else verbs.push(verb)
  }
  return verbs
}

/**
 * Prompts without end. One verb loops by itself; jambonz has no loop around several, so these come as often as fits
 * and end after some minutes.
 */
export function endlessVerbs(prompts: Prompt[], settings: VoiceSettings): Verb[] {
  const verbs = promptVerbs(prompts, settings)
  const [only] = verbs
  if (only && verbs.length === 1)
    return [
      only.verb === 'pause'
        ? { verb: 'pause', length: limits.holdSeconds * 360 }
        : { ...only, loop: 'forever' }
    ]
  const bytes = Buffer.byteLength(JSON.stringify(verbs))
  const times = Math.max(1, Math.min(limits.repeatedPrompts, Math.floor(limits.frameBytes / 2 / bytes)))
  return Array.from({ length: times }, () => verbs).flat()
}

function promptVerb(prompt: Prompt, settings: VoiceSettings): Verb {
  switch (prompt.kind) {
    case 'say':
      return { verb: 'say', text: prompt.text, synthesizer: synthesizerOf(prompt.language, settings) }
    case 'play':
      return { verb: 'play', url: soundUrl(prompt.url, settings) }
    case 'pause':
      if (!Number.isFinite(prompt.seconds) || prompt.seconds < 0)
        throw new ChannelError('refused', `A pause cannot last ${prompt.seconds} seconds`)
      return { verb: 'pause', length: prompt.seconds }
  }
}

/** The account's voice belongs to the account's language; another language is spoken in a voice that jambonz chooses. */
function synthesizerOf(language: string | undefined, settings: VoiceSettings) {
  const own = language === undefined || language === settings.language
  return {
    vendor: settings.ttsVendor,
    language: language ?? settings.language,
    ...(own && settings.ttsVoice !== '' && { voice: settings.ttsVoice })
  }
}

/** Only http(s): FreeSWITCH would play its own files and streams under other names. */
function soundUrl(url: string, settings: VoiceSettings): string {
  const address = soundAddress(url, settings)
  if (address === null)
    throw new ChannelError(
      'refused',
      'A sound file is an http or https address, or a path of this server where its address for jambonz is set'
    )
  return address
}

/** Where jambonz finds a sound; null where it cannot. */
export function soundAddress(url: string, { hubUrl }: Pick<VoiceSettings, 'hubUrl'>): string | null {
  const base = url.startsWith('/') ? hubUrl : undefined
  const parsed = base !== '' && URL.canParse(url, base) ? new URL(url, base) : null
  return parsed?.protocol === 'https:' || parsed?.protocol === 'http:' ? parsed.href : null
}

/** Two verbs as one: texts in the same voice, files. */
function join(one: Verb, other: Verb): Verb | null {
  if (one.verb !== other.verb) return null
  if (one.verb === 'play') return { ...one, url: [one['url'], other['url']].flat() }
  const alike = JSON.stringify(one['synthesizer']) === JSON.stringify(other['synthesizer'])
  return one.verb === 'say' && alike ? { ...one, text: [one['text'], other['text']].flat() } : null
}
