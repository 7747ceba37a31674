import type { Role } from '@palabre/config/contract/permissions'
import { Person, type Answer } from './house.ts'

const first = 'temporary-first-9'
export const ownPassword = 'Baobab-sans-racine-7'
let hired = 0

export interface Hire {
  name?: string
  email?: string
  roles?: Role[]
  teamId?: string | null
  skills?: { skillId: string; level: number }[]
  capacity?: Record<string, number>
}

/** Makes a login as an administrator would; its first password still has to be changed. */
export async function makeLogin(
  admin: Person,
  given: Hire = {}
): Promise<{ user: Answer['body']; password: string }> {
  const number = ++hired
  const { status, body } = await admin.post('/api/users', {
    name: given.name ?? `Person ${String(number)}`,
    email: given.email ?? `person-${String(number)}@palabre.example`,
    password: first,
    roles: given.roles ?? ['agent'],
    agent: {
      teamId: given.teamId ?? null,
      skills: given.skills ?? [],
      capacity: given.capacity ?? { chat: 4, email: 5 }
    }
  })
  if (status !== 200) throw new Error(`no login: ${JSON.stringify(body)}`)
  return { user: body, password: first }
}

/** Somebody new, signed in with a password of their own. */
export async function hire(admin: Person, given: Hire = {}): Promise<Person> {
  const { user, password } = await makeLogin(admin, given)
  const person = await Person.signIn(admin.url, user.email, password)
  const { status, body } = await person.post('/api/me/password', { current: password, next: ownPassword })
  if (status !== 200) throw new Error(`no password: ${JSON.stringify(body)}`)
  return person
}

/** The record of this name of a resource, as it is now. */
export async function recordNamed(person: Person, path: string, name: string): Promise<Answer['body']> {
  const { body } = await person.get(path)
  return (body as { items: { name: string }[] }).items.find((one) => one.name === name)
}
