import type { AudioOrder, Prompt, Step } from '../call.ts'
import { ChannelError } from '../channel.ts'
import type { Verb } from './frames.ts'
import { hookPath, type Hook } from './hooks.ts'
import { limits } from './limits.ts'
import { pathsOf } from './paths.ts'
import { checkUri } from './dial.ts'
import { endlessVerbs, promptVerbs } from './prompts.ts'
import { settingsOf, type VoiceAccount, type VoiceSettings } from './settings.ts'
import { valid } from './valid.ts'

/** Where steps are told. */
export interface Telling {
  account: VoiceAccount
  /** Names this batch of steps, for what comes back of it. */
  batch: string
  /** Seconds of the epoch. */
  now: number
  /** How a hook is addressed: a bare path on a line, an address on HTTP. */
  address(hook: Hook): string
}

export const onLine = (account: VoiceAccount, batch: string): Telling => ({
  account,
  batch,
  now: Math.floor(Date.now() / 1000),
  address: hookPath
})

/** Steps as verbs of jambonz 0.9.8, checked. Throws ChannelError('refused'). */
export function verbsOf(steps: Step[], telling: Telling): Verb[] {
  return valid(steps.flatMap((step, at) => stepVerbs(step, at < steps.length - 1, telling)))
}

/** What follows the step of this id, as verbs; empty when it is the last one. */
export function verbsAfter(id: string, steps: Step[], telling: Telling): Verb[] {
  const at = steps.findIndex((step) => 'id' in step && step.id === id)
  return at < 0 ? [] : verbsOf(steps.slice(at + 1), telling)
}

/** The answer to `waiting`: say, play and pause; anything else would end the wait in silence. */
export function waitingVerbs(steps: Step[], account: VoiceAccount): Verb[] {
  const prompts = steps.flatMap((step): Prompt[] => {
    if (step.kind !== 'prompt')
      throw new ChannelError('refused', `Who waits can only be told prompts, not ${step.kind}`)
    return step.prompts
  })
  return valid(promptVerbs(prompts, settingsOf(account)))
}

function stepVerbs(step: Step, more: boolean, telling: Telling): Verb[] {
  const settings = settingsOf(telling.account)
  switch (step.kind) {
    case 'prompt':
      return step.forever && step.prompts.length > 0
        ? endlessVerbs(step.prompts, settings)
        : promptVerbs(step.prompts, settings)
    case 'ask':
      return askVerbs(step, more, telling, settings)
    case 'wait':
      return [waitVerb(step, more, telling)]
    case 'join':
      return [...promptVerbs(step.prompts ?? [], settings), joinVerb(step, more, telling)]
    case 'voicemail':
      return [voicemailVerb(step, more, telling)]
    case 'stream':
      return [{ verb: 'config', listen: { enable: true, ...soundOrder(step.audio, telling.account) } }]
    case 'refer':
      return [
        {
          verb: 'sip:refer',
          referTo: checkUri(step.to, telling.account),
          actionHook: ended('referred', step.id, more, telling)
        }
      ]
    case 'decline':
      return [{ verb: 'sip:decline', status: step.status, reason: step.reason }]
    case 'hangUp':
      return [{ verb: 'hangup' }]
  }
}

/**
 * A question. Prompts of one kind are part of it and can be cut short by a key or a word; of a mixed list only the last
 * part can, as `gather` takes one `say` or `play`.
 */
function askVerbs(
  { id, prompts, digits, speech, seconds }: Extract<Step, { kind: 'ask' }>,
  more: boolean,
  telling: Telling,
  settings: VoiceSettings
): Verb[] {
  const words = settings.recognition ? speech : undefined
  if (!digits && !words)
    throw new ChannelError('refused', 'A question needs keys, or words and their recognition')
  const verbs = promptVerbs(prompts, settings)
  const { verb, ...last } = verbs.at(-1) ?? { verb: '' }
  const inside = verb === 'say' || verb === 'play'
  return [
    ...(inside ? verbs.slice(0, -1) : verbs),
    {
      verb: 'gather',
      actionHook: ended('asked', id, more, telling),
      input: [...(digits ? ['digits'] : []), ...(words ? ['speech'] : [])],
      timeout: seconds,
      ...(inside && { [verb]: last }),
      ...(digits && {
        minDigits: Math.max(1, digits.min),
        maxDigits: Math.max(1, digits.max),
        interDigitTimeout: Math.min(seconds, limits.interDigitSeconds),
        dtmfBargein: true,
        ...(digits.until && { finishOnKey: digits.until })
      }),
      ...(words && {
        bargein: true,
        recognizer: { vendor: settings.sttVendor, language: words.language, hints: words.hints }
      })
    }
  ]
}

const conference = (id: string, room: string, tag: string, more: boolean, telling: Telling): Verb => ({
  verb: 'conference',
  name: roomName(room),
  memberTag: tag,
  // Nobody's leaving ends the room for others: who stays is the hub's to look after.
  endConferenceOnExit: false,
  // Those of whoever starts the room count for all: so they are the same on every leg.
  statusHook: telling.address({ kind: 'room', room }),
  statusEvents: ['start', 'end', 'join', 'leave'],
  actionHook: ended('left', id, more, telling)
})

function waitVerb({ id, room }: Extract<Step, { kind: 'wait' }>, more: boolean, telling: Telling): Verb {
  return {
    ...conference(id, room, 'customer', more, telling),
    startConferenceOnEnter: false,
    waitHook: telling.address({ kind: 'waiting', id, batch: telling.batch, since: telling.now })
  }
}

function joinVerb(
  { id, room, as, muted }: Extract<Step, { kind: 'join' }>,
  more: boolean,
  telling: Telling
): Verb {
  const isSupervisor = as === 'supervisor'
  return {
    ...conference(id, room, as, more, telling),
    // A supervisor alone is no reason for a room, and begins unheard: coach mode can only be set afterwards.
    startConferenceOnEnter: !isSupervisor,
    ...((muted || isSupervisor) && { joinMuted: true })
  }
}

function voicemailVerb(
  { id, audio, seconds }: Extract<Step, { kind: 'voicemail' }>,
  more: boolean,
  telling: Telling
): Verb {
  return {
    verb: 'listen',
    ...soundOrder(audio, telling.account),
    // Alone with the recording: there is nothing to be heard but the party.
    mixType: audio.channels === 2 ? 'stereo' : 'mono',
    actionHook: ended('recorded', id, more, telling),
    playBeep: true,
    finishOnKey: '#',
    maxLength: seconds,
    // Not obeyed by 0.9.8, which never hears silence: the hub, which hears the sound, has to.
    timeout: limits.voicemailSilenceSeconds,
    disableBidirectionalAudio: true
  }
}

/** Sound over a socket of its own. Our metadata goes under a name of its own, as jambonz mixes its own in. */
export function soundOrder(audio: AudioOrder, account: VoiceAccount) {
  const { username, password } = settingsOf(account)
  return {
    url: pathsOf(account).sound,
    mixType: audio.channels === 2 ? 'stereo' : 'mixed',
    sampleRate: audio.sampleRate,
    passDtmf: true,
    metadata: { order: audio.metadata },
    ...(username !== '' && { wsAuth: { username, password } })
  }
}

/** FreeSWITCH takes the name in its command line. */
function roomName(room: string): string {
  if (!/^[\w.-]{1,100}$/.test(room))
    throw new ChannelError('refused', 'A room is named by letters, digits, . _ -')
  return room
}

const ended = (
  of: Extract<Hook, { kind: 'result' }>['of'],
  id: string,
  more: boolean,
  { batch, address }: Telling
): string => address({ kind: 'result', of, id, batch, more })
