import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import type { Fields } from './frame.ts'
import { answering, frameOf, hookIs, openScene, sleep, statusIs, type Scene } from './scene.ts'

const md5 = (text: string) => createHash('md5').update(text).digest('hex')

/** A registration hook that knows one password, as an application would check it. */
function checks(body: Fields, password: string): Fields {
  const { username, realm, nonce, uri, method, nc, cnonce, qop, response } = body
  const ha1 = md5(`${String(username)}:${String(realm)}:${password}`)
  const ha2 = md5(`${String(method)}:${String(uri)}`)
  const expected = md5([ha1, nonce, nc, cnonce, qop, ha2].join(':'))
  return response === expected
    ? { status: 'ok', expires: 60, call_hook: '/device' }
    : { status: 'fail', msg: 'wrong password' }
}

describe.concurrent('phones and numbers', () => {
  const scenes: Scene[] = []
  const servers: Server[] = []
  afterAll(async () => {
    await Promise.all(scenes.map(({ close }) => close()))
    for (const server of servers) server.close()
  })

  async function open(password = { now: 'right' }) {
    const asked: Fields[] = []
    const server = createServer((request, response) => {
      let text = ''
      request.on('data', (part) => (text += String(part)))
      request.on('end', () => {
        const body = JSON.parse(text) as Fields
        asked.push(body)
        response.end(JSON.stringify(checks(body, password.now)))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    servers.push(server)
    const dial = { verb: 'dial', target: [{ type: 'user', name: 'ann' }], actionHook: '/dialled' }
    const scene = await openScene(answering({ 'session:new': [dial] }), {
      registrationHook: `http://127.0.0.1:${(server.address() as AddressInfo).port}/register`
    })
    scenes.push(scene)
    return { ...scene, asked, password }
  }

  it('registers with a digest that the application can check', async () => {
    const { jambonz, asked } = await open()
    const wrong = await jambonz.phone('ann', 'wrong').register()
    expect(wrong).toEqual({ ok: false, status: 403, reason: 'wrong password' })
    const phone = jambonz.phone('ann', 'right')
    expect(await phone.register()).toEqual({ ok: true, expires: 60 })
    expect(phone.registered).toBe(true)
    expect(asked[0]).toMatchObject({ method: 'REGISTER', username: 'ann', scheme: 'digest', qop: 'auth' })
  })

  it('answers a refresh from its cache, so that a revoked user stays until it expires', async () => {
    const { jambonz, asked, password } = await open()
    const phone = jambonz.phone('ann', 'right')
    await phone.register()
    password.now = 'changed'
    expect(await phone.register(1)).toMatchObject({ ok: true })
    expect(asked).toHaveLength(1)
    await sleep(1200)
    expect(phone.registered).toBe(false)
    expect(await phone.register()).toMatchObject({ ok: false })
  })

  it('calls out through the hook that its registration was given', async () => {
    const { app, jambonz } = await open()
    const phone = jambonz.phone('ann', 'right')
    expect(() => phone.dial('+339')).toThrow('not registered')
    await phone.register()
    const caller = phone.dial('+339')
    const { data, line } = await frameOf(app, ({ type }) => type === 'session:new')
    expect(line.path).toBe('/device')
    expect(data).toMatchObject({ direction: 'inbound', from: 'ann', to: '+339', call_sid: caller.callSid })
    expect(data['sip']).toMatchObject({ headers: { 'x-authenticated-user': 'ann@cc.example.com' } })
  })

  it('is not reached while it is not registered', async () => {
    const { app, jambonz } = await open()
    jambonz.call({ from: '+331', to: '100' })
    const { data } = await frameOf(app, hookIs('/dialled'))
    expect(data).toMatchObject({ dial_call_status: 'failed', dial_sip_status: 480 })
  })

  it('has one contact for an address: the last one rings', async () => {
    const { jambonz } = await open()
    const first = jambonz.phone('ann', 'right')
    const second = jambonz.phone('ann', 'right')
    await first.register()
    await second.register()
    jambonz.call({ from: '+331', to: '100' })
    await second.rings()
    expect(first.calls).toHaveLength(0)
  })

  it.each([
    [603, 'failed'],
    [486, 'busy']
  ])('declines with %i, which is told as %s', async (status, told) => {
    const { app, jambonz } = await open()
    const phone = jambonz.knownPhone('ann')
    jambonz.call({ from: '+331', to: '100' })
    await phone.rings()
    phone.decline(status)
    const { data } = await frameOf(app, hookIs('/dialled'))
    expect(data).toMatchObject({ dial_call_status: told, dial_sip_status: status })
  })

  it('stops ringing when the caller gives up', async () => {
    const { app, jambonz } = await open()
    const phone = jambonz.knownPhone('ann')
    const caller = jambonz.call({ from: '+331', to: '100' })
    const call = await phone.rings()
    caller.hangUp()
    await call.until(({ state }) => state === 'ended')
    const { data } = await frameOf(app, hookIs('/dialled'))
    expect(data).toMatchObject({
      call_status: 'completed',
      dial_call_status: 'no-answer',
      dial_sip_status: 487
    })
  })

  it('opens the line of a commanded leg without the credentials of the application, and tells nothing after a failure', async () => {
    const { app, jambonz } = await open()
    app.script = answering({ 'session:new': [{ verb: 'answer' }] })
    jambonz.call({ from: '+331', to: '100' })
    await frameOf(app, statusIs('in-progress'))
    app.line().command('dial', {
      from: '+1',
      to: { type: 'phone', number: '+339' },
      call_hook: '/out',
      tag: { a: 1 }
    })
    const { data, line, frame } = await frameOf(app, statusIs('failed'))
    expect(data).toMatchObject({ sip_status: 404, customerData: { a: 1 } })
    expect(frame).not.toHaveProperty('call_sid')
    expect(line.request.headers.authorization).toBeUndefined()
    await sleep(4500)
    expect(line.closeCode).toBeUndefined()
    await sleep(1000)
    expect(line.closeCode).toBe(1000)
    expect(line.frames.some(({ type }) => type === 'session:new')).toBe(false)
  })

  it('tells a person from a machine', async () => {
    const { app, jambonz } = await open()
    const amd = { actionHook: '/amd' }
    jambonz.number('+machine', { after: 10, machine: true })
    app.script = answering({ 'session:new': [{ verb: 'pause', length: 5 }] })
    jambonz.create({ from: '+1', to: { type: 'phone', number: '+machine' }, call_hook: '/out', amd })
    const types = () => app.lines.flatMap(({ frames }) => frames).filter(hookIs('/amd'))
    const { data } = await frameOf(
      app,
      (frame, { type }) => hookIs('/amd')(frame) && type !== 'amd_machine_detected'
    )
    expect(data['type']).toBe('amd_machine_stopped_speaking')
    expect(types()).toHaveLength(2)
  })
})
