import { ChannelError } from '../channel.ts'

/** What kind of step a result is of. */
export type Ended = 'asked' | 'left' | 'recorded' | 'referred'

/**
 * The paths that verbs come back on. They say all that is needed to understand them, so that any node can, also one that
 * has never heard of the call: the step, and the batch of steps that it was told in, by which what is left over
 * from earlier steps is known.
 */
export type Hook =
  /** `more`: other steps follow in the batch, and go on when the answer is empty. */
  | { kind: 'result'; of: Ended; id: string; batch: string; more: boolean }
  /** `since`: seconds of the epoch when the wait was told. */
  | { kind: 'waiting'; id: string; batch: string; since: number }
  | { kind: 'room'; room: string }
  /** Whether a person or a machine has answered. */
  | { kind: 'answeredBy' }
  /** Of HTTP applications: the account's status webhook. */
  | { kind: 'status' }

export function hookPath(hook: Hook): string {
  switch (hook.kind) {
    case 'result':
      return path('result', hook.of, hook.id, hook.batch, hook.more ? 'more' : 'last')
    case 'waiting':
      return path('waiting', hook.id, hook.batch, String(hook.since))
    case 'room':
      return path('room', hook.room)
    case 'answeredBy':
      return path('answeredBy')
    case 'status':
      return path('status')
  }
}

/** Understands a path of ours; null when it is none. */
export function readHook(text: string): Hook | null {
  const [empty, kind, ...rest] = text.split('/')
  let parts: string[]
  try {
    parts = rest.map(decodeURIComponent)
  } catch {
    return null
  }
  const [first = '', second = '', third = '', fourth = ''] = parts
  if (empty !== '') return null
  if (
    kind === 'result' &&
    parts.length === 4 &&
    isEnded(first) &&
    second !== '' &&
    /^(more|last)$/.test(fourth)
  )
    return { kind, of: first, id: second, batch: third, more: fourth === 'more' }
  if (kind === 'waiting' && parts.length === 3 && first !== '' && /^\d{1,11}$/.test(third))
    return { kind, id: first, batch: second, since: Number(third) }
  if (kind === 'room' && parts.length === 1 && first !== '') return { kind, room: first }
  return (kind === 'status' || kind === 'answeredBy') && parts.length === 0 ? { kind } : null
}

/** Throws ChannelError('refused') for ids that no step can have. */
function path(...parts: string[]): string {
  const wrong = parts.find((part) => !/^[\x20-\x7e]{1,200}$/.test(part))
  if (wrong !== undefined) throw new ChannelError('refused', 'An id or room has 1 to 200 characters of ASCII')
  return `/${parts.map(encodeURIComponent).join('/')}`
}

const isEnded = (text: string): text is Ended => ['asked', 'left', 'recorded', 'referred'].includes(text)
