import { usualCallbacks } from '@palabre/config/contract/callback'
import { queue } from '@palabre/config/contract/setting'
import { Value } from 'typebox/value'
import { t } from '../../words.svelte.ts'
import { check, type FieldError } from '../records/check.ts'
import type { Form } from '../records/editor.svelte.ts'
import { resourceForm } from '../records/resource-form.ts'
import { dispositions, type FieldsOf, type RecordOf } from '../records/stores.ts'
import { callbackFaults } from './callback-faults.ts'
import { queueFaults } from './queue-faults.ts'

type Fields = FieldsOf<'queue'>

/** What is wrong with the rules of a queue, in plain words, before the hub is asked. */
export function checkQueue(fields: Fields, record: RecordOf<'queue'> | null): FieldError[] {
  const found = [...queueFaults(fields, record?.id ?? null), ...callbackFaults(fields.callbacks)]
  const faults = found.map(({ path, word, values }) => ({
    path,
    message: t(word, values)
  }))
  const plain = check(queue.fields, {
    ...fields,
    requirements: [],
    overflow: [],
    relaxation: { steps: fields.relaxation.steps, ending: { rule: 'never' } },
    callbacks: usualCallbacks
  }).map((error) =>
    error.path === 'partition' ? { ...error, message: t('adminQueue.error-partition') } : error
  )
  const { requirements, relaxation, overflow, callbacks } = queue.fields.properties
  const unsaid = Object.entries({ requirements, relaxation, overflow, callbacks })
    .filter(([name, schema]) => !Value.Check(schema, fields[name as keyof Fields]))
    .filter(([name]) => ![...faults, ...plain].some(({ path }) => path.startsWith(`${name}/`)))
    .map(([path]) => ({ path, message: t('admin.error-form') }))
  return [...faults, ...plain, ...unsaid]
}

/** How a queue is filled in and kept. */
export const queueForm: Form<RecordOf<'queue'>, Fields> = {
  ...resourceForm('queue', () => ({
    name: '',
    description: '',
    partition: 'main',
    requirements: [],
    relaxation: { steps: [], ending: { rule: 'never' } },
    calendarId: null,
    order: 'first-in',
    priority: 0,
    boosts: [],
    targets: [
      { medium: 'chat', seconds: 60 },
      { medium: 'email', seconds: 14_400 }
    ],
    offerSeconds: 30,
    offerTimes: [],
    autoAccept: false,
    agentChoice: 'longest-idle',
    sticky: { mode: 'same-queue', seconds: 120, skillNeeded: true },
    wrapUp: { mode: 'optional', seconds: 60, extensionSeconds: 60 },
    missesAllowed: 2,
    callMissesAllowed: 1,
    overflow: [],
    dispositionIds: dispositions.active.map(({ id }) => id),
    callbacks: structuredClone(usualCallbacks)
  })),
  check: checkQueue
}
