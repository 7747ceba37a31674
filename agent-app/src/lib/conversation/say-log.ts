import { dialRefusals } from '@palabre/config/contract/call'
import type { AttemptCause } from '@palabre/config/contract/call-end'
import { refusals, type RefusalName } from '@palabre/config/contract/errors'
import type { LogEntry } from '@palabre/config/contract/interaction'
import { directory } from '../inbox/directory.svelte.ts'
import { format, t } from '../words.svelte.ts'

const person = (id: string | number | null | undefined): string => {
  if (!id) return t('conversation.somebody')
  return directory.agent(id)?.name ?? t('conversation.somebody')
}
const seconds = (value: unknown) => format.spell(Number(value ?? 0) * 1000)

function sayOverflow(figures: LogEntry['figures']): string {
  if (figures['action'] === 'queue')
    return t('routing.log-overflowed-queue', {
      from: directory.queueName(figures['fromQueueId']),
      queue: directory.queueName(figures['queueId'])
    })
  return figures['action'] === 'suggest'
    ? t('routing.log-overflowed-suggest', {
        what: t(`routing.suggestion-${figures['what'] as 'callback' | 'voicemail' | 'form'}`)
      })
    : t('routing.log-overflowed-message')
}

function sayNotDialled({ refusal, detail }: LogEntry['figures']): string {
  const rule = dialRefusals.find((one) => one === detail)
  if (rule) return t(`call.dial-refused-${rule}`)
  return t(`refusal.${refusal && refusal in refusals ? (refusal as RefusalName) : 'unexpected'}`)
}

/** One line of an interaction's story in the reader's language; null for what is no news to a reader. */
export function sayLog({ name, byId, figures }: LogEntry): string | null {
  const by = person(byId)
  const agent = person(figures['agentId'] ?? figures['fromAgentId'])
  const queue = directory.queueName(figures['queueId'])
  switch (name) {
    case 'arrived':
      return t('conversation.log-arrived', { queue })
    case 'begun':
      return t('conversation.log-begun', { by })
    case 'callbackAsked':
      return t('conversation.log-callbackAsked')
    case 'voicemail':
      return t('conversation.log-voicemail')
    case 'notReached':
      return t('conversation.log-notReached', {
        why: t(`callbacks.cause-${figures['cause'] as AttemptCause}`)
      })
    case 'slotKept':
    case 'slotBroken':
    case 'calledBack':
    case 'calledOff':
      return t(`callbacks.log-${name}`)
    case 'notDialled':
      return t('callbacks.log-notDialled', { why: sayNotDialled(figures) })
    case 'offered':
      return t('conversation.log-offered', { agent })
    case 'accepted':
      return t('conversation.log-accepted', { agent, time: seconds(figures['waitedSeconds']) })
    case 'declined':
      return figures['reason']
        ? t('conversation.log-declined-why', { agent: by, reason: figures['reason'] })
        : t('conversation.log-declined', { agent: by })
    case 'expired':
      return t('conversation.log-expired', { agent })
    case 'withdrawn':
      return t('conversation.log-withdrawn', { agent })
    case 'consulted':
      return t('routing.log-consulted', { by, agent: person(figures['consultedId']) })
    case 'consultEnded':
      return t('routing.log-consultEnded', { agent })
    case 'moved':
      return t('routing.log-moved', { by, queue })
    case 'prioritised':
      return t('routing.log-prioritised', { by, priority: figures['priority'] })
    case 'relaxed-by-hand':
      return t('routing.log-relaxed', { by })
    case 'overflowed':
      return sayOverflow(figures)
    case 'requeued':
      if (figures['cause'] === 'by-hand') return t('routing.log-requeued-by-hand', { by })
      return t('conversation.log-requeued', { agent })
    case 'transferred':
      return figures['queueId']
        ? t('conversation.log-transferred-queue', { by, queue })
        : t('conversation.log-transferred-agent', { by, agent })
    case 'takenOver':
      return t('stepping.log-takenOver', { by, agent: person(figures['fromAgentId']) })
    case 'assigned':
      return t('conversation.log-assigned', { by, agent })
    case 'wrapUp':
      return t('conversation.log-wrapUp', { by })
    case 'wrapUpExtended':
      return t('conversation.log-wrapUpExtended', { by, time: seconds(figures['seconds']) })
    case 'closed': {
      if (!byId) return t('conversation.log-closed-self')
      const disposition = directory.disposition(figures['dispositionId'])?.name
      return disposition
        ? t('conversation.log-closed-with', { by, disposition })
        : t('conversation.log-closed', { by })
    }
    case 'abandoned':
      return t('conversation.log-abandoned', { time: seconds(figures['waitedSeconds']) })
    case 'leftByCustomer':
      return t('conversation.log-leftByCustomer')
    case 'snoozed':
      return t('conversation.log-snoozed', {
        by,
        when: figures['until'] ? format.exact(figures['until']) : ''
      })
    case 'woken':
      return t('conversation.log-woken')
    case 'split':
      return t('conversation.log-split', { by })
    case 'merged':
      return t('conversation.log-merged', { by })
    case 'rated':
      return t('conversation.log-rated')
    default:
      return null
  }
}
