import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { routes } from '@palabre/config/contract/index'
import type { Route } from '@palabre/config/contract/define'
import { refusals } from '@palabre/config/contract/errors'
import { allows, roles, type Permission, type Role } from '@palabre/config/contract/permissions'
import { mounted } from '@palabre/hub/plugins/serve'
import type { Interaction } from '@palabre/config/contract/interaction'
import {
  Person,
  Visitor,
  chatAccount,
  clientId,
  eventually,
  openHouse,
  type Answer,
  type House
} from './house.ts'
import { hire } from './people.ts'

let house: House
let accountId: string
let admin: Person
let awa: Person
let boris: Person
let nobody: Person
const byRole = {} as Record<Role, Person>

const nowhere = 'f'.repeat(24)
const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
const pathOf = (route: Route, id = nowhere) =>
  route.url.replace(':accountId', accountId).replace(':id', id).replace(/:\w+/g, nowhere)
const takesBody = (route: Route) => route.body !== undefined
const fieldsOf = (schema: unknown) => Object.keys((schema as { properties?: object }).properties ?? {})

/** A refusal of the declared ones, with its declared status, and nothing about our insides. */
function expectRefusal(answer: Answer, what: string, ...names: string[]) {
  const { error } = answer.body as { error: keyof typeof refusals }
  expect(Object.keys(refusals), `${what}: ${JSON.stringify(answer.body)}`).toContain(error)
  expect(answer.status, what).toBe(refusals[error][0])
  expect(answer.status, what).toBeLessThan(500)
  if (names.length > 0) expect(names, what).toContain(error)
  expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts:\d|CastError|BSON|Mongo/)
}
const stillAnswers = async () => expect((await nobody.get('/live')).status).toBe(200)

beforeAll(async () => {
  house = await openHouse()
  nobody = new Person(house.url)
  accountId = await chatAccount(house.url)
  admin = await Person.signIn(house.url, 'admin')
  awa = await Person.signIn(house.url, 'awa')
  boris = await Person.signIn(house.url, 'boris')
  for (const role of roles) byRole[role] = await hire(admin, { roles: [role] })
})
afterAll(() => house.stop())

describe('every route of the contract', () => {
  it('is mounted, and nothing else is', () =>
    expect([...mounted].sort()).toEqual(routes.map(({ name }) => name).sort()))

  it('is refused to who is not signed in, whatever the body', async () => {
    for (const route of routes) {
      if (route.permission === 'public' || route.permission === 'visitor') continue
      const answer = await nobody.send(route.method, pathOf(route), takesBody(route) ? {} : undefined)
      expectRefusal(answer, route.name, 'not-signed-in')
      const forged = await nobody.send(route.method, pathOf(route), takesBody(route) ? '{' : undefined, {
        cookie: 'palabre_session=' + 'A'.repeat(43),
        ...(takesBody(route) && { 'content-type': 'application/json' })
      })
      expectRefusal(forged, route.name, 'not-signed-in')
    }
  })

  it('is refused to a visitor without a token of this account', async () => {
    const email = 'a@example.org'
    const bodies: Record<string, unknown> = {
      'visit.offline': { name: 'A', email, text: 'x' },
      'visit.transcript': { email },
      'visit.callbackCode': { number: '+221770000000', name: 'A', locale: 'en' },
      'visit.askCallback': {
        number: '+221770000000',
        name: 'A',
        locale: 'en',
        consent: 'x',
        key: 'a-key-of-ours'
      }
    }
    for (const route of routes.filter(({ permission }) => permission === 'visitor'))
      for (const authorization of [
        undefined,
        'Bearer x',
        'Bearer a.b',
        `Bearer ${'x'.repeat(5000)}`,
        'Basic abc'
      ]) {
        const form = new FormData()
        form.append('file', new Blob(['x']), 'x.txt')
        const body = route.upload ? form : bodies[route.name]
        const answer = await nobody.send(route.method, pathOf(route), body, {
          origin: house.url,
          ...(authorization && { authorization })
        })
        expectRefusal(answer, route.name, 'visitor-rejected')
      }
  })

  it('is open to exactly the roles that the table names', async () => {
    for (const route of routes) {
      if (['public', 'signed-in', 'visitor'].includes(route.permission)) continue
      for (const role of roles) {
        // Nothing is done: the ids name nothing, and the bodies are of no declared form.
        const answer = await byRole[role].send(
          route.method,
          pathOf(route),
          takesBody(route) ? { no: 1 } : undefined
        )
        const may = allows([role], route.permission as Permission)
        const refused = answer.status === 403 && answer.body.error === 'not-permitted'
        expect(refused, `${role} ${route.name} ${String(answer.status)}`).toBe(!may)
        if (answer.status !== 200) expectRefusal(answer, `${role} ${route.name}`)
      }
    }
  })

  it('takes no change without the token of the session, or with that of another', async () => {
    for (const route of routes) {
      if (route.method === 'GET' || ['public', 'visitor'].includes(route.permission)) continue
      for (const token of ['', 'wrong', awa.headers['x-csrf-token'] ?? '']) {
        const answer = await admin.send(route.method, pathOf(route), takesBody(route) ? {} : undefined, {
          'x-csrf-token': token
        })
        expectRefusal(answer, route.name, 'wrong-origin')
      }
    }
    expect((await admin.get('/api/session')).status).toBe(200)
  })

  it('refuses ids that are none', async () => {
    const ids = [
      'x',
      'g'.repeat(24),
      'f'.repeat(23),
      'f'.repeat(3000),
      '%00',
      '..%2f..%2fsession',
      '%7B%22%24gt%22%3A%22%22%7D',
      '[object%20Object]'
    ]
    for (const route of routes.filter(
      ({ url, permission }) => url.includes(':id') && permission !== 'visitor'
    ))
      for (const id of ids) {
        const answer = await admin.send(route.method, pathOf(route, id), takesBody(route) ? {} : undefined)
        expectRefusal(answer, `${route.name} ${id.slice(0, 30)}`)
      }
    await stillAnswers()
  })

  it('knows nothing under an id that names nothing', async () => {
    for (const route of routes) {
      if (
        !route.url.includes('/:id') ||
        takesBody(route) ||
        ['visitor', 'signed-in'].includes(route.permission)
      )
        continue
      const answer = await admin.send(route.method, pathOf(route))
      if (answer.status === 200) expect(answer.body.items ?? answer.body.text, route.name).toHaveLength(0)
      else expectRefusal(answer, route.name, 'not-found', 'wrong-type', 'not-offered')
    }
  })
})

describe('a body of no declared form', () => {
  const json = { 'content-type': 'application/json' }
  const bodies: [string, string, Record<string, string>, string[]][] = [
    ['cut off', '{"a":', json, ['malformed-body']],
    ['no JSON', 'hello', json, ['malformed-body']],
    ['empty', '', json, ['malformed-body', 'invalid-input']],
    ['null', 'null', json, ['invalid-input']],
    ['a list', '[]', json, ['invalid-input']],
    ['a text', '"x"', json, ['invalid-input']],
    ['a number', '1e999', json, ['invalid-input', 'malformed-body']],
    ['a field too many', '{"surprise":1}', json, ['invalid-input']],
    ['a prototype key', '{"__proto__":{"admin":true}}', json, ['malformed-body', 'invalid-input']],
    [
      'a constructor key',
      '{"constructor":{"prototype":{"admin":true}}}',
      json,
      ['malformed-body', 'invalid-input']
    ],
    ['an operator', '{"$where":"1","$gt":""}', json, ['invalid-input']],
    ['a deep nest', deep(20_000), json, ['malformed-body', 'invalid-input']],
    [
      'a deep nest of objects',
      '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000),
      json,
      ['malformed-body', 'invalid-input']
    ],
    ['plain text', '{}', { 'content-type': 'text/plain' }, ['wrong-type']],
    ['XML', '<a/>', { 'content-type': 'application/xml' }, ['wrong-type']],
    ['a form', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, ['wrong-type']],
    ['a type that is none', '{}', { 'content-type': ';;;' }, ['wrong-type']],
    [
      'a multipart',
      '--x\r\n\r\n--x--',
      { 'content-type': 'multipart/form-data; boundary=x' },
      ['wrong-type', 'invalid-input']
    ],
    ['too large', `{"a":"${'x'.repeat(1_100_000)}"}`, json, ['too-large']]
  ]
  for (const [what, body, headers, names] of bodies)
    it(`is refused by every route: ${what}`, async () => {
      for (const route of routes.filter((one) => takesBody(one) && one.permission !== 'visitor')) {
        const answer = await admin.send(route.method, pathOf(route), body, { ...headers, origin: house.url })
        expectRefusal(answer, `${route.name}: ${what}`, ...names)
      }
      await stillAnswers()
    }, 30_000)

  it('is refused field by field: an operator object wherever a value goes', async () => {
    for (const route of routes.filter((one) => takesBody(one) && one.permission !== 'visitor'))
      for (const field of fieldsOf(route.body)) {
        const answer = await admin.send(
          route.method,
          pathOf(route),
          { [field]: { $gt: '' } },
          { origin: house.url }
        )
        expectRefusal(answer, `${route.name} ${field}`, 'invalid-input')
      }
  })

  it('is refused where the rest of it is right', async () => {
    const skill = (await admin.get('/api/skills')).body.items[0] as { id: string; version: number }
    const queues = (await admin.get('/api/queues')).body.items as { id: string }[]
    const contact = { id: nowhere }
    const gt = { $gt: '' }
    const tries: [string, string, unknown][] = [
      ['POST', '/api/session', { email: gt, password: 'x' }],
      ['POST', '/api/session', { email: 'admin@palabre.example', password: gt }],
      ['POST', '/api/session', { email: ['admin@palabre.example'], password: 'x' }],
      ['POST', '/api/skills', { name: gt, description: '' }],
      ['POST', '/api/skills', { name: 'x', description: gt }],
      ['POST', '/api/skills', { name: '   ', description: '' }],
      ['PATCH', `/api/skills/${skill.id}`, { version: gt, change: { name: 'x' } }],
      ['PATCH', `/api/skills/${skill.id}`, { version: String(skill.version), change: { name: 'x' } }],
      ['PATCH', `/api/skills/${skill.id}`, { version: skill.version, change: { archived: true } }],
      ['PATCH', `/api/skills/${skill.id}`, { version: skill.version, change: { version: 99 } }],
      ['PATCH', `/api/skills/${skill.id}`, { version: skill.version, change: { $set: { name: 'x' } } }],
      ['POST', '/api/teams', { name: 'x', queueIds: [gt] }],
      ['POST', '/api/teams', { name: 'x', queueIds: gt }],
      ['POST', '/api/users', { name: 'x', email: gt, password: 'a-Long-password-1', roles: ['agent'] }],
      ['POST', '/api/users', { name: 'x', email: 'x', password: 'a-Long-password-1', roles: ['agent'] }],
      [
        'POST',
        '/api/users',
        { name: 'x', email: 'x@example.org', password: 'a-Long-password-1', roles: ['root'] }
      ],
      ['POST', '/api/users', { name: 'x', email: 'x@example.org', password: 'a-Long-password-1', roles: [] }],
      ['PUT', '/api/me/presence', { state: 'no-answer' }],
      ['PUT', '/api/me/presence', { state: 'paused', pauseReasonId: gt }],
      ['POST', `/api/contacts/${contact.id}/merge`, { otherId: gt }],
      ['PATCH', `/api/contacts/${contact.id}`, { version: 1, change: { attributes: { $gt: '' } } }],
      ['PATCH', `/api/contacts/${contact.id}`, { version: 1, change: { attributes: { $gt: { a: 1 } } } }],
      ['PATCH', `/api/contacts/${contact.id}`, { version: 1, change: { attributes: { a: { $gt: '' } } } }],
      [
        'POST',
        '/api/accounts',
        { channel: 'chat', name: 'x', queueId: queues[0]?.id, settings: { $gt: '' } }
      ],
      [
        'POST',
        '/api/accounts',
        { channel: 'chat', name: 'x', queueId: queues[0]?.id, settings: { title: gt } }
      ],
      ['POST', '/api/accounts/test', { channel: 'chat', settings: { nothing: 1 } }],
      ['PATCH', '/api/me/preferences', { theme: gt }],
      ['PATCH', '/api/me/preferences', { passwordHash: 'x' }],
      ['PATCH', `/api/agents/${String(admin.me.agent.id)}`, { change: { capacity: { chat: 1e9 } } }],
      ['PATCH', `/api/agents/${String(admin.me.agent.id)}`, { change: { capacity: { fax: 1 } } }]
    ]
    for (const [method, path, body] of tries) {
      const answer = await admin.send(method, path, body, { origin: house.url })
      expectRefusal(answer, `${method} ${path} ${JSON.stringify(body)}`, 'invalid-input', 'not-deliverable')
    }
    for (const [channel, name] of [
      ['email', 'aliases'],
      ['chat', 'title']
    ]) {
      const body = `{"channel":"${String(channel)}","name":"x","queueId":"${String(queues[0]?.id)}","settings":{"${String(name)}":${deep(20_000)}}}`
      expectRefusal(await admin.send('POST', '/api/accounts', body, json), `deep ${String(name)}`)
      const test = `{"channel":"email","settings":{"aliases":${deep(20_000)}}}`
      expectRefusal(await admin.send('POST', '/api/accounts/test', test, json), 'deep test')
    }
    await stillAnswers()
  })
})

describe('a query of no declared form', () => {
  it('is refused, or finds nothing, and never breaks anything', async () => {
    const values = [
      '',
      '%00',
      'a%00b',
      'x'.repeat(5000),
      '-1',
      '0',
      '1e9',
      'NaN',
      '%F0%9F%8C%B3',
      '%ff',
      '.*',
      '(((((a+)+)+)+)+$',
      '%5B%24gt%5D',
      '99999999999999999.' + nowhere,
      '999999999999999.' + nowhere,
      '1.',
      `|${nowhere}`
    ]
    for (const route of routes.filter(({ query, permission }) => query && permission !== 'visitor'))
      for (const field of [...fieldsOf(route.query), 'unknown', '__proto__', 'constructor'])
        for (const suffix of ['', '[$gt]', '[]'])
          for (const value of values) {
            const path = `${pathOf(route)}?${field}${suffix}=${value}`
            const answer = await admin.get(path)
            if (answer.status !== 200) expectRefusal(answer, path.slice(0, 120))
          }
    const twice = await admin.get('/api/interactions?text=a&text=b')
    expectRefusal(twice, 'a field twice', 'invalid-input')
    await stillAnswers()
  }, 60_000)

  it('has page marks that are ours', async () => {
    for (const path of [
      '/api/interactions',
      '/api/audit',
      '/api/contacts',
      `/api/contacts/${nowhere}/history`
    ])
      for (const after of ['x', '1', `1.${'g'.repeat(24)}`, 'a|b'])
        expectRefusal(await admin.get(`${path}?after=${after}`), `${path} ${after}`, 'invalid-input')
  })
})

/** Asks with the path as it is: fetch would tidy it up. */
const raw = (
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {}
) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(house.url)
    const request = httpRequest({ hostname, port, path, method, headers }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    request.on('error', reject)
    request.end()
  })

describe('an address that leads nowhere', () => {
  it('is refused in the declared form, with every method', async () => {
    for (const path of [
      '/api/nothing',
      '/api/users/x/y/z',
      '/api/interactions/',
      '/api//session',
      '/channels/chat/nothing.js',
      '/channels/none/x',
      '/demo/nothing',
      '/api/live',
      `/api/visitor/${accountId}/live`
    ])
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
        expectRefusal(await admin.send(method, path), `${method} ${path}`, 'not-found', 'invalid-input')
    for (const route of routes.filter(({ permission }) => permission !== 'visitor')) {
      const declared = routes.filter(({ url }) => url === route.url).map(({ method }) => method)
      for (const method of ['PUT', 'PATCH', 'DELETE'])
        if (!declared.includes(method as never) && !route.url.startsWith('/api/visitor'))
          expectRefusal(
            await admin.send(method, pathOf(route)),
            `${method} ${route.url}`,
            'not-found',
            'invalid-input'
          )
    }
  })

  it('shows no file outside its folder', async () => {
    const up = [
      '../',
      '..%2f',
      '%2e%2e/',
      '%2e%2e%2f',
      '..\\',
      '..%5c',
      '....//',
      '%252e%252e%252f',
      '.%00./'
    ]
    for (const prefix of ['/demo/', '/channels/chat/', '/', '/_app/', '/api/docs/static/'])
      for (const step of up)
        for (const file of ['package.json', 'etc/passwd', 'secret.key', 'settings.ts']) {
          const path = prefix + step.repeat(5) + file
          const { status, body } = await raw(path)
          expect(status, path).toBeLessThan(500)
          expect(body, path).not.toMatch(/root:|"workspaces"|defineChannel|"dependencies"/)
          if (status >= 400)
            expect(Object.keys(refusals), `${path} ${body}`).toContain(
              (JSON.parse(body) as { error: string }).error
            )
        }
    for (const path of [
      '/%',
      '/%zz',
      '/api/%',
      '/api/users/%E0%A4%A',
      '/demo/%00',
      '/channels/chat/%00.js'
    ]) {
      const { status, body } = await raw(path)
      expect([200, 400, 404], `${path} ${body}`).toContain(status)
      if (status >= 400)
        expect(Object.keys(refusals), `${path} ${body}`).toContain(
          (JSON.parse(body) as { error: string }).error
        )
    }
    await stillAnswers()
  })

  it('is no upgrade either', async () => {
    for (const path of [
      '/',
      '/api/session',
      '/api/nothing',
      '/demo',
      '/api/visitor/x/live',
      `/api/visitor/${nowhere}/live`,
      '/api/live/x'
    ])
      expect(await upgrade(path, { origin: house.url, ...admin.headers }), path).toBeLessThan(500)
    await stillAnswers()
  })
})

/** The status that an upgrade is answered with; 101 when it is taken. */
const upgrade = (path: string, headers: Record<string, string> = {}) =>
  new Promise<number>((resolve) => {
    const socket = new WebSocket(house.url.replace('http', 'ws') + path, { headers })
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0)
      socket.terminate()
    })
    socket.on('open', () => {
      resolve(101)
      socket.close()
    })
    socket.on('error', () => undefined)
  })

describe('a foreign page', () => {
  const foreign = { origin: 'https://evil.example' }
  it('cannot sign in, nor open a socket with our cookie', async () => {
    const { body } = await nobody.send('POST', '/api/session', { email: 'x@y.z', password: 'x' }, foreign)
    expect(body.error).toBe('wrong-origin')
    const cookie = awa.headers['cookie'] ?? ''
    expect(await upgrade('/api/live', { cookie, ...foreign })).toBe(403)
    expect(await upgrade('/api/live', { cookie, origin: 'null' })).toBe(403)
    expect(
      await upgrade('/api/live', { cookie, origin: house.url.replace('127.0.0.1', '127.0.0.1.evil.example') })
    ).toBe(403)
    expect(await upgrade('/api/live', {})).toBe(401)
    expect(await upgrade('/api/live', { cookie: 'palabre_session=x' })).toBe(401)
    expect(await upgrade('/api/live', { cookie, origin: house.url })).toBe(101)
  })

  it('is not talked to by the chat, and neither is no page at all', async () => {
    const path = `/api/visitor/${accountId}/live`
    expect(await upgrade(path, foreign)).toBe(403)
    expect(await upgrade(path, {})).toBe(403)
    expect(await upgrade(path, { origin: house.url })).toBe(101)
    const post = (headers: Record<string, string>) =>
      nobody.send('POST', `/api/visitor/${accountId}/open`, {}, headers)
    expectRefusal(await post(foreign), 'open', 'wrong-origin')
    expectRefusal(await post({}), 'open', 'wrong-origin')
    expectRefusal(
      await nobody.send('POST', `/api/visitor/${nowhere}/open`, {}, { origin: house.url }),
      'open',
      'not-found'
    )
    const preflight = await nobody.send('OPTIONS', `/api/visitor/${accountId}/open`, undefined, foreign)
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('is given nothing that it could read', async () => {
    for (const path of ['/api/session', '/api/users', '/api/inbox']) {
      const answer = await admin.send('GET', path, undefined, foreign)
      expect(answer.headers.get('access-control-allow-origin'), path).toBeNull()
    }
  })
})

describe('a socket that talks rubbish', () => {
  const closing = async (path: string, headers: Record<string, string>, frames: (string | Buffer)[]) => {
    const socket = new WebSocket(house.url.replace('http', 'ws') + path, { headers })
    socket.on('error', () => undefined)
    const closed = new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)))
    await new Promise((resolve) => socket.on('open', resolve))
    for (const frame of frames) socket.send(frame)
    return eventually('the close', () =>
      Promise.race([closed, new Promise<null>((resolve) => setTimeout(() => resolve(null), 50))])
    )
  }
  const doors = () =>
    [
      ['/api/live', { cookie: awa.headers['cookie'] ?? '' }],
      [`/api/visitor/${accountId}/live`, { origin: house.url }]
    ] as const

  it('is closed with the reason: no JSON, no frame, unknown field, operator, deep nest, bytes', async () => {
    const rubbish = [
      '',
      'hello',
      'null',
      '[]',
      '{}',
      '{"type":"nothing"}',
      '{"type":"hello","x":1}',
      '{"type":"watch","topics":["everybody"]}',
      '{"type":"watch","topics":["user:*"]}',
      '{"type":{"$gt":""}}',
      '{"type":"hello","token":{"$gt":""},"since":1}',
      '{"__proto__":{"type":"ping"}}',
      deep(20_000),
      Buffer.from([0, 255, 254])
    ]
    for (const [path, headers] of doors())
      for (const frame of rubbish)
        expect(await closing(path, headers, [frame]), `${path} ${String(frame).slice(0, 60)}`).toBe(1008)
    await stillAnswers()
  }, 30_000)

  it('is closed when a frame is too large, or there are too many', async () => {
    for (const [path, headers] of doors()) {
      expect(await closing(path, headers, ['x'.repeat(70_000)]), path).toBe(1009)
      expect(await closing(path, headers, Array<string>(500).fill('{"type":"ping"}')), path).toBe(1008)
    }
    await stillAnswers()
  })

  it('hears nothing before it says who it is, and is refused what is not its own', async () => {
    const visitor = new Visitor(house.url, accountId)
    await visitor.open()
    const socket = new WebSocket(`${house.url.replace('http', 'ws')}/api/visitor/${accountId}/live`, {
      origin: house.url
    })
    const heard: { type: string; error?: string }[] = []
    socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as { type: string }))
    await new Promise((resolve) => socket.on('open', resolve))
    socket.send(JSON.stringify({ type: 'say', clientId: clientId(), text: 'who am I' }))
    await eventually('refusal', () => heard.find(({ error }) => error === 'visitor-rejected'))
    await eventually('the close', () => socket.readyState === WebSocket.CLOSED)
    expect(heard.every(({ type }) => type === 'refused')).toBe(true)
  })
})

describe('what is in the hands of a colleague', () => {
  let mine: Interaction
  let visitor: Visitor
  beforeAll(async () => {
    await awa.ready()
    visitor = await new Visitor(house.url, accountId).connect()
    await visitor.say('hostile colleague')
    mine = await awa.accept(await awa.offer('hostile colleague'))
  })

  const upload = async (person: Person, id = mine.id) => {
    const form = new FormData()
    form.append('file', new Blob(['secret words']), 'plan.txt')
    const { body, status } = await person.send('POST', `/api/interactions/${id}/attachments`, form)
    expect(status).toBe(200)
    return body as { id: string }
  }

  it('is not answered, closed, put aside or handed on by another agent', async () => {
    const path = `/api/interactions/${mine.id}`
    const dispositionId = (await boris.get('/api/dispositions')).body.items[0].id as string
    const tries: [string, unknown, string][] = [
      ['messages', { clientId: clientId(), text: 'not me' }, 'not-yours'],
      ['accept', { offerId: nowhere }, 'not-offered'],
      ['decline', { offerId: nowhere }, 'not-offered'],
      ['pick', {}, 'wrong-state'],
      ['close', {}, 'not-yours'],
      ['finish', { dispositionId }, 'not-yours'],
      ['extend', {}, 'not-yours'],
      ['snooze', { until: null }, 'not-yours'],
      ['transfer', { to: { queueId: mine.queueId } }, 'not-yours']
    ]
    for (const [verb, body, error] of tries) {
      const answer = await boris.send(
        'POST',
        `${path}/${verb}`,
        verb === 'pick' || verb === 'extend' ? undefined : body
      )
      expectRefusal(answer, verb, error)
    }
    expect((await awa.get(path)).body.interaction).toMatchObject({ state: 'active', agentId: mine.agentId })
  })

  it('keeps its unsent files and drafts to itself', async () => {
    const file = await upload(awa)
    expectRefusal(await boris.get(`/api/attachments/${file.id}`), 'read', 'not-found')
    expectRefusal(await boris.send('DELETE', `/api/attachments/${file.id}`), 'remove', 'not-found')
    expectRefusal(
      await boris.post(`/api/interactions/${mine.id}/notes`, {
        clientId: clientId(),
        text: 'mine now',
        attachmentIds: [file.id]
      }),
      'attach',
      'unknown-reference'
    )
    await awa.send('PUT', `/api/interactions/${mine.id}/draft`, {
      text: 'my draft',
      attachmentIds: [file.id],
      mode: 'reply'
    })
    expect((await boris.get(`/api/interactions/${mine.id}/draft`)).body.text).toBe('')
    await boris.send('PUT', `/api/interactions/${mine.id}/draft`, {
      text: 'x',
      attachmentIds: [file.id],
      mode: 'note'
    })
    expect((await boris.get(`/api/interactions/${mine.id}/draft`)).body.attachments).toEqual([])
    expect((await awa.get(`/api/interactions/${mine.id}/draft`)).body).toMatchObject({
      text: 'my draft',
      attachments: [{ id: file.id }]
    })
  })

  it('keeps the files of a message that is sent twice', async () => {
    const file = await upload(awa)
    const body = { clientId: clientId(), text: 'here', attachmentIds: [file.id] }
    const first = await awa.post(`/api/interactions/${mine.id}/messages`, body)
    const again = await awa.post(`/api/interactions/${mine.id}/messages`, body)
    expect(again.body.id).toBe(first.body.id)
    expect((await awa.get(`/api/attachments/${file.id}`)).status).toBe(200)
    expectRefusal(await awa.send('DELETE', `/api/attachments/${file.id}`), 'remove', 'still-in-use')
  })

  it('is not undone by another agent, and a message of another chat is no part of it', async () => {
    const sent = await awa.post(`/api/interactions/${mine.id}/messages`, {
      clientId: clientId(),
      text: 'stays'
    })
    expectRefusal(await boris.send('POST', `/api/messages/${String(sent.body.id)}/undo`), 'undo', 'not-yours')
    expectRefusal(
      await boris.send('POST', `/api/messages/${String(sent.body.id)}/retry`),
      'retry',
      'not-yours'
    )
    expectRefusal(await awa.get(`/api/messages/${String(sent.body.id)}/raw`), 'raw', 'not-found')
    expectRefusal(
      await awa.post(`/api/interactions/${mine.id}/split`, { messageId: nowhere }),
      'split',
      'not-found'
    )
    expectRefusal(
      await awa.post(`/api/interactions/${mine.id}/merge`, { otherConversationId: nowhere }),
      'merge',
      'not-found'
    )
    expectRefusal(
      await awa.post(`/api/interactions/${mine.id}/merge`, { otherConversationId: mine.conversationId }),
      'merge',
      'wrong-state'
    )
    expectRefusal(
      await awa.post(`/api/interactions/${mine.id}/transfer`, { to: { agentId: nowhere } }),
      'transfer',
      'not-found',
      'unknown-reference'
    )
    expectRefusal(
      await awa.post(`/api/interactions/${mine.id}/transfer`, { to: { queueId: nowhere } }),
      'transfer',
      'unknown-reference'
    )
    expectRefusal(
      await awa.post(`/api/interactions/${mine.id}/close`, { dispositionId: nowhere }),
      'close',
      'unknown-reference'
    )
  })

  it('takes no impossible times, no empty or overlong text, no rich text where there is none', async () => {
    const send = (more: object) =>
      awa.post(`/api/interactions/${mine.id}/messages`, { clientId: clientId(), text: 'x', ...more })
    for (const sendAt of ['2026-12-31T23:59:60Z', '2026-02-30T10:00:00Z', 'tomorrow', '0000-00-00T00:00:00Z'])
      expectRefusal(await send({ sendAt }), sendAt, 'invalid-input')
    for (const until of ['2026-12-31T23:59:60Z', '2020-01-01T00:00:00Z'])
      expectRefusal(await awa.post(`/api/interactions/${mine.id}/snooze`, { until }), until, 'invalid-input')
    expectRefusal(await send({ text: '   ' }), 'empty', 'invalid-input')
    expectRefusal(await send({ html: '<b>x</b>' }), 'html', 'not-deliverable')
    expectRefusal(await send({ text: 'x'.repeat(99_999) }), 'long', 'not-deliverable')
    expectRefusal(await send({ attachmentIds: [nowhere] }), 'file', 'unknown-reference')
    expectRefusal(await send({ clientId: '../../x' }), 'client id', 'invalid-input')
    expectRefusal(await send({ text: 'x'.repeat(100_001) }), 'too long', 'invalid-input')
  })

  it('takes uploads that are files, within the limit, and refuses the rest', async () => {
    const path = `/api/interactions/${mine.id}/attachments`
    const multipart = (boundary: string, body: string) =>
      awa.send('POST', path, body, { 'content-type': `multipart/form-data${boundary}` })
    expectRefusal(await awa.send('POST', path, {}), 'JSON', 'wrong-type')
    expectRefusal(await awa.send('POST', path), 'nothing', 'wrong-type')
    expectRefusal(await multipart('', 'x'), 'no boundary')
    expectRefusal(await multipart('; boundary=x', 'rubbish'), 'rubbish')
    expectRefusal(
      await multipart(
        '; boundary=x',
        '--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\ncut'
      ),
      'cut off'
    )
    expectRefusal(
      await multipart(
        '; boundary=x',
        '--x\r\ncontent-disposition: form-data; name="__proto__"; filename="a"\r\n\r\nx\r\n--x--'
      ),
      'prototype'
    )
    const empty = new FormData()
    empty.append('file', new Blob([]), 'x.txt')
    expectRefusal(await awa.send('POST', path, empty), 'empty', 'invalid-input')
    const field = new FormData()
    field.append('note', 'x')
    expectRefusal(await awa.send('POST', path, field), 'no file')
    const large = new FormData()
    large.append('file', new Blob(['x'.repeat(26_000_000)]), 'large.bin')
    expectRefusal(await awa.send('POST', path, large), 'too large', 'too-large')
    await stillAnswers()
  }, 30_000)

  it('serves hostile files as bytes only', async () => {
    const files: [string, string][] = [
      ['x.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
      ['x.html', '<script>alert(1)</script>'],
      ['"; filename="x.exe', 'MZ'],
      ['a\r\nset-cookie: x=1.txt', 'text'],
      ['💥'.repeat(200), 'text']
    ]
    for (const [name, content] of files) {
      const form = new FormData()
      form.append('file', new Blob([content], { type: 'image/png' }), name)
      const { body, status } = await awa.send('POST', `/api/interactions/${mine.id}/attachments`, form)
      expect(status, name).toBe(200)
      const { headers } = await awa.get(`/api/attachments/${String(body.id)}`)
      expect(headers.get('content-disposition'), name).toMatch(/^attachment/)
      expect(headers.get('content-type')).toBe('application/octet-stream')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('content-security-policy')).toContain('sandbox')
      expect(headers.get('set-cookie')).toBeNull()
    }
  })

  afterAll(async () => {
    await awa.close(mine.id)
    visitor.leave()
  })
})
