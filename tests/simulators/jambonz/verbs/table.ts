import type { Session } from '../session.ts'
import type { Run } from '../stage.ts'
import { conference } from './conference.ts'
import { config } from './config.ts'
import { dequeue } from './dequeue.ts'
import { dial } from './dial.ts'
import { decline, hangup } from './end.ts'
import { enqueue } from './enqueue.ts'
import { gather } from './gather.ts'
import { listen } from './listen.ts'
import { message } from './message.ts'
import { pause } from './pause.ts'
import { play } from './play.ts'
import { redirect } from './redirect.ts'
import { refer } from './refer.ts'
import { say } from './say.ts'
import { tag } from './tag.ts'

/** What runs. Valid verbs that are not here are skipped; the README names them. */
export const runs: Record<string, Run<Session>> = {
  answer: () => Promise.resolve(),
  conference,
  config,
  dequeue,
  dial,
  'sip:decline': decline,
  enqueue,
  gather,
  hangup,
  leave: () => Promise.resolve(),
  listen,
  message,
  pause,
  play,
  redirect,
  'sip:refer': refer,
  say,
  stream: listen,
  tag
}

const answering = ['answer', 'conference', 'dequeue', 'enqueue', 'gather', 'listen', 'stream']

/** The call is answered when the first verb needs it, and not before. */
export const needsAnswer = ({ verb, earlyMedia }: { verb: string; earlyMedia?: unknown }): boolean =>
  answering.includes(verb) || ((verb === 'say' || verb === 'play') && earlyMedia !== true)
