import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Call } from '@palabre/config/contract/call'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Message } from '@palabre/config/contract/message'
import type { Recording } from '@palabre/config/contract/recording'
import { AuditEntry } from '@palabre/hub/audit/audit.model'
import { Recording as RecordingModel, Segment } from '@palabre/hub/recordings/recording.model'
import { signatureOf } from '@palabre/hub/recordings/store/aws-signature'
import { goertzel } from '../simulators/jambonz/audio/goertzel.ts'
import { fromBytes, rate } from '../simulators/jambonz/audio/pcm.ts'
import type { Phone } from '../simulators/jambonz/phone.ts'
import { bankNumber, openCallCentre, type CallCentre } from './call-centre.ts'
import { eventually, Person } from './house.ts'
import { hire, recordNamed } from './people.ts'
import { wavOf } from './wav.ts'

const customer = '+221770000001'
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function download(person: Person, id: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${person.url}/api/recordings/${id}/sound`, {
    headers: { ...person.headers, ...headers }
  })
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}

const wavFrom = async (person: Person, id: string) => wavOf((await download(person, id)).bytes)

type Centre = { centre: CallCentre; awa: { person: Person; phone: Phone } }

/** What tests do with the calls of a centre. */
function working(of: () => Centre) {
  const recordings = async (id: string, person = of().centre.admin) =>
    ((await person.get(`/api/interactions/${id}/recordings`)).body as { items: Recording[] }).items
  return {
    recordings,
    ring: (from = customer) => of().centre.jambonz.call({ from, to: bankNumber, name: 'Fatou' }),
    /** A call that awa talks in, both humming. */
    async talking() {
      const { centre, awa } = of()
      const caller = centre.jambonz.call({ from: customer, to: bankNumber, name: 'Fatou' })
      const leg = await awa.phone.rings()
      const { id } = await awa.person.offer()
      awa.phone.answer()
      await awa.person.saw(id, 'active')
      const call = await eventually('the talk', async () => {
        const one = await centre.callOf(awa.person, id)
        return one.state === 'talking' ? one : null
      })
      caller.hum(440)
      leg.hum(620)
      await eventually(
        'both hear each other',
        async () => (await leg.hearsTone(440)) && caller.hearsTone(620)
      )
      return { caller, leg, id, call }
    },
    async record(call: Call, to: 'on' | 'paused' | 'off', person = of().awa.person) {
      const answer = await person.post(`/api/calls/${call.id}/recording`, { to })
      expect(answer.body).not.toHaveProperty('error')
      return answer.body as Call
    },
    first: (id: string, fits: (one: Recording) => boolean, ms?: number) =>
      eventually('the recording', async () => (await recordings(id)).find(fits), ms),
    async finish(id: string) {
      const { person } = of().awa
      await person.saw(id, 'wrapup')
      const { body } = await person.get('/api/dispositions')
      const { items } = body as { items: { id: string; noteRequired: boolean }[] }
      const { status } = await person.post(`/api/interactions/${id}/finish`, {
        dispositionId: items.find((one) => !one.noteRequired)?.id
      })
      expect(status).toBe(200)
    },
    async change(settings: Record<string, unknown>, more: Record<string, unknown> = {}) {
      const { centre } = of()
      const { items } = (await centre.admin.get('/api/accounts')).body as {
        items: { id: string; version: number; settings: Record<string, unknown> }[]
      }
      const account = items.find(({ id }) => id === centre.accountId)!
      const { status, body } = await centre.admin.send('PATCH', `/api/accounts/${centre.accountId}`, {
        version: account.version,
        change: { settings: { ...account.settings, ...settings }, ...more }
      })
      expect(status, JSON.stringify(body)).toBe(200)
    }
  }
}

/** Hears a running recording in the background. */
async function listenTo(person: Person, id: string) {
  const response = await fetch(`${person.url}/api/recordings/${id}/live`, { headers: person.headers })
  expect(response.status).toBe(200)
  const heard: Buffer[] = []
  let isOver = false
  const reading = (async () => {
    for await (const part of response.body!) heard.push(Buffer.from(part as Uint8Array))
    isOver = true
  })()
  return {
    response,
    reading,
    isOver: () => isOver,
    /** The newest of one channel. */
    channel: (n: number, ms: number) =>
      fromBytes(Buffer.concat(heard))
        .filter((_, at) => at % 2 === n)
        .slice((-ms * rate) / 1000)
  }
}

describe('the recording of a call', () => {
  let centre: CallCentre
  let awa: { person: Person; phone: Phone }
  let supervisor: Person
  const { talking, record, recordings, first, finish, change } = working(() => ({ centre, awa }))
  beforeAll(async () => {
    centre = await openCallCentre({
      settings: { recording: 'on-demand', recordingNotice: 'Vous êtes enregistré.' }
    })
    awa = await centre.agent('awa')
    supervisor = await Person.signIn(centre.house.url, 'supervisor')
  })
  afterAll(() => centre.stop())

  it('begins when the agent says so, tells the customer, and has them left and the agent right', async () => {
    const { caller, id, call } = await talking()
    expect((await record(call, 'on')).recording).toBe('on')
    await caller.until(({ heard }) => heard.some(({ what }) => String(what).includes('enregistré')))
    await eventually('the agent again', () => caller.hearsTone(620))
    await pause(3000)
    caller.hangUp()
    await finish(id)
    const kept = await first(id, ({ state }) => state === 'kept')
    const wav = await wavFrom(centre.admin, kept.id)
    expect([wav.channels, Math.round(wav.ms)]).toEqual([2, kept.ms])
    expect(kept.ms).toBeGreaterThan(3000)
    expect(goertzel(wav.channel(0, 500), 440)).toBeGreaterThan(0.8)
    expect(goertzel(wav.channel(0), 620)).toBeLessThan(0.05)
    const end = wav.channel(1, wav.ms - 2000)
    expect(goertzel(end, 620)).toBeGreaterThan(0.8)
    expect(goertzel(end, 440)).toBeLessThan(0.05)
    expect((await centre.callOf(awa.person, id)).recording).toBe('off')
  })

  it('keeps nothing of what is said in a pause, and its time is real', async () => {
    const { caller, id, call } = await talking()
    await record(call, 'on')
    await pause(2500)
    expect((await record(call, 'paused')).recording).toBe('paused')
    caller.hum(1000)
    await pause(2000)
    const [running] = await recordings(id)
    expect(running?.gaps.at(-1)).toMatchObject({ toMs: null, why: 'paused' })
    caller.hum(440)
    await pause(300)
    await record(call, 'on')
    await pause(2500)
    caller.hangUp()
    await finish(id)
    const kept = await first(id, ({ state }) => state === 'kept')
    expect(kept.gaps).toHaveLength(1)
    const [{ fromMs, toMs, why } = { fromMs: 0, toMs: 0, why: '' }] = kept.gaps
    expect(why).toBe('paused')
    expect(toMs! - fromMs).toBeGreaterThan(2200)
    const wav = await wavFrom(centre.admin, kept.id)
    expect(wav.ms).toBeGreaterThan(6500)
    expect(goertzel(wav.channel(0), 1000)).toBeLessThan(0.001)
    expect(wav.channel(0, fromMs + 1, toMs! - 1).every((sample) => sample === 0)).toBe(true)
    expect(goertzel(wav.channel(0, toMs! + 100), 440)).toBeGreaterThan(0.8)
  })

  it('goes on when its socket breaks, with a gap, and is heard as far as it is kept while it runs', async () => {
    const { caller, id, call } = await talking()
    await record(call, 'on')
    await pause(1500)
    caller.audioDrop()
    await eventually('sound again', async () => {
      const doc = await RecordingModel.findOne({ callId: call.id }).lean()
      return doc!.streams.length === 2
    })
    // A segment of the second stream is kept while the call goes on: no end of anything is needed for it.
    const segment = await eventually('a kept segment', () => Segment.findOne({ stream: 2 }).lean(), 12_000)
    const [running] = await recordings(id)
    expect(running).toMatchObject({ state: 'running', endedAt: null })
    const early = await wavFrom(centre.admin, running!.id)
    expect(early.ms).toBeGreaterThanOrEqual(5000)
    expect(goertzel(early.channel(0, early.ms - 2000), 440)).toBeGreaterThan(0.8)
    expect(segment._id).toContain('2-0')
    caller.hangUp()
    await finish(id)
    const kept = await first(id, ({ state }) => state === 'kept')
    expect(kept.gaps).toEqual([{ fromMs: expect.any(Number), toMs: expect.any(Number), why: 'missing' }])
    const { fromMs, toMs } = kept.gaps[0]!
    expect(toMs! - fromMs).toBeLessThan(8000)
    const wav = await wavFrom(centre.admin, kept.id)
    expect(goertzel(wav.channel(0, 100, fromMs), 440)).toBeGreaterThan(0.8)
    expect(wav.channel(0, fromMs + 1, toMs! - 1).every((sample) => sample === 0)).toBe(true)
    expect(goertzel(wav.channel(1, toMs! + 100), 620)).toBeGreaterThan(0.8)
  })

  it('goes on when line and sound are lost at once, as with their node', async () => {
    const { caller, leg, id, call } = await talking()
    await record(call, 'on')
    await pause(2500)
    caller.socketDrop(1006)
    caller.audioDrop()
    await eventually('sound again', async () => {
      const doc = await RecordingModel.findOne({ callId: call.id }).lean()
      return doc!.streams.length >= 2
    })
    await pause(2500)
    expect(await leg.hearsTone(440)).toBe(true)
    caller.hangUp()
    await finish(id)
    const kept = await first(id, ({ state }) => state === 'kept')
    expect(kept.gaps.every(({ why }) => why === 'missing')).toBe(true)
    const wav = await wavFrom(centre.admin, kept.id)
    expect(wav.ms).toBeGreaterThan(5000)
    expect(goertzel(wav.channel(0, 100, 2000), 440)).toBeGreaterThan(0.8)
    expect(goertzel(wav.channel(0, wav.ms - 1500), 440)).toBeGreaterThan(0.8)
  })

  it('is given in parts, is traced once a hearing, and has a waveform', async () => {
    const id = await oldest()
    await AuditEntry.deleteMany({ subjectId: id })
    const whole = await download(supervisor, id)
    expect(whole.response.status).toBe(200)
    expect(whole.response.headers.get('content-type')).toBe('audio/wav')
    expect(whole.response.headers.get('accept-ranges')).toBe('bytes')
    const total = whole.bytes.length
    for (const [range, from, end] of [
      ['bytes=0-', 0, total],
      ['bytes=30-99', 30, 100],
      [`bytes=${String(total - 1000)}-`, total - 1000, total],
      ['bytes=-77', total - 77, total]
    ] as const) {
      const { response, bytes } = await download(supervisor, id, { range })
      expect(response.status).toBe(206)
      expect(response.headers.get('content-range')).toBe(`bytes ${from}-${end - 1}/${total}`)
      expect(bytes.equals(whole.bytes.subarray(from, end)), range).toBe(true)
    }
    const beyond = await download(supervisor, id, { range: `bytes=${String(total)}-` })
    expect([beyond.response.status, beyond.response.headers.get('content-range')]).toEqual([
      416,
      `bytes */${total}`
    ])
    const traces = await AuditEntry.find({ subjectId: id }).lean()
    expect(traces.map(({ action, actorName }) => [action, actorName])).toEqual([
      ['recording.hear', 'Simon Iroko']
    ])
    const { body } = await supervisor.get(`/api/recordings/${id}/peaks`)
    const { ms, peaks } = body as { ms: number; peaks: number[][] }
    expect(peaks).toHaveLength(2)
    expect(peaks[0]!.length).toBe(Math.ceil(ms / 100))
    expect(Math.max(...peaks[0]!)).toBeGreaterThan(20)
  })

  /** The recording that was kept first. */
  const oldest = async () =>
    String((await RecordingModel.findOne({ state: 'kept' }).sort({ startedAt: 1 }).lean())!._id)

  it('is heard live, from now on, until the call ends', async () => {
    const { caller, id, call } = await talking()
    await record(call, 'on')
    const running = await first(id, ({ state }) => state === 'running')
    const live = await listenTo(supervisor, running.id)
    await eventually('the caller', () => goertzel(live.channel(0, 500), 440) > 0.8)
    await eventually('the agent', () => goertzel(live.channel(1, 500), 620) > 0.8)
    caller.hum(700)
    await eventually('what the caller says now', () => goertzel(live.channel(0, 300), 700) > 0.8)
    expect(live.isOver()).toBe(false)
    caller.hangUp()
    await eventually('the end', live.isOver)
    await finish(id)
    expect((await supervisor.get(`/api/recordings/${running.id}/live`)).body).toMatchObject({
      error: 'wrong-state'
    })
    expect(await AuditEntry.countDocuments({ subjectId: running.id, action: 'recording.live' })).toBe(1)
  })

  it('is heard no more by somebody who may not any more', async () => {
    const passing = await hire(centre.admin, { roles: ['supervisor'] })
    const { caller, id, call } = await talking()
    await record(call, 'on')
    const running = await first(id, ({ state }) => state === 'running')
    const live = await listenTo(passing, running.id)
    await eventually('the caller', () => goertzel(live.channel(0, 500), 440) > 0.8)
    const { items } = (await centre.admin.get('/api/users')).body as {
      items: { id: string; email: string; version: number }[]
    }
    const { id: userId, version } = items.find(({ email }) => email === passing.me.user.email)!
    const { status, body } = await centre.admin.send('PATCH', `/api/users/${userId}`, {
      version,
      change: { roles: ['marketing'] }
    })
    expect(status, JSON.stringify(body)).toBe(200)
    await eventually('the end of it', live.isOver)
    expect((await passing.get(`/api/recordings/${running.id}/live`)).status).toBe(403)
    caller.hangUp()
    await finish(id)
  })

  it('is for supervisors; agents hear their own where the account lets them', async () => {
    const id = await oldest()
    const { interactionId } = (await RecordingModel.findById(id).lean())!
    const of = String(interactionId)
    const boris = await Person.signIn(centre.house.url, 'boris')
    expect(await recordings(of, supervisor)).toHaveLength(1)
    expect(await recordings(of, awa.person)).toEqual([])
    for (const path of ['sound', 'peaks'])
      expect((await awa.person.get(`/api/recordings/${id}/${path}`)).body).toMatchObject({
        error: 'not-permitted'
      })
    await change({ agentsListen: true })
    await eventually('her own', async () => (await recordings(of, awa.person)).length === 1)
    expect((await download(awa.person, id)).response.status).toBe(200)
    // Not hers: he was not in that call, whether or not he may read of it.
    const his = await boris.get(`/api/recordings/${id}/sound`)
    expect(['not-found', 'not-permitted']).toContain((his.body as { error: string }).error)
    await change({ agentsListen: false })
    expect((await centre.admin.get(`/api/recordings/${'f'.repeat(24)}/sound`)).body).toMatchObject({
      error: 'not-found'
    })
  })

  it('has notes at a time, which their writers remove', async () => {
    const id = await oldest()
    const noted = await supervisor.post(`/api/recordings/${id}/notes`, { atMs: 1200, text: 'Well said' })
    await supervisor.post(`/api/recordings/${id}/notes`, { atMs: 300, text: 'Greeting' })
    const { notes } = (
      await recordings(String((await RecordingModel.findById(id).lean())!.interactionId))
    )[0]!
    expect(notes.map(({ atMs, text, byName }) => [atMs, text, byName])).toEqual([
      [300, 'Greeting', 'Simon Iroko'],
      [1200, 'Well said', 'Simon Iroko']
    ])
    const { id: noteId } = (noted.body as Recording).notes[0]!
    const path = `/api/recordings/${id}/notes/${noteId}`
    expect((await centre.admin.send('DELETE', path)).body).toMatchObject({ error: 'not-yours' })
    expect(((await supervisor.send('DELETE', path)).body as Recording).notes).toHaveLength(1)
    expect((await supervisor.send('DELETE', path)).body).toMatchObject({ error: 'not-found' })
  })

  it('is not started where calls are never recorded, nor by somebody outside the call', async () => {
    const { caller, id, call } = await talking()
    const boris = await Person.signIn(centre.house.url, 'boris')
    const refused = await boris.post(`/api/calls/${call.id}/recording`, { to: 'on' })
    expect(['not-found', 'not-yours']).toContain((refused.body as { error: string }).error)
    expect((await awa.person.post(`/api/calls/${call.id}/recording`, { to: 'paused' })).body).toMatchObject({
      error: 'wrong-state'
    })
    await change({ recording: 'never' })
    expect((await awa.person.post(`/api/calls/${call.id}/recording`, { to: 'on' })).body).toMatchObject({
      error: 'not-permitted'
    })
    await change({ recording: 'on-demand' })
    expect((await record(call, 'on', supervisor)).recording).toBe('on')
    expect((await record(call, 'off')).recording).toBe('off')
    caller.hangUp()
    await finish(id)
  })

  it('is erased when its time is over, or by an administrator before; that it was there is kept', async () => {
    const kept = (await RecordingModel.find({ state: 'kept' }).sort({ startedAt: 1 }).lean()).map(
      ({ _id, interactionId }) => ({ id: String(_id), of: String(interactionId) })
    )
    const [expired, erased] = kept
    expect(await Segment.countDocuments({ recordingId: expired!.id })).toBeGreaterThan(0)
    const past = new Date(Date.now() - 1000)
    await RecordingModel.updateOne({ _id: expired!.id }, { expiresAt: past, dueAt: past })
    expect((await supervisor.send('DELETE', `/api/recordings/${erased!.id}`)).status).toBe(403)
    expect((await centre.admin.send('DELETE', `/api/recordings/${erased!.id}`)).status).toBe(200)
    for (const { id, of } of [expired!, erased!]) {
      const gone = await first(of, (one) => one.id === id && one.state === 'erased')
      expect(gone.ms).toBeGreaterThan(0)
      await eventually('no sound', async () => (await Segment.countDocuments({ recordingId: id })) === 0)
      const files = RecordingModel.db.collection<{ _id: string }>('sound.files')
      expect(await files.countDocuments({ _id: { $regex: id } })).toBe(0)
      expect((await RecordingModel.findById(id).lean())!.key).toBeNull()
      expect((await centre.admin.get(`/api/recordings/${id}/sound`)).body).toMatchObject({
        error: 'wrong-state'
      })
      const trace = await eventually('its trace', () =>
        AuditEntry.findOne({ subjectId: id, action: 'recording.erased' }).lean()
      )
      expect(trace.actorName).toBe(id === erased!.id ? 'Ada Baobab' : 'Palabre')
    }
  })

  it('takes no sound from whoever is not the media server, or knows of no order', async () => {
    const { caller, id, call } = await talking()
    await record(call, 'on')
    const running = await first(id, ({ state }) => state === 'running')
    const { WebSocket } = await import('ws')
    const open = (auth: string | undefined, order: object, protocol: string[] = ['audio.drachtio.org']) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(
          `${centre.house.url.replace('http', 'ws')}/calls/${centre.accountId}/sound`,
          protocol,
          { ...(auth && { auth }) }
        )
        socket.on('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode))
        socket.on('open', () => {
          const metadata = { callSid: caller.callSid, sampleRate: 8000, mixType: 'stereo', order }
          socket.send(JSON.stringify(metadata))
        })
        socket.on('close', (code) => resolve(code))
        socket.on('error', () => undefined)
      })
    const order = { callId: call.id, use: 'call', order: '1' }
    expect(await open(undefined, order)).toBe(401)
    expect(await open('bank:wrong', order)).toBe(401)
    const right = 'bank:a-password-of-the-line'
    expect(await open(right, order, ['ws.jambonz.org'])).toBe(415)
    // Its order was taken by the real one; none was made with this number; another call's.
    expect(await open(right, order)).toBe(1008)
    expect(await open(right, { ...order, order: '7' })).toBe(1008)
    expect(await open(right, { ...order, callId: 'f'.repeat(24) })).toBe(1008)
    expect(await open(right, { ...order, callId: { $gt: '' } })).toBe(1008)
    const doc = (await RecordingModel.findById(running.id).lean())!
    expect(doc.streams).toHaveLength(1)
    caller.hangUp()
    await finish(id)
  })
})

describe('calls that are always recorded', () => {
  let centre: CallCentre
  let awa: { person: Person; phone: Phone }
  const { talking, first, finish } = working(() => ({ centre, awa }))
  beforeAll(async () => {
    centre = await openCallCentre({ settings: { recording: 'always', retentionDays: 30 } })
    awa = await centre.agent('awa')
  })
  afterAll(() => centre.stop())

  it('say so in the welcome, begin with the talk, go on through hold, and are kept for their time', async () => {
    const { caller, id, call } = await talking()
    expect(caller.heard.some(({ what }) => String(what).includes('peut être enregistré'))).toBe(true)
    await eventually('it', async () => (await centre.callOf(awa.person, id)).recording === 'on')
    expect((await awa.person.post(`/api/calls/${call.id}/recording`, { to: 'off' })).body).toMatchObject({
      error: 'not-permitted'
    })
    await pause(1500)
    await awa.person.post(`/api/calls/${call.id}/hold`, { on: true })
    await eventually('music', () => caller.hearsTone(330))
    await pause(1000)
    await awa.person.post(`/api/calls/${call.id}/hold`, { on: false })
    await eventually('the agent', () => caller.hearsTone(620))
    await pause(1000)
    caller.hangUp()
    await finish(id)
    const kept = await first(id, ({ state }) => state === 'kept')
    expect(kept.gaps).toEqual([])
    expect(Date.parse(kept.expiresAt!) - Date.parse(kept.endedAt!)).toBe(30 * 86_400_000)
    const wav = await wavFrom(centre.admin, kept.id)
    expect(goertzel(wav.channel(1, wav.ms - 800), 620)).toBeGreaterThan(0.8)
    expect(goertzel(wav.channel(0, 500), 440)).toBeGreaterThan(0.8)
  })
})

describe('a message that is left', () => {
  let centre: CallCentre
  let awa: { person: Person; phone: Phone }
  const { ring, recordings, change } = working(() => ({ centre, awa }))
  const queued = async () =>
    ((await centre.admin.get('/api/interactions?state=queued')).body as { items: Interaction[] }).items
  const messagesOf = async (id: string) =>
    ((await centre.admin.get(`/api/interactions/${id}`)).body as { messages: { items: Message[] } }).messages
      .items

  beforeAll(async () => {
    centre = await openCallCentre({ settings: { welcome: '' } })
    const queue = await recordNamed(centre.admin, '/api/queues', 'Customer care')
    const { status, body } = await centre.admin.send('PATCH', `/api/queues/${queue.id as string}`, {
      version: queue.version,
      change: {
        overflow: [
          {
            media: ['voice'],
            when: { kind: 'waited', seconds: 1 },
            then: { kind: 'suggest', what: 'voicemail' }
          }
        ]
      }
    })
    expect(status, JSON.stringify(body)).toBe(200)
  })
  afterAll(() => centre.stop())

  /** Waits until nobody is there, and chooses to leave a message. */
  async function choosing() {
    const caller = ring()
    const heard = (words: string) =>
      caller.until(({ heard }) => heard.some(({ what }) => String(what).includes(words)), 15_000)
    await heard('laisser un message')
    const [waiting] = await eventually('the wait', async () => {
      const items = (await queued()).filter(({ medium }) => medium === 'voice')
      return items.length > 0 ? items : null
    })
    caller.press('1')
    await heard('après le signal')
    await eventually('the recording', async () =>
      RecordingModel.findOne({ use: 'voicemail', endedAt: null, stream: { $gt: 0 } }).lean()
    )
    return { caller, heard, waiting: waiting! }
  }

  it('keeps the place in the queue, and is worked by an agent like a mail', async () => {
    const { caller, waiting } = await choosing()
    caller.hum(440)
    await pause(2500)
    caller.hangUp()
    const left = await eventually('the message', async () =>
      (await queued()).find(({ id, preview }) => id === waiting.id && preview.includes('vocal'))
    )
    expect(left).toMatchObject({
      id: waiting.id,
      medium: 'email',
      channel: 'voice',
      queuedAt: waiting.queuedAt,
      contactName: 'Fatou',
      customerOnline: false
    })
    awa = await centre.agent('awa')
    const offer = await awa.person.offer('vocal')
    expect(offer.id).toBe(left.id)
    await awa.person.accept(offer)
    const said = (await messagesOf(left.id)).filter(({ text }) => text !== '')
    expect(said).toMatchObject([{ kind: 'in', author: { name: 'Fatou' } }])
    const [kept] = await recordings(left.id, awa.person)
    expect(kept).toMatchObject({ use: 'voicemail', state: 'kept', channels: 1, interactionId: left.id })
    expect(said[0]!.text).toBe(`Message vocal, ${String(Math.round(kept!.ms / 1000))} s`)
    // Agents hear what was left for them, whatever the account says of recorded calls.
    const wav = await wavFrom(awa.person, kept!.id)
    expect(wav.channels).toBe(1)
    expect(wav.ms).toBeGreaterThan(2000)
    expect(goertzel(wav.channel(0, wav.ms - 1500), 440)).toBeGreaterThan(0.8)
    await awa.person.close(left.id)
    await awa.person.send('PUT', '/api/me/presence', { state: 'offline' })
  })

  it.each(['a key', 'silence'])('ends with %s, and the caller is thanked', async (way) => {
    const { caller, heard, waiting } = await choosing()
    caller.hum(440)
    await pause(1500)
    if (way === 'a key') caller.press('#')
    else caller.silence()
    await heard('bien été noté')
    await caller.until(({ state }) => state === 'ended')
    const left = await eventually('the message', async () =>
      (await queued()).find(({ id, preview }) => id === waiting.id && preview.includes('vocal'))
    )
    const [kept] = await recordings(left.id)
    expect(kept!.ms).toBeGreaterThan(way === 'a key' ? 1000 : 5500)
    expect(kept!.ms).toBeLessThan(way === 'a key' ? 4500 : 9000)
  })

  it('leaves nothing but a call that was given up, when nothing was said', async () => {
    const { caller, waiting } = await choosing()
    await pause(1500)
    caller.hangUp()
    const closed = await eventually('the end', async () => {
      const { body } = await centre.admin.get(`/api/interactions/${waiting.id}`)
      const { interaction, log } = body as { interaction: Interaction; log: { name: string }[] }
      return interaction.state === 'closed' ? { interaction, log } : null
    })
    expect(closed.interaction.medium).toBe('voice')
    expect(closed.log.map(({ name }) => name)).toContain('abandoned')
    expect(await recordings(waiting.id)).toEqual([])
    await eventually('no trace of sound', async () => {
      const doc = await RecordingModel.findOne({ interactionId: waiting.id }).lean()
      return doc === null
    })
    expect((await messagesOf(waiting.id)).filter(({ text }) => text.includes('vocal'))).toEqual([])
  })

  it('is left in a flow, which goes on behind it, and waits in the queue that the flow names', async () => {
    const loans = (await recordNamed(centre.admin, '/api/queues', 'Loans')) as { id: string }
    const flow = await centre.admin.post('/api/flows', {
      name: 'Messages',
      description: '',
      language: 'fr-FR',
      timeZone: 'Africa/Dakar',
      maxMinutes: 10,
      hosts: [],
      start: 'message',
      atFault: 'goodbye',
      variables: [],
      nodes: [
        {
          id: 'message',
          kind: 'voicemail',
          queueId: loans.id,
          prompts: [{ kind: 'say', text: 'Laissez-nous un message.' }],
          seconds: 60,
          next: 'goodbye',
          failed: 'sorry'
        },
        { id: 'sorry', kind: 'hangUp', prompts: [{ kind: 'say', text: 'Rappelez plus tard.' }] },
        { id: 'goodbye', kind: 'hangUp', prompts: [{ kind: 'say', text: 'Merci de votre appel.' }] }
      ]
    })
    expect(flow.status, JSON.stringify(flow.body)).toBe(200)
    await centre.admin.post(`/api/flows/${String(flow.body.id)}/publish`, {
      version: flow.body.version,
      note: ''
    })
    await change({}, { flowId: flow.body.id })
    const caller = ring('+221770000002')
    await eventually('the beep', async () =>
      RecordingModel.findOne({ use: 'voicemail', endedAt: null, stream: { $gt: 0 } }).lean()
    )
    caller.hum(700)
    await pause(2000)
    caller.press('#')
    await caller.until(({ heard }) => heard.some(({ what }) => String(what).includes('Merci de votre appel')))
    await caller.until(({ state }) => state === 'ended')
    const left = await eventually('the message', async () =>
      (await queued()).find(({ queueId, preview }) => queueId === loans.id && preview.includes('vocal'))
    )
    expect(left).toMatchObject({ medium: 'email', contactName: 'Fatou', customerOnline: false })
    const [kept] = await recordings(left.id)
    expect(
      goertzel((await wavFrom(centre.admin, kept!.id)).channel(0, kept!.ms - 1000), 700)
    ).toBeGreaterThan(0.8)
    const call = await eventually(
      'its call',
      async () =>
        ((await centre.admin.get(`/api/interactions/${left.id}/call`)).body as { call: Call | null }).call
    )
    expect(call).toMatchObject({ id: kept!.callId, state: 'ended', number: '+221770000002' })
  })
})

/** A store that speaks S3 as far as it is asked here, refuses whatever is not rightly signed, and can be full. */
class FakeS3 {
  readonly keys = { region: 'eu-west-3', accessKey: 'palabre', secretKey: 'a-key-of-the-store' }
  readonly objects = new Map<string, Buffer>()
  refused: string[] = []
  isFull = false
  readonly #server: Server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const answer = (status: number, body: string | Buffer = '') => response.writeHead(status).end(body)
      const body = Buffer.concat(parts)
      const [path = '', search = ''] = (request.url ?? '').split('?')
      const hash = createHash('sha256').update(body).digest('hex')
      const headers = {
        host: request.headers.host ?? '',
        'x-amz-content-sha256': String(request.headers['x-amz-content-sha256']),
        'x-amz-date': String(request.headers['x-amz-date'])
      }
      const method = request.method ?? ''
      const right = signatureOf({ method, path, search, headers }, this.keys)
      if (request.headers.authorization !== right || headers['x-amz-content-sha256'] !== hash) {
        this.refused.push(`${method} ${path}`)
        return answer(403, '<Error><Code>SignatureDoesNotMatch</Code></Error>')
      }
      if (this.isFull && method === 'PUT') return answer(507, '<Error><Code>StorageFull</Code></Error>')
      const key = path.replace('/recorded/', '')
      if (method === 'PUT') this.objects.set(key, body)
      if (method === 'DELETE') this.objects.delete(key)
      if (method === 'PUT' || method === 'DELETE') return answer(200)
      const prefix = new URLSearchParams(search).get('prefix')
      if (prefix === null) return answer(this.objects.has(key) ? 200 : 404, this.objects.get(key) ?? '')
      const found = [...this.objects.keys()].filter((one) => one.startsWith(prefix))
      answer(200, `<ListBucketResult>${found.map((one) => `<Key>${one}</Key>`).join('')}</ListBucketResult>`)
    })
  })

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`
  }

  close = () => this.#server.close()
}

describe('recordings in an S3 store', () => {
  const store = new FakeS3()
  let centre: CallCentre
  let awa: { person: Person; phone: Phone }
  const { talking, first, finish } = working(() => ({ centre, awa }))
  beforeAll(async () => {
    const url = await store.open()
    centre = await openCallCentre({
      settings: { recording: 'always' },
      env: {
        RECORDINGS_S3_ENDPOINT: url,
        RECORDINGS_S3_BUCKET: 'recorded',
        RECORDINGS_S3_REGION: store.keys.region,
        RECORDINGS_S3_ACCESS_KEY: store.keys.accessKey,
        RECORDINGS_S3_SECRET_KEY: store.keys.secretKey,
        RECORDINGS_S3_PREFIX: 'bank/'
      }
    })
    awa = await centre.agent('awa')
  })
  afterAll(async () => {
    await centre.stop()
    store.close()
  })

  const healthOf = async () => {
    const { items } = (await centre.admin.get('/api/accounts')).body as {
      items: { id: string; health: { state: string; detail: string } }[]
    }
    return items.find(({ id }) => id === centre.accountId)!.health
  }

  it('are kept there, sealed and under their prefix, and erased from there', async () => {
    const { caller, id } = await talking()
    await pause(2000)
    caller.hangUp()
    await finish(id)
    const kept = await first(id, ({ state }) => state === 'kept')
    expect(store.refused).toEqual([])
    const names = [...store.objects.keys()]
    expect(names[0]).toBe(`bank/recordings/${kept.id}/1-0`)
    expect(names.every((name) => name.startsWith(`bank/recordings/${kept.id}/1-`))).toBe(true)
    const wav = await wavFrom(centre.admin, kept.id)
    expect(goertzel(wav.channel(0, 500), 440)).toBeGreaterThan(0.8)
    // Nothing of the sound can be found in what is stored.
    const sealed = store.objects.get(names[0]!)!
    expect(sealed.includes(wav.bytes.subarray(20_000, 20_032))).toBe(false)
    await centre.admin.send('DELETE', `/api/recordings/${kept.id}`)
    await eventually('an empty store', () => store.objects.size === 0)
  })

  it('do not trouble the call when the store is full: it is told, and what fits later is kept', async () => {
    store.isFull = true
    const { caller, leg, id } = await talking()
    await pause(6500)
    const down = await eventually('the incident', async () => {
      const health = await healthOf()
      return health.state === 'down' ? health : null
    })
    expect(down.detail).toContain('StorageFull')
    expect(await leg.hearsTone(440)).toBe(true)
    expect(await caller.hearsTone(620)).toBe(true)
    expect((await centre.callOf(awa.person, id)).state).toBe('talking')
    store.isFull = false
    caller.hangUp()
    await finish(id)
    const kept = await first(id, ({ state, ms }) => state === 'kept' && ms > 6000, 15_000)
    expect(kept.gaps).toEqual([])
    await eventually('health', async () => (await healthOf()).state === 'up')
  })
})
