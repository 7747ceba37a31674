import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import type { Fields } from '../frame.ts'
import { answering, eventually, frameOf, hookIs, openScene, statusIs, type Scene } from '../scene.ts'

interface Post {
  path: string
  signature: string
  text: string
  body: Fields
}

describe.concurrent('REST and webhooks', () => {
  const scenes: Scene[] = []
  const servers: Server[] = []
  afterAll(async () => {
    await Promise.all(scenes.map(({ close }) => close()))
    for (const server of servers) server.close()
  })
  const open = async (...args: Parameters<typeof openScene>) => {
    const scene = await openScene(...args)
    scenes.push(scene)
    return scene
  }

  /** An application of webhooks. */
  async function listen(answers: Record<string, unknown>): Promise<{ url: string; posts: Post[] }> {
    const posts: Post[] = []
    const server = createServer((request, response) => {
      let text = ''
      request.on('data', (part) => (text += String(part)))
      request.on('end', () => {
        const path = request.url ?? '/'
        posts.push({
          path,
          text,
          body: JSON.parse(text) as Fields,
          signature: String(request.headers['jambonz-signature'])
        })
        response.end(JSON.stringify(answers[path] ?? []))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    servers.push(server)
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, posts }
  }

  const ask = async (
    { jambonz }: Scene,
    method: string,
    path: string,
    body?: object,
    key = jambonz.options.apiKey
  ) => {
    const response = await fetch(`${jambonz.restUrl}/Accounts/${jambonz.options.accountSid}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) })
    })
    const text = await response.text()
    return { status: response.status, body: (text ? JSON.parse(text) : undefined) as Fields }
  }

  it('makes calls, spread over the servers, and lists what there is', async () => {
    const scene = await open(answering({ 'session:new': [{ verb: 'conference', name: 'r' }] }))
    scene.jambonz.number('+332', { after: 10 })
    const call = {
      from: '+1',
      to: { type: 'phone', number: '+332' },
      call_hook: '/out',
      application_sid: 'a'
    }
    expect((await ask(scene, 'POST', '/Calls', call, 'wrong')).status).toBe(401)
    expect((await ask(scene, 'POST', '/Calls', { ...call, application_sid: undefined })).status).toBe(400)
    const { status, body } = await ask(scene, 'POST', '/Calls', call)
    expect(status).toBe(201)
    const { data } = await frameOf(scene.app, ({ type }) => type === 'session:new')
    expect(data['call_sid']).toBe(body['sid'])
    await eventually(() => scene.jambonz.rooms.started().length === 1)
    expect((await ask(scene, 'GET', `/Calls/${String(body['sid'])}`)).body).toMatchObject({
      call_status: 'in-progress'
    })
    expect((await ask(scene, 'GET', '/CallCount')).body).toEqual({ inbound: 0, outbound: 1 })
    expect((await ask(scene, 'GET', '/Conferences')).body).toEqual(['r'])
    expect((await ask(scene, 'GET', '/Queues')).body).toEqual([])
    expect((await ask(scene, 'GET', '/RegisteredSipUsers')).body).toEqual([])
  })

  it('controls a call with one option at a time, in the right state', async () => {
    const scene = await open(
      answering({ 'session:new': [{ verb: 'answer' }], '/other': [{ verb: 'say', text: 'other' }] })
    )
    const caller = scene.jambonz.call({ from: '+331', to: '100' })
    await frameOf(scene.app, statusIs('in-progress'))
    const path = `/Calls/${caller.callSid}`
    expect((await ask(scene, 'PUT', path, { call_hook: '/other' })).status).toBe(202)
    await caller.until(({ heard }) => heard.some(({ what }) => what === 'other'))
    expect((await ask(scene, 'PUT', path, { call_hook: '/x', mute_status: 'mute' })).status).toBe(400)
    expect((await ask(scene, 'PUT', path, { conf_hold_status: 'hold' })).status).toBe(422)
    expect((await ask(scene, 'PUT', '/Calls/nobody', { mute_status: 'mute' })).status).toBe(404)
    expect((await ask(scene, 'DELETE', path)).status).toBe(204)
    await caller.until(({ state }) => state === 'ended')
    expect((await ask(scene, 'GET', path)).status).toBe(404)
  })

  it('runs an application of signed webhooks, and hangs up when its verbs run out', async () => {
    const app = await listen({
      '/hub': [{ verb: 'gather', numDigits: 1, actionHook: '/key' }],
      '/key': [{ verb: 'say', text: 'bye' }]
    })
    const { jambonz } = await open(undefined, {
      appUrl: `${app.url}/hub`,
      callStatusHook: '/status',
      webhookSecret: 's'
    })
    const caller = jambonz.call({ from: '+331', to: '100' })
    await caller.until(({ state }) => state === 'answered')
    caller.press('1')
    await caller.until(({ state }) => state === 'ended')
    expect(caller.heard.some(({ what }) => what === 'bye')).toBe(true)
    await eventually(() => app.posts.some(({ body }) => body['call_status'] === 'completed'))
    expect(app.posts.filter(({ path }) => path === '/status').map(({ body }) => body['call_status'])).toEqual(
      ['trying', 'in-progress', 'completed']
    )
    for (const { text, signature } of app.posts) {
      const [, t, v1] = /^t=(\d+),v1=(\w+)$/.exec(signature) ?? []
      expect(v1).toBe(createHmac('sha256', 's').update(`${t}.${text}`).digest('hex'))
    }
  })

  it('tells the queue webhook who joined and left, and why', async () => {
    const events = await listen({})
    const { app, jambonz } = await open(
      answering({ 'session:new': [{ verb: 'enqueue', name: 'q', actionHook: '/done' }] }),
      {
        queueEventHook: `${events.url}/queue`
      }
    )
    const caller = jambonz.call({ from: '+331', to: '100' })
    await eventually(() => events.posts.length === 1)
    caller.hangUp()
    await frameOf(app, hookIs('/done'))
    await eventually(() => events.posts.length === 2)
    const [joined, left] = events.posts.map(({ body }) => body)
    expect(joined).toMatchObject({ event: 'join', queue: 'q', length: 1, call_sid: caller.callSid })
    expect(left).toMatchObject({ event: 'leave', length: 0, leave_reason: 'abandoned' })
  })
})
