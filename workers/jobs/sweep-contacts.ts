import { sweepContacts } from '@palabre/hub/contacts/sweep'
import type { RunJob } from './job.ts'

/** Finds what is due of contacts, also after a flush of Redis or a crash. */
export const sweepContactsJob: RunJob<'contact.sweep'> = (hub) => sweepContacts(hub, new Date())
