import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Step } from '@palabre/channels/call'
import type { FlowContent, FlowNode } from '@palabre/config/contract/flow'
import { flowCheck } from '@palabre/hub/commands/flow-check'
import { flowTest } from '@palabre/hub/commands/flow-test'
import { demoFlow } from '@palabre/hub/flows/demo'
import { goOn, inputOf, startFlow, type CallTurn } from '@palabre/hub/flows/run'
import type { FlowState } from '@palabre/hub/flows/state'
import { closeSources } from '@palabre/hub/sources/pools'
import { Person, eventually, openHouse, type Answer, type House } from './house.ts'
import { recordNamed } from './people.ts'

let house: House
let admin: Person
let flow: FlowContent
let sourceId: string
let draft: Answer['body']
let stuck: ReturnType<typeof createServer>
let api: Server
let apiHost: string
const asked: { url: string; key: unknown; repeat: unknown }[] = []
const dir = mkdtempSync(join(tmpdir(), 'palabre-flow-'))

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port
const listening = (server: { listen(port: number, host: string, done: () => void): unknown }) =>
  new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))

beforeAll(async () => {
  house = await openHouse({ jobs: false, env: { FLOW_PRIVATE_HOSTS: 'true' } })
  admin = await Person.signIn(house.url, 'admin')
  // A database that takes connections and never says a word.
  stuck = createServer((socket) => socket.on('error', () => socket.destroy()))
  api = createHttpServer((request, response) => {
    asked.push({
      url: request.url ?? '',
      key: request.headers['x-key'],
      repeat: request.headers['idempotency-key']
    })
    response.end(JSON.stringify({ customer: { name: 'Awa', balance: 1500 } }))
  })
  await Promise.all([listening(stuck), listening(api)])
  apiHost = `127.0.0.1:${String(portOf(api))}`
  const source = await admin.post('/api/sources', {
    name: 'Stuck',
    dialect: 'postgresql',
    host: '127.0.0.1',
    port: portOf(stuck),
    database: 'bank',
    user: 'reader',
    password: 'x',
    tls: 'off',
    timeoutMs: 300,
    maxRows: 5
  })
  sourceId = source.body.id as string
  const named = async (path: string, name: string) => (await recordNamed(admin, path, name)).id as string
  // The demo has one of the usual name already.
  flow = {
    ...demoFlow({
      careQueueId: await named('/api/queues', 'Customer care'),
      loansQueueId: await named('/api/queues', 'Loans'),
      cardsSkillId: await named('/api/skills', 'Cards and accounts'),
      loansSkillId: await named('/api/skills', 'Loans'),
      calendarId: await named('/api/calendars', 'Always open (demo)'),
      sourceId
    }),
    name: 'Accueil avec recherche'
  }
})
afterAll(async () => {
  await closeSources(house.hub)
  stuck.close()
  api.close()
  await house.stop()
  rmSync(dir, { recursive: true, force: true })
})

const change = async (fields: object): Promise<Answer> => {
  const answer = await admin.send('PATCH', `/api/flows/${String(draft.id)}`, {
    version: draft.version,
    change: fields
  })
  if (answer.status === 200) draft = answer.body
  return answer
}
const publish = async (note = ''): Promise<Answer> => {
  const answer = await admin.post(`/api/flows/${String(draft.id)}/publish`, { version: draft.version, note })
  if (answer.status === 200) draft = answer.body
  return answer
}
const withText = (id: string, text: string): FlowNode[] =>
  flow.nodes.map((node) => (node.id === id && node.kind === 'say' ? { ...node, text } : node))

describe('a flow', () => {
  it('is drafted with faults, which are named, and is not published with them', async () => {
    const made = await admin.post('/api/flows', { ...flow, start: 'gone' })
    expect(made.status, JSON.stringify(made.body)).toBe(200)
    draft = made.body
    const [first, ...others] = draft.problems as { path: string; code: string }[]
    expect(first).toMatchObject({ path: 'start', code: 'unknown-node' })
    expect(new Set(others.map(({ code }) => code))).toEqual(new Set(['unreachable']))
    expect(draft.published).toBeNull()
    const refused = await publish()
    expect(refused.body.error).toBe('invalid-input')
    expect(refused.body.fields[0]).toEqual({ path: 'start', message: 'There is no node gone' })
    expect((await admin.post('/api/flows', flow)).body.error).toBe('already-exists')
    expect((await admin.post('/api/flows/check', flow)).body).toEqual({ problems: [] })
    const misshapen = await admin.post('/api/flows', { ...flow, nodes: withText('greet', '') })
    expect(misshapen.body).toMatchObject({ error: 'invalid-input', fields: [{ path: 'nodes/greet/text' }] })
    await expect(
      startFlow(house.hub, draft.id as string, { callId: 'x', given: {}, hasSpeech: false })
    ).rejects.toMatchObject({ refusal: 'not-found' })
  })

  it('is published in versions that never change, and an old one comes back', async () => {
    expect((await change({ start: 'welcome' })).body.problems).toEqual([])
    expect((await publish('first')).body.published.number).toBe(1)
    await change({ nodes: withText('welcome', 'Bienvenue !') })
    expect((await publish('second')).body.published.number).toBe(2)
    const versions = await admin.get(`/api/flows/${String(draft.id)}/versions?limit=1`)
    expect(versions.body).toMatchObject({
      items: [{ number: 2, note: 'second', byName: 'Ada Baobab' }],
      next: '2'
    })
    const older = await admin.get(`/api/flows/${String(draft.id)}/versions?after=2`)
    expect(older.body.items).toHaveLength(1)
    const first = `/api/flows/${String(draft.id)}/versions/${String(older.body.items[0].id)}`
    expect((await admin.get(first)).body).toMatchObject({ number: 1, content: flow })
    const late = await admin.post(`${first}/restore`, { version: 1 })
    expect(late.body.error).toBe('changed-meanwhile')
    const back = await admin.post(`${first}/restore`, {
      version: draft.version
    })
    expect(back.body).toMatchObject({ nodes: flow.nodes, published: { number: 2 } })
    draft = back.body
    const actions = await eventually('the trail', async () => {
      const { body } = await admin.get(`/api/audit?subjectId=${String(draft.id)}&limit=50`)
      return (body.items as unknown[]).length >= 6 ? (body.items as Answer['body'][]) : null
    })
    expect(actions.map(({ action }) => action)).toEqual([
      'flow.restoreVersion',
      'flow.publish',
      'flow.update',
      'flow.publish',
      'flow.update',
      'flow.create'
    ])
    expect(actions[2]?.changes).toEqual({ nodes: [['welcome'], ['welcome']] })
  })

  it('is seen by supervisors, changed by administrators, and no business of agents', async () => {
    const supervisor = await Person.signIn(house.url, 'supervisor')
    expect((await supervisor.get('/api/flows')).body.items).toContainEqual(
      expect.objectContaining({ id: draft.id })
    )
    expect(
      (await supervisor.post(`/api/flows/${String(draft.id)}/publish`, { version: draft.version, note: '' }))
        .body.error
    ).toBe('not-permitted')
    const awa = await Person.signIn(house.url, 'awa')
    expect((await awa.get('/api/flows')).body.error).toBe('not-permitted')
  })

  it('keeps in use what it names', async () => {
    const used = flow.nodes.flatMap((node) => (node.kind === 'queue' ? [node.queueId] : []))
    expect((await admin.send('DELETE', `/api/queues/${String(used[0])}`)).body.error).toBe('still-in-use')
    expect((await admin.send('DELETE', `/api/sources/${sourceId}`)).body.error).toBe('still-in-use')
  })
})

describe('a call in a flow', () => {
  const caller = { callId: 'call-1', given: { 'call.from': "+221' OR '1'='1" }, hasSpeech: true }
  const press = (state: FlowState, digits: string) =>
    goOn(house.hub, state, { kind: 'result', id: state.awaits?.id ?? '', result: { kind: 'digits', digits } })

  it('hears something while the database is asked, and goes on without it when it hangs', async () => {
    const kept: FlowState[] = []
    const told: Step[][] = []
    const since = Date.now()
    const turn = await startFlow(house.hub, draft.id as string, caller, {
      keep: (state) => Promise.resolve(void kept.push(state)),
      tell: (steps) => void told.push(steps)
    })
    expect(Date.now() - since).toBeLessThan(5000)
    expect(told).toMatchObject([[{ kind: 'prompt', prompts: [{ text: 'Bienvenue !' }] }]])
    expect(kept).toMatchObject([{ nodeId: 'find', awaits: { kind: 'lookup' }, number: 2 }])
    expect(turn.act.kind).toBe('listen')
    expect(turn.state.incidents).toMatchObject([{ nodeId: 'find', code: 'lookup-timeout' }])
    await eventually('bad health', async () =>
      ((await admin.get('/api/sources')).body.items as Answer['body'][]).some(
        ({ health }) => health.state === 'down'
      )
    )
    // Another node goes on from what was kept, and makes the look-up again.
    const resumed = await goOn(house.hub, JSON.parse(JSON.stringify(kept[0])) as FlowState, { kind: 'again' })
    expect(resumed?.act.kind).toBe('listen')
  })

  it('ends in the version that it began in, with what was found out for the agent', async () => {
    const began = await startFlow(house.hub, draft.id as string, caller)
    await change({ nodes: withText('card-heard', 'Autre chose.') })
    await publish('third')
    const asked4 = (await press(began.state, '1')) as CallTurn
    const queued = (await press(asked4.state, '4242')) as CallTurn
    expect(queued.steps).toMatchObject([{ prompts: [{ text: 'Merci. Carte finissant par 4, 2, 4, 2.' }] }])
    expect(queued.act).toMatchObject({
      kind: 'queue',
      priority: 5,
      values: [
        { name: 'subject', value: 'Cartes' },
        { name: 'card', value: '4242' }
      ]
    })
    expect(await press(began.state, '1')).not.toBeNull()
    expect(
      await goOn(house.hub, queued.state, { kind: 'result', id: 'f1', result: { kind: 'silence' } })
    ).toBeNull()
    if (queued.act.kind === 'hangUp') throw new Error('it hung up')
    const full = await goOn(house.hub, queued.state, inputOf(queued.act, { kind: 'failed', detail: 'full' }))
    expect(full?.act.kind).toBe('voicemail')
    expect(full?.state.incidents.map(({ code }) => code)).toContain('queue-failed')
  })

  it('asks a service that the flow lists, with a secret that nobody sees', async () => {
    const fetchName: FlowNode = {
      id: 'find',
      kind: 'request',
      method: 'POST',
      url: `http://${apiHost}/customers/{{call.from}}?x={{call.from}}`,
      headers: [{ name: 'x-key', secret: 'api-key' }],
      body: [],
      takes: [{ path: 'customer.name', into: 'customer' }],
      timeoutMs: 2000,
      next: 'greet',
      failed: 'subject'
    }
    const nodes = flow.nodes.map((node) => (node.id === 'find' ? fetchName : node))
    const unlisted = await change({ nodes })
    expect((unlisted.body.problems as { code: string }[]).map(({ code }) => code)).toEqual([
      'unknown-host',
      'unknown-secret'
    ])
    const listed = await change({ hosts: [apiHost], secrets: { 'api-key': 'S3cret-of-the-service' } })
    expect(listed.body).toMatchObject({ problems: [], secrets: { 'api-key': '•••' } })
    expect((await change({ secrets: { 'api-key': '•••', other: '•••' } })).body.error).toBe('invalid-input')
    expect((await publish()).status).toBe(200)
    const turn = await startFlow(house.hub, draft.id as string, caller)
    expect(turn.steps).toMatchObject([
      { prompts: [{ text: 'Bienvenue à la Banque du Fleuve.' }] },
      { prompts: [{ text: 'Bonjour Awa.' }] },
      { kind: 'ask' }
    ])
    expect(asked).toEqual([
      {
        url: "/customers/%2B221'%20OR%20'1'%3D'1?x=%2B221%27%20OR%20%271%27%3D%271",
        key: 'S3cret-of-the-service',
        repeat: 'call-1-f1'
      }
    ])
    const audit = await admin.get(`/api/audit?subjectId=${String(draft.id)}&limit=50`)
    expect(JSON.stringify(audit.body)).not.toContain('S3cret')
  })
})

describe('a trial of a flow', () => {
  const file = (name: string, content: unknown) => {
    const path = join(dir, name)
    writeFileSync(path, JSON.stringify(content))
    return path
  }
  const run = async (command: typeof flowTest, words: string[]) => (await command.read(words))(house.hub)

  it('tells the walk in plain words', async () => {
    const stub = file('stub.json', { find: [{ name: 'Aminata Ndiaye', segment: 'Premium' }] })
    const text = await run(flowTest, [
      file('flow.json', flow),
      ...['--from', '+221338000001', '--to', '+221338999999', '--press', '9,,1', '--press', '42#,4242#'],
      ...['--source-stub', stub]
    ])
    expect(text.split('\n')).toEqual([
      '▸ welcome → hours → find',
      '  ♪ “Bienvenue à la Banque du Fleuve.”',
      '  ← 1 row(s)',
      '▸ greet → subject',
      '  ♪ “Bonjour Aminata Ndiaye.”',
      '  ♪ “Pour vos cartes, tapez 1. Pour un crédit, tapez 2. Pour parler à un conseiller, tapez 3.”',
      '  … waits 6 s for 1 key(s), or words',
      '  ☎ presses 9',
      '  ♪ “Désolé, je n’ai pas compris.”',
      '  ♪ “Pour vos cartes, tapez 1. Pour un crédit, tapez 2. Pour parler à un conseiller, tapez 3.”',
      '  … waits 6 s for 1 key(s), or words',
      '  ☎ says nothing',
      '  ♪ “Je n’ai rien entendu.”',
      '  ♪ “Pour vos cartes, tapez 1. Pour un crédit, tapez 2. Pour parler à un conseiller, tapez 3.”',
      '  … waits 6 s for 1 key(s), or words',
      '  ☎ presses 1',
      '▸ about-cards → card',
      '  ♪ “Tapez les quatre derniers chiffres de votre carte, puis la touche dièse.”',
      '  … waits 8 s for 4 key(s), ended by #',
      '  ☎ presses 42#',
      '  ♪ “Il me faut quatre chiffres.”',
      '  ♪ “Tapez les quatre derniers chiffres de votre carte, puis la touche dièse.”',
      '  … waits 8 s for 4 key(s), ended by #',
      '  ☎ presses 4242#',
      '▸ card-heard → to-cards',
      '  ♪ “Merci. Carte finissant par 4, 2, 4, 2.”',
      '■ into the queue Customer care, priority 5, 1 requirement(s)',
      '',
      'The agent sees:',
      '  Client: Aminata Ndiaye',
      '  Segment: Premium',
      '  Motif: Cartes',
      '  Carte, quatre derniers chiffres: 4242'
    ])
  })

  it('fails with an incident, and says where', async () => {
    const stub = file('down.json', { find: null })
    const words = [
      file('flow.json', flow),
      '--from',
      '+1',
      '--say',
      'mon crédit',
      '--press',
      '!',
      '--source-stub',
      stub
    ]
    const walk = await run(flowTest, [...words, '--json']).catch(
      (error: Error) => JSON.parse(error.message) as Answer['body']
    )
    expect(walk).toMatchObject({ ended: 'hangUp', incidents: 2 })
    await expect(run(flowTest, words)).rejects.toThrow(
      /! lookup-failed[\s\S]*speaks a message[\s\S]*2 incident/
    )
  })

  it('is the same by the API, with the draft', async () => {
    const { body } = await admin.post(`/api/flows/${String(draft.id)}/try`, {
      from: '+1',
      to: '+2',
      answers: [{ press: '3' }],
      stub: { find: { customer: { name: 'Awa' } } }
    })
    expect(body).toMatchObject({
      ended: 'queue',
      incidents: 0,
      values: [{ value: 'Awa' }, { value: 'Conseiller' }]
    })
  })

  it('checks a file, and says what is wrong with it', async () => {
    expect(await run(flowCheck, [file('flow.json', flow)])).toContain('✓ Accueil avec recherche: 16 nodes')
    await expect(run(flowCheck, [file('bad.json', { ...flow, start: '' })])).rejects.toThrow(
      /start {2}It leads nowhere/
    )
    await expect(run(flowCheck, [file('none.json', { name: 'x' })])).rejects.toThrow(/is not a flow/)
    await expect(flowTest.read(['a', '--press', 'x'])).rejects.toThrow(/nothing that a caller can do/)
    await expect(run(flowTest, ['Nobody’s flow'])).rejects.toThrow(/There is no flow/)
  })
})
