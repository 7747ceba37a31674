import { settings, presentSetting } from './setting.model.ts'
import type { Calendar, CapacityProfile, Queue, Team } from '@palabre/config/contract/setting'
import type { Hub } from '../hub.ts'

/**
 * Queues, teams, calendars and capacity profiles as every decision needs them, kept in memory and read again when one changes.
 * Small by nature: tens to a few thousand records.
 */
export interface Catalog {
  queue(id: string): Queue | undefined
  queues(): Queue[]
  team(id: string): Team | undefined
  teams(): Team[]
  calendar(id: string | null): Calendar | undefined
  capacityProfile(id: string | null): CapacityProfile | undefined
}

interface Loaded {
  queues: Map<string, Queue>
  teams: Map<string, Team>
  calendars: Map<string, Calendar>
  profiles: Map<string, CapacityProfile>
}

const open = new WeakMap<Hub, Promise<Loaded>>()
const watched = new WeakSet<Hub>()

async function load(): Promise<Loaded> {
  const [queues, teams, calendars, profiles] = await Promise.all([
    settings.queue.model.find().lean(),
    settings.team.model.find().lean(),
    settings.calendar.model.find().lean(),
    settings.capacityProfile.model.find().lean()
  ])
  const byId = <T extends { id: string }>(items: T[]) => new Map(items.map((item) => [item.id, item]))
  return {
    queues: byId(queues.map((doc) => presentSetting('queue', doc as never))),
    teams: byId(teams.map((doc) => presentSetting('team', doc as never))),
    calendars: byId(calendars.map((doc) => presentSetting('calendar', doc as never))),
    profiles: byId(profiles.map((doc) => presentSetting('capacityProfile', doc as never)))
  }
}

/** The catalog as it is now. */
export async function catalogOf(hub: Hub): Promise<Catalog> {
  if (!watched.has(hub)) {
    watched.add(hub)
    const forget = () => open.delete(hub)
    hub.stream.onEvent(({ name, payload }) => {
      if (name === 'setting.changed' && /"resource":"(queue|team|calendar|capacityProfile)"/.test(payload))
        forget()
    })
    hub.stream.onGap(forget)
  }
  let loading = open.get(hub)
  if (!loading) {
    loading = load()
    open.set(hub, loading)
    loading.catch(() => open.delete(hub))
  }
  const { queues, teams, calendars, profiles } = await loading
  return {
    queue: (id) => queues.get(id),
    queues: () => [...queues.values()],
    team: (id) => teams.get(id),
    teams: () => [...teams.values()],
    calendar: (id) => (id === null ? undefined : calendars.get(id)),
    capacityProfile: (id) => (id === null ? undefined : profiles.get(id))
  }
}

/** Forgets what is in memory; the writer of a change calls it so that its own next read is true at once. */
export const forgetCatalog = (hub: Hub) => open.delete(hub)
