import { fetchProfile } from '@palabre/hub/contacts/fetch-profile'
import type { RunJob } from './job.ts'

/** Asks the platform for a contact's name and picture; what has to wait is found by the sweep. */
export const fetchProfileJob: RunJob<'profile.fetch'> = (hub, { contactId }) => fetchProfile(hub, contactId)
