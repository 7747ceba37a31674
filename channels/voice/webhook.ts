import { setTimeout as sleep } from 'node:timers/promises'
import type { Desk, Line, LineCommand, LineEvent, Step } from '../call.ts'
import { ChannelError, type WebhookRequest } from '../channel.ts'
import { admits } from './admits.ts'
import { cleaned } from './clean.ts'
import { answeredByFrom, arrivedFrom, resultFrom, roomFrom } from './events.ts'
import { isRecord, type Fields } from './fields.ts'
import { callSidIn, type Verb } from './frames.ts'
import { hookPath, readHook, type Hook } from './hooks.ts'
import { limits } from './limits.ts'
import { pathsOf } from './paths.ts'
import { musicOf } from './policy.ts'
import { promptVerbs } from './prompts.ts'
import { end } from './rest.ts'
import { settingsOf, type VoiceAccount } from './settings.ts'
import { isSigned } from './signature.ts'
import { isOver, stateOf } from './status.ts'
import { messageOf, written } from './valid.ts'
import { verbsOf, waitingVerbs, type Telling } from './verbs.ts'

/**
 * One webhook of an application that speaks HTTP, answered with verbs. Which hook it is stands in the query
 * (`?hook=/result/…`); without one it is a call that arrives, and `?hook=/status` is the account's status webhook. Throws
 * ChannelError('rejected').
 */
export async function hook(request: WebhookRequest, account: VoiceAccount, desk: Desk): Promise<Verb[]> {
  const data = bodyOf(request, account)
  const sid = callSidIn(data)
  if (sid === null) throw new ChannelError('rejected', 'The webhook names no call')
  const path = request.query['hook']
  const asked = path === undefined ? null : readHook(path)
  if (path !== undefined && asked === null) throw new ChannelError('rejected', 'The webhook is none of ours')
  const event = eventOf(asked, data, account)
  if (!event) return []
  const line = new WebhookLine(sid, account, desk)
  return answer(asked, event, account, desk, line, isOver(data))
}

function bodyOf({ headers, rawBody }: WebhookRequest, account: VoiceAccount): Fields {
  const { webhookSecret } = settingsOf(account)
  const isProved =
    webhookSecret === ''
      ? admits({ headers }, account)
      : isSigned(headers['jambonz-signature'], rawBody, webhookSecret, new Date())
  if (!isProved) throw new ChannelError('rejected', 'The webhook does not prove to be of jambonz')
  if (rawBody.byteLength > limits.hookBytes) throw new ChannelError('rejected', 'The webhook is too long')
  let body: unknown
  try {
    body = JSON.parse(Buffer.from(rawBody).toString())
  } catch (error) {
    throw new ChannelError('rejected', 'The webhook cannot be read', { cause: error })
  }
  if (!isRecord(body)) throw new ChannelError('rejected', 'The webhook is no object')
  return body
}

function eventOf(asked: Hook | null, data: Fields, account: VoiceAccount): LineEvent | null {
  switch (asked?.kind) {
    case undefined:
      return arrivedFrom(data, account)
    case 'status':
      return stateOf(data, account, false)
    case 'result':
      return { kind: 'result', id: asked.id, result: resultFrom(asked.of, data) }
    case 'waiting':
      return {
        kind: 'waiting',
        id: asked.id,
        seconds: Math.max(0, Math.floor(Date.now() / 1000) - asked.since)
      }
    case 'room':
      return roomFrom(asked.room, data, null)
    case 'answeredBy':
      return answeredByFrom(data)
  }
}

async function answer(
  asked: Hook | null,
  event: LineEvent,
  account: VoiceAccount,
  desk: Desk,
  line: Line,
  isGone: boolean
): Promise<Verb[]> {
  const isAnswered =
    !isGone && (event.kind === 'arrived' || event.kind === 'result' || event.kind === 'waiting')
  try {
    const steps = await inTime(desk.take(event, line))
    if (!isAnswered) return []
    const verbs = event.kind === 'waiting' ? waitingVerbs(steps, account) : verbsOf(steps, onHttp(account))
    written(verbs)
    return verbs
  } catch (error) {
    if (!isAnswered) return []
    if (error instanceof ChannelError) tellTrouble(messageOf(error), desk, line)
    return faultVerbs(asked, account)
  }
}

/** The hub logs what it rejects; there is nobody else to tell. */
const tellTrouble = (detail: string, desk: Desk, line: Line): void => {
  desk.take({ kind: 'trouble', detail: cleaned(detail, limits.detailChars) }, line).catch(() => undefined)
}

async function inTime(steps: Promise<Step[]>): Promise<Step[]> {
  const abort = new AbortController()
  const late = sleep(limits.hookAnswerMs, null, { signal: abort.signal }).then(() => {
    throw new Error('The hub took too long')
  })
  late.catch(() => undefined)
  try {
    return await Promise.race([steps, late])
  } finally {
    abort.abort()
  }
}

/** What waits goes on to wait; who talks to a machine hears that there is a fault. */
function faultVerbs(asked: Hook | null, account: VoiceAccount): Verb[] {
  const settings = settingsOf(account)
  if (asked?.kind === 'waiting') return promptVerbs(musicOf(settings), settings)
  const text = settings.fault[settings.language.startsWith('fr') ? 'fr' : 'en']
  return [...(text === '' ? [] : promptVerbs([{ kind: 'say', text }], settings)), { verb: 'hangup' }]
}

const onHttp = (account: VoiceAccount): Telling => ({
  account,
  batch: '-',
  now: Math.floor(Date.now() / 1000),
  address: (to) => `${pathsOf(account).hook}?hook=${encodeURIComponent(hookPath(to))}`
})

/** A party without a socket: it can be ended; all else is only told in answers. */
class WebhookLine implements Line {
  readonly partyId: string
  private readonly account: VoiceAccount
  private readonly desk: Desk

  constructor(partyId: string, account: VoiceAccount, desk: Desk) {
    this.partyId = partyId
    this.account = account
    this.desk = desk
  }

  tell(command: LineCommand): void {
    if (command.kind !== 'hangUp' && command.kind !== 'cancel')
      throw new ChannelError(
        'refused',
        'A call over webhooks can only be ended; use the WebSocket application'
      )
    const partyId = command.kind === 'cancel' ? command.partyId : this.partyId
    end(partyId, this.account).catch((error: unknown) => {
      tellTrouble(`The call could not be ended: ${messageOf(error)}`, this.desk, this)
    })
  }

  drain(): void {
    // There is no socket to be closed.
  }
}
