import { FloorAgent, type Habits } from '../../floor/agent.ts'
import { characterOf } from '../../floor/character.ts'
import { Desk } from '../../floor/desk.ts'
import { Door } from '../../floor/door.ts'
import type { Chance } from '../../floor/random.ts'
import type { HubClient } from '../demo/hub-client.ts'
import type { Jambonz } from '../jambonz/jambonz.ts'
import { firstPassword, ownPassword, type FloorHouse, type Seat } from './house.ts'
import { answerTo } from './words.ts'

/** A phone registers anew before its time is over; this one need not. */
const phoneSeconds = 86_400

/** Somebody who only has to choose a password. */
class Newcomer extends Desk {
  protected comesBackMs = () => 1000
  protected handle = () => Promise.resolve()
}

/** Everybody who works here, at the desk, each with a character and a telephone. */
export async function staffFloor(
  hub: HubClient,
  house: FloorHouse,
  jambonz: Jambonz,
  chance: Chance
): Promise<FloorAgent[]> {
  const { dispositionId, pauseReasonIds } = house
  const habits: Habits = { dispositionId, pauseReasonIds, answer: ({ preview }) => answerTo(preview, chance) }
  for (const lead of house.leads) await welcome(hub, new Newcomer(lead.name, new Door([hub.url])), lead)
  const agents: FloorAgent[] = []
  for (const seat of house.seats) {
    const agent = new FloorAgent(seat.name, new Door([hub.url]), habits, characterOf(chance), chance)
    await welcome(hub, agent, seat)
    const { body } = await agent.ask('GET', '/api/me/phone')
    const { phone } = body as { phone: { user: string; password: string } | null }
    if (phone) {
      agent.phone = jambonz.phone(phone.user, phone.password)
      await agent.phone.register(phoneSeconds)
    }
    await agent.sitDown()
    agents.push(agent)
  }
  return agents
}

/** Signs somebody in; whoever is new, or has forgotten the password, gets a first one and chooses their own. */
async function welcome(hub: HubClient, desk: Desk, { email, isNew, userId, name }: Seat) {
  if (!isNew && (await desk.signIn(email, ownPassword)) === null) return
  if (!isNew) await hub.post(`/api/users/${userId}/password`, { password: firstPassword })
  let refusal = await desk.signIn(email, firstPassword)
  if (refusal !== null) {
    // Begun by a run that was cut short.
    await hub.post(`/api/users/${userId}/password`, { password: firstPassword })
    refusal = await desk.signIn(email, firstPassword)
  }
  if (refusal !== null) throw new Error(`${name} may not sign in: ${refusal}`)
  const { status, body } = await desk.ask('POST', '/api/me/password', {
    current: firstPassword,
    next: ownPassword
  })
  if (status !== 200) throw new Error(`${name} cannot choose a password: ${JSON.stringify(body)}`)
}
