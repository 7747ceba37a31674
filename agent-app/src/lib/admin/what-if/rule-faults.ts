import type { FieldError } from '../records/check.ts'
import { checkQueue, queueForm } from '../queues/queue-form.ts'
import type { RecordOf } from '../records/stores.ts'
import type { QueueDraft } from './draft.ts'

/** What is wrong with the rules that a queue would have had, as its own form says it. An emptied field holds null. */
export const ruleFaults = ({ rules }: QueueDraft, queue: RecordOf<'queue'>): FieldError[] =>
  checkQueue({ ...queueForm.fieldsOf(queue), ...rules, priority: rules.priority as number }, queue)
