import type { CallbackRules } from '@palabre/config/contract/callback'
import type { QueueFault } from './queue-faults.ts'

/** An input that was emptied holds null. */
function outside(path: string, value: number | null, least: number, most: number): QueueFault[] {
  if (value === null || !Number.isFinite(value)) return [{ path, word: 'admin.error-needed' }]
  if (value < least) return [{ path, word: 'admin.error-minimum', values: { limit: least } }]
  if (value > most) return [{ path, word: 'admin.error-maximum', values: { limit: most } }]
  return Number.isInteger(value) ? [] : [{ path, word: 'admin.error-form' }]
}

const week = 10_080

function slotFaults(slots: CallbackRules['slots']): QueueFault[] {
  if (!slots) return []
  const path = 'callbacks/slots'
  const share = Math.round(slots.share * 100)
  return [
    ...outside(`${path}/minutes`, slots.minutes, 10, 240),
    ...outside(`${path}/noticeMinutes`, slots.noticeMinutes, 0, week),
    ...outside(`${path}/daysAhead`, slots.daysAhead, 1, 60),
    ...outside(`${path}/share`, slots.share === null ? null : share, 1, 100),
    ...(slots.most === null ? [] : outside(`${path}/most`, slots.most, 1, 1000))
  ]
}

function retryFaults(retries: CallbackRules['retries']): QueueFault[] {
  if (!retries) return []
  const path = 'callbacks/retries'
  const { gap, hours } = retries
  return [
    ...outside(`${path}/attempts`, retries.attempts, 1, 10),
    ...(['noAnswer', 'busy', 'machine'] as const).flatMap((cause) =>
      outside(`${path}/gap/${cause}`, gap[cause], 1, week)
    ),
    ...(hours.to <= hours.from
      ? [{ path: `${path}/hours`, word: 'callbacks.hours-order' } satisfies QueueFault]
      : [])
  ]
}

function proofFaults({ confirm, limits }: CallbackRules): QueueFault[] {
  const path = 'callbacks/limits/code'
  const found: QueueFault[] = []
  if (limits.code === 'mail' && confirm.mailAccountId === null)
    found.push({ path, word: 'callbacks.code-needs-mail' })
  if (limits.code === 'template' && !confirm.template?.templateId)
    found.push({ path, word: 'callbacks.code-needs-template' })
  if (confirm.template && !confirm.template.templateId)
    found.push({ path: 'callbacks/confirm/template', word: 'callbacks.confirm-template-needed' })
  return found
}

/** What is wrong in a queue's rules for callbacks, at the field that it is about; nothing while nobody is called back. */
export function callbackFaults(rules: CallbackRules): QueueFault[] {
  if (rules.accountId === null) return []
  const { confirm, limits } = rules
  const wrong = limits.blocked.findIndex((beginning) => !/^\+\d{1,14}$/.test(beginning))
  return [
    ...slotFaults(rules.slots),
    ...retryFaults(rules.retries),
    ...(confirm.remindMinutes === null
      ? []
      : outside('callbacks/confirm/remindMinutes', confirm.remindMinutes, 5, 2880)),
    ...proofFaults(rules),
    ...outside('callbacks/limits/perNumberDaily', limits.perNumberDaily, 1, 100),
    ...outside('callbacks/limits/perAddressHourly', limits.perAddressHourly, 1, 10_000),
    ...outside('callbacks/limits/perSiteHourly', limits.perSiteHourly, 1, 100_000),
    ...(wrong < 0
      ? []
      : [
          {
            path: 'callbacks/limits/blocked',
            word: 'callbacks.blocked-wrong',
            values: { n: wrong + 1 }
          } satisfies QueueFault
        ])
  ]
}
