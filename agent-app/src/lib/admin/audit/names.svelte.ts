import {
  accounts,
  agents,
  calendars,
  cannedAnswers,
  capacityProfiles,
  dispositions,
  pauseReasons,
  queues,
  sites,
  skills,
  teams,
  users
} from '../records/stores.ts'

const named = [
  skills,
  calendars,
  queues,
  capacityProfiles,
  sites,
  teams,
  dispositions,
  pauseReasons,
  users,
  agents,
  accounts
]

/** Keeps every record's name at hand as long as the component that calls this; gives the name of an id. */
export function useNames(): (id: string) => string | undefined {
  for (const store of [...named, cannedAnswers]) store.use()
  return (id) => {
    for (const store of named) {
      const found = store.byId(id)
      if (found) return found.name
    }
    return cannedAnswers.byId(id)?.title
  }
}
