import type { ChannelAccount } from '@palabre/config/contract/account'
import type { User } from '@palabre/config/contract/user'
import type { HubClient } from '../demo/hub-client.ts'

interface Named {
  id: string
  name: string
}
interface Kept extends Named {
  version: number
}

/** Passwords of everybody on the demo's floor: the first one, which has to be changed, and their own. */
export const firstPassword = 'Premier-jour-du-fleuve-1'
export const ownPassword = 'Un-baobab-sans-racine-7'

export interface Seat {
  name: string
  email: string
  /** Made just now: the first password is still to be changed. */
  isNew: boolean
  userId: string
}

/** The part of the demo's bank on which the simulated day happens. */
export interface FloorHouse {
  queues: { english: string; french: string; wolof: string; mail: string; social: string }
  dispositionId: string
  pauseReasonIds: string[]
  seats: Seat[]
  leads: Seat[]
}

const always = Array.from({ length: 7 }, () => [{ from: 0, to: 1440 }])

/** Makes what is not there yet, as an administrator would, by name; so it may be run again and again. */
export async function furnish(hub: HubClient, agents: number): Promise<FloorHouse> {
  const ensure = keeper(hub)
  const dakar = await ensure('/api/sites', { name: 'Demo Dakar', timeZone: 'Africa/Dakar' })
  const lyon = await ensure('/api/sites', { name: 'Demo Lyon', timeZone: 'Europe/Paris' })
  const skill = (name: string) => ensure('/api/skills', { name, description: '' })
  const english = await skill('Demo English')
  const french = await skill('Demo French')
  const wolof = await skill('Demo Wolof')
  const solved = { name: 'Demo solved', group: 'Demo', order: 900, noteRequired: false }
  const dispositionId = await ensure('/api/dispositions', solved)
  const lunch = await ensure('/api/pause-reasons', { name: 'Demo lunch', order: 900, paid: false })
  const breather = await ensure('/api/pause-reasons', { name: 'Demo break', order: 901, paid: true })
  const calendarId = await ensure('/api/calendars', {
    name: 'Demo always open',
    timeZone: 'Africa/Dakar',
    week: always,
    holidays: []
  })
  const queue = (name: string, skillId: string, targets: Record<string, number>, more: object = {}) =>
    ensure('/api/queues', {
      name,
      calendarId,
      requirements: [{ skillId, level: 2 }],
      targets: Object.entries(targets).map(([medium, seconds]) => ({ medium, seconds })),
      boosts: [{ attribute: 'vip', value: 'yes', points: 10 }],
      offerSeconds: 20,
      wrapUp: { mode: 'timed', seconds: 60, extensionSeconds: 60 },
      dispositionIds: [dispositionId],
      ...more
    })
  const queues = {
    english: await queue('Demo Care in English', english, { chat: 20, messaging: 60 }),
    french: await queue('Demo Care in French', french, { chat: 30, messaging: 90 }),
    wolof: await queue('Demo Care in Wolof', wolof, { chat: 45, messaging: 120 }),
    mail: await queue('Demo Letters', french, { email: 300 }, { order: 'deadline-first' }),
    social: await queue('Demo Social', english, { social: 120, messaging: 90 })
  }
  const { english: en, french: fr, wolof: wo, mail, social } = queues
  const phones = await telephone(hub)
  const team = (name: string, siteId: string, queueIds: string[]) =>
    ensure('/api/teams', { name, siteId, queueIds: [...queueIds, ...phones.queueIds] })
  const teams = [
    { id: await team('Demo Dakar French', dakar, [fr, mail]), site: 0, speaks: [french, wolof] },
    { id: await team('Demo Dakar Wolof', dakar, [wo, fr]), site: 0, speaks: [wolof, french] },
    { id: await team('Demo Dakar English', dakar, [en, social]), site: 0, speaks: [english, french] },
    { id: await team('Demo Lyon French', lyon, [fr, mail]), site: 1, speaks: [french] },
    { id: await team('Demo Lyon Social', lyon, [social, en]), site: 1, speaks: [english, french] }
  ]
  const users = await hub.get<{ items: User[] }>('/api/users?archived=false')
  const seat = async (name: string, email: string, more: object): Promise<Seat> => {
    const known = users.items.find((one) => one.email === email)
    const user =
      known ?? (await hub.post<User>('/api/users', { name, email, password: firstPassword, ...more }))
    return { name, email, isNew: !known || known.passwordChangeRequired, userId: user.id }
  }
  const two = (n: number) => String(n + 1).padStart(2, '0')
  const seats: Seat[] = []
  for (let n = 0; n < agents; n++) {
    const { id: teamId, speaks } = teams[n % teams.length]!
    seats.push(
      await seat(`Demo agent ${two(n)}`, `demo.agent.${two(n)}@palabre.example`, {
        roles: ['agent'],
        agent: {
          teamId,
          skills: [
            ...speaks.map((skillId, i) => ({ skillId, level: i === 0 ? 3 + (n % 3) : 2 })),
            ...phones.skillIds.map((skillId) => ({ skillId, level: 2 + (n % 3) }))
          ],
          capacity: { voice: 1, callback: 1, chat: 2 + (n % 2), messaging: 3, social: 3, email: 2 }
        }
      })
    )
  }
  const leads: Seat[] = []
  for (const [site, place] of ['Dakar', 'Lyon'].entries())
    leads.push(
      await seat(`Demo lead ${place}`, `demo.lead.${place.toLowerCase()}@palabre.example`, {
        roles: ['supervisor'],
        lookedAfter: teams.filter((one) => one.site === site).map(({ id }) => id)
      })
    )
  return { queues, dispositionId, pauseReasonIds: [lunch, breather], seats, leads }
}

/** Queues and skills of the demo's own telephone, which its flow leads to. */
async function telephone(hub: HubClient) {
  const named = async (path: string, names: string[]) =>
    (await hub.get<{ items: Named[] }>(path)).items
      .filter(({ name }) => names.includes(name))
      .map(({ id }) => id)
  return {
    queueIds: await named('/api/queues', ['Customer care', 'Loans']),
    skillIds: await named('/api/skills', ['Cards and accounts', 'Loans'])
  }
}

/** Gives the id of the record of this name, made when there is none, and changed when it is another. */
function keeper(hub: HubClient) {
  const lists = new Map<string, Kept[]>()
  return async (path: string, fields: { name: string } & Record<string, unknown>): Promise<string> => {
    const known = lists.get(path) ?? (await hub.get<{ items: Kept[] }>(path)).items
    lists.set(path, known)
    const one = known.find(({ name }) => name === fields.name)
    if (!one) return (await hub.post<Kept>(path, fields)).id
    await hub.patch(`${path}/${one.id}`, { version: one.version, change: fields })
    return one.id
  }
}

/** The account of this name with these settings, at work. */
export async function connect(
  hub: HubClient,
  channel: string,
  name: string,
  queueId: string,
  settings: Record<string, unknown>
): Promise<ChannelAccount> {
  const { items } = await hub.get<{ items: ChannelAccount[] }>('/api/accounts')
  const known = items.find((one) => one.name === name && one.channel === channel)
  if (!known) return hub.post<ChannelAccount>('/api/accounts', { channel, name, queueId, settings })
  return hub.patch<ChannelAccount>(`/api/accounts/${known.id}`, {
    version: known.version,
    change: { settings, queueId, paused: false }
  })
}
