import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Session } from '@palabre/hub/sessions/session.model'
import { User } from '@palabre/hub/users/user.model'
import { Person, demoPassword, eventually, openHouse, type House } from './house.ts'
import { hire, makeLogin, ownPassword } from './people.ts'

let house: House
let admin: Person
let nobody: Person

beforeAll(async () => {
  house = await openHouse({ jobs: false })
  admin = await Person.signIn(house.url, 'admin')
  nobody = new Person(house.url)
})
afterAll(() => house.stop())

const signIn = (email: string, password: string) => nobody.post('/api/session', { email, password })

describe('signing in', () => {
  it('sets a cookie that no script reads and no foreign page sends', async () => {
    const { headers, body } = await signIn('admin@palabre.example', demoPassword)
    const cookie = headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^palabre_session=[\w-]{43};/)
    expect(cookie).toMatch(/; HttpOnly/)
    expect(cookie).toMatch(/; SameSite=Lax/)
    expect(cookie).toMatch(/; Path=\//)
    expect(cookie).not.toMatch(/Secure/)
    expect(body.csrf).toHaveLength(43)
    expect(JSON.stringify(body)).not.toMatch(/argon2|passwordHash/)
  })

  it('keeps of the token nothing but its hash', async () => {
    const { headers } = await signIn('admin@palabre.example', demoPassword)
    const token = /palabre_session=([^;]+)/.exec(headers.get('set-cookie') ?? '')?.[1] ?? ''
    expect(JSON.stringify(await Session.find().lean())).not.toContain(token)
    expect((await User.findOne({ email: 'admin@palabre.example' }).lean())?.passwordHash).toMatch(
      /^\$argon2id\$/
    )
  })

  it('takes the address in any case, and tells nothing of who exists', async () => {
    expect((await signIn(' ADMIN@Palabre.Example ', demoPassword)).status).toBe(200)
    const known = await signIn('admin@palabre.example', 'wrong')
    const unknown = await signIn('nobody@palabre.example', 'wrong')
    expect(known.status).toBe(401)
    expect(unknown.body).toEqual(known.body)
  })

  it('is locked after five wrong passwords, even for the right one, until an administrator resets it', async () => {
    const person = await hire(admin)
    const { email, id } = person.me.user as { email: string; id: string }
    for (let i = 0; i < 5; i++)
      expect((await signIn(email, `wrong-${String(i)}`)).body.error).toBe('wrong-credentials')
    expect((await signIn(email, ownPassword)).body).toMatchObject({ error: 'account-locked' })
    const users = (await admin.get('/api/users')).body.items as { id: string; locked: boolean }[]
    expect(users.find((user) => user.id === id)?.locked).toBe(true)
    expect((await person.get('/api/session')).status).toBe(200)

    const reset = await admin.post(`/api/users/${id}/password`, { password: 'another-first-31' })
    expect(reset.body).toMatchObject({ locked: false, passwordChangeRequired: true })
    expect((await person.get('/api/session')).status).toBe(401)
    expect((await signIn(email, 'another-first-31')).status).toBe(200)
    const audit = (await admin.get(`/api/audit?action=session.signIn&subjectId=${id}`)).body.items as {
      outcome: string
    }[]
    expect(audit.filter(({ outcome }) => outcome === 'wrong-credentials')).toHaveLength(5)
    expect(audit.some(({ outcome }) => outcome === 'locked')).toBe(true)
  })

  it('is locked by as many wrong passwords at once', async () => {
    const { user } = await makeLogin(admin)
    await Promise.all(Array.from({ length: 8 }, () => signIn(user.email, 'wrong')))
    expect((await signIn(user.email, 'temporary-first-9')).status).toBe(423)
  })

  it('forgets wrong passwords at the first right one', async () => {
    const { user, password } = await makeLogin(admin)
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 4; i++) await signIn(user.email, 'wrong')
      expect((await signIn(user.email, password)).status).toBe(200)
    }
  })
})

describe('a first password', () => {
  it('opens nothing but the way to change it', async () => {
    const { user, password } = await makeLogin(admin)
    const person = await Person.signIn(house.url, user.email, password)
    expect(person.me.user.passwordChangeRequired).toBe(true)
    for (const path of ['/api/inbox', '/api/users', '/api/agents', '/api/sessions'])
      expect((await person.get(path)).body.error, path).toBe('password-change-required')
    expect((await person.get('/api/session')).status).toBe(200)
    await expect(person.listen()).rejects.toThrow('403')
    const change = (current: string, next: string) => person.post('/api/me/password', { current, next })
    expect((await change('wrong', ownPassword)).body.error).toBe('wrong-credentials')
    expect((await change(password, password)).body.error).toBe('weak-password')
    expect((await change(password, ownPassword)).status).toBe(200)
    expect((await person.get('/api/inbox')).status).toBe(200)
    expect((await signIn(user.email, password)).status).toBe(401)
    expect((await signIn(user.email, ownPassword)).status).toBe(200)
  })
})

describe('a password', () => {
  it('is refused when it is short, common, of few signs, or the own name or address', async () => {
    const person = await hire(admin, { name: 'Amadou Kapokier', email: 'amadou.kapokier@palabre.example' })
    const weak = [
      'short',
      '123456789',
      'aaaaaaaaaaaa',
      'abababababab',
      'password123',
      'Motdepasse1',
      'azerty12345',
      'palabre2026',
      'kapokier-1',
      'Amadou.Kapokier'
    ]
    for (const next of weak) {
      const answer = await person.post('/api/me/password', { current: ownPassword, next })
      expect(answer.body.error, next).toBe('weak-password')
      const made = await admin.post('/api/users', {
        name: 'Amadou Kapokier',
        email: 'x@palabre.example',
        password: next,
        roles: ['agent']
      })
      expect(made.body.error, next).toBe('weak-password')
      const reset = await admin.post(`/api/users/${String(person.me.user.id)}/password`, { password: next })
      expect(reset.body.error, next).toBe('weak-password')
    }
    expect((await person.get('/api/session')).status).toBe(200)
  })

  it('that is changed ends the other sessions and keeps this one', async () => {
    const person = await hire(admin)
    const other = await Person.signIn(house.url, person.me.user.email, ownPassword)
    await other.listen()
    const closed = new Promise<number>((resolve) => other.socket?.on('close', resolve))
    const { status } = await person.post('/api/me/password', {
      current: ownPassword,
      next: 'Fromager-de-la-cour-3'
    })
    expect(status).toBe(200)
    expect((await other.get('/api/session')).body.error).toBe('not-signed-in')
    expect(await closed).toBe(1008)
    expect((await person.get('/api/session')).status).toBe(200)
  })
})

describe('sessions', () => {
  it('are listed with their browser, and ended one by one', async () => {
    const person = await hire(admin)
    const { email } = person.me.user as { email: string }
    const phone = await nobody.send(
      'POST',
      '/api/session',
      { email, password: ownPassword },
      { 'user-agent': 'Phone/1' }
    )
    expect(phone.status).toBe(200)
    const list = (await person.get('/api/sessions')).body.items as {
      id: string
      current: boolean
      userAgent: string
      address: string
    }[]
    expect(list).toHaveLength(2)
    expect(list.filter(({ current }) => current)).toHaveLength(1)
    const other = list.find(({ current }) => !current)!
    expect(other).toMatchObject({ userAgent: 'Phone/1', address: '127.0.0.1' })
    expect((await person.send('DELETE', `/api/sessions/${other.id}`)).status).toBe(200)
    expect((await person.send('DELETE', `/api/sessions/${other.id}`)).status).toBe(404)
    expect((await person.get('/api/sessions')).body.items).toHaveLength(1)
  })

  it('of others are out of reach', async () => {
    const person = await hire(admin)
    const theirs = (await admin.get('/api/sessions')).body.items as { id: string }[]
    expect((await person.send('DELETE', `/api/sessions/${String(theirs[0]?.id)}`)).body.error).toBe(
      'not-found'
    )
    expect((await admin.get('/api/session')).status).toBe(200)
  })

  it('end by signing out, which makes the agent offline and is traced', async () => {
    const person = await hire(admin)
    await person.ready()
    expect((await person.send('DELETE', '/api/session')).status).toBe(200)
    expect((await person.get('/api/session')).status).toBe(401)
    const agents = (await admin.get('/api/agents')).body.items as {
      id: string
      presence: { state: string; cause: string }
    }[]
    expect(agents.find(({ id }) => id === person.me.agent.id)?.presence).toMatchObject({
      state: 'offline',
      cause: 'signed-out'
    })
    const audit = await admin.get(`/api/audit?action=session.signOut&actorId=${String(person.me.user.id)}`)
    expect(audit.body.items).toHaveLength(1)
  })

  it('end when they are too old, or nobody was there for half a day', async () => {
    for (const change of [
      { expiresAt: new Date(Date.now() - 1) },
      { seenAt: new Date(Date.now() - 13 * 3600_000) }
    ]) {
      const person = await hire(admin)
      await Session.updateMany({ userId: person.me.user.id }, change)
      await eventually('the end', async () => (await person.get('/api/session')).status === 401)
    }
  })

  it('take changes only with their own token, which is of no use to another session', async () => {
    const person = await hire(admin)
    const twin = await Person.signIn(house.url, person.me.user.email, ownPassword)
    const save = (headers: Record<string, string>) =>
      person.send('PATCH', '/api/me/preferences', { theme: 'dark' }, headers)
    expect((await save({})).body.theme).toBe('dark')
    expect((await save({ 'x-csrf-token': '' })).body.error).toBe('wrong-origin')
    expect((await save({ 'x-csrf-token': twin.headers['x-csrf-token'] ?? '' })).body.error).toBe(
      'wrong-origin'
    )
  })
})

describe('behind https', () => {
  it('the cookie is secure, and only the public address counts as our own page', async () => {
    const { buildApp } = await import('@palabre/hub/app')
    const hub = { ...house.hub, env: { ...house.hub.env, PUBLIC_URL: 'https://palabre.example' } }
    const app = await buildApp(hub, { rateLimits: false })
    const ask = (origin: string) =>
      app.inject({
        method: 'POST',
        url: '/api/session',
        headers: { origin },
        payload: { email: 'admin@palabre.example', password: demoPassword }
      })
    const answer = await ask('https://palabre.example')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['set-cookie']).toMatch(/; Secure/)
    expect(answer.headers['strict-transport-security']).toBeDefined()
    expect((await ask('http://palabre.example')).statusCode).toBe(403)
    expect((await ask('https://localhost')).statusCode).toBe(403)
    await app.close()
  })
})
