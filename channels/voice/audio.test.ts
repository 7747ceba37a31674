import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { WebSocket, WebSocketServer } from 'ws'
import type { OpenSound, SoundSink } from '../call.ts'
import { hear, soundIn } from './audio.ts'
import { voiceAccount } from './fixtures/account.ts'
import { pause, until } from './fixtures/wire.ts'
import { limits } from './limits.ts'

const http = createServer()
const server = new WebSocketServer({ server: http })
beforeAll(async () => {
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
})
afterAll(() => {
  for (const client of server.clients) client.terminate()
  server.close()
  http.close()
})

const start = {
  sampleRate: 8_000,
  mixType: 'stereo',
  callSid: 'p1',
  direction: 'inbound',
  from: '+33612345678',
  customerData: { tag: 'x' },
  order: { callId: 'c1', use: 'recording', odd: 7 }
}

const kept = () => {
  const chunks: Uint8Array[] = []
  const keys: string[] = []
  let ends = 0
  const sink: SoundSink = {
    write: (pcm) => chunks.push(Buffer.from(pcm)),
    key: (key) => keys.push(key),
    end: () => ends++
  }
  return { sink, chunks, keys, ends: () => ends, bytes: () => Buffer.concat(chunks) }
}

const connect = async (open: OpenSound, soundStartMs = 5_000) => {
  const served = once(server, 'connection') as Promise<[WebSocket]>
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`)
  let code: number | null = null
  client.on('close', (given) => (code = given))
  const [[socket]] = await Promise.all([served, once(client, 'open')])
  hear(socket, voiceAccount(), open, { ...limits, soundStartMs })
  return { client, code: () => code }
}

describe('a socket of sound', () => {
  it('begins with what it is of, in camel case, our own metadata apart from jambonz’s', () => {
    expect(soundIn(JSON.stringify(start))).toEqual({
      metadata: { callId: 'c1', use: 'recording' },
      partyId: 'p1',
      channels: 2,
      sampleRate: 8_000
    })
    expect(soundIn(JSON.stringify({ ...start, mixType: 'mixed', order: undefined }))).toMatchObject({
      channels: 1,
      metadata: {}
    })
  })

  it('gives on whole samples in order, however the frames were cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 0, maxLength: 50 }), { minLength: 1, maxLength: 12 }),
        fc.constantFrom('mono', 'stereo'),
        fc.integer({ min: 0, max: 15 }),
        async (cuts, mixType, ms) => {
          const sink = kept()
          const { client } = await connect(async () => {
            await pause(ms)
            return sink.sink
          })
          client.send(JSON.stringify({ ...start, mixType }))
          for (const cut of cuts) client.send(cut)
          await pause(1)
          client.close()
          await until(() => sink.ends() === 1)
          const sample = mixType === 'stereo' ? 4 : 2
          const all = Buffer.concat(cuts)
          expect(sink.bytes()).toEqual(all.subarray(0, all.length - (all.length % sample)))
          for (const chunk of sink.chunks) expect(chunk.length % sample).toBe(0)
        }
      ),
      { numRuns: 20 }
    )
  })

  it('gives on keys between the sound, also those that came before there was a place for them', async () => {
    const sink = kept()
    const { client } = await connect(() => pause(40).then(() => sink.sink))
    client.send(JSON.stringify(start))
    client.send(JSON.stringify({ event: 'dtmf', dtmf: '5', duration: '1600' }))
    await pause(80)
    for (const text of [
      '{"event":"dtmf","dtmf":"#"}',
      '{"event":"dtmf","dtmf":"77"}',
      '{"event":"other"}',
      'no json',
      '[]'
    ])
      client.send(text)
    client.send(Buffer.alloc(4))
    await until(() => sink.bytes().length === 4)
    expect(sink.keys).toEqual(['5', '#'])
  })

  it('is ended by the hub in jambonz’s words, then by a close, and what was under way still comes', async () => {
    const sink = kept()
    let finish = () => undefined as void
    const { client, code } = await connect((_sound, close) => {
      finish = close
      return Promise.resolve(sink.sink)
    })
    const told: unknown[] = []
    client.on('message', (text: Buffer) => told.push(JSON.parse(text.toString())))
    client.send(JSON.stringify(start))
    client.send(Buffer.alloc(8))
    await until(() => sink.bytes().length === 8)
    finish()
    await until(() => told.length > 0)
    expect(told).toEqual([{ type: 'disconnect' }])
    client.send(Buffer.alloc(8))
    await until(() => code() !== null)
    expect([code(), sink.bytes().length, sink.ends()]).toEqual([1000, 16, 1])
    finish()
  })

  it.each([
    ['no JSON', 'hello', 1002],
    ['sound before it is said whose', Buffer.alloc(320), 1002],
    ['no call', JSON.stringify({ ...start, callSid: undefined }), 1002],
    [
      'the names of jambonz’s other frames',
      JSON.stringify({ ...start, callSid: undefined, call_sid: 'p1' }),
      1002
    ],
    ['a rate that is none', JSON.stringify({ ...start, sampleRate: 1 }), 1002]
  ])('is closed for %s', async (_, first, code) => {
    let opened = 0
    const socket = await connect(() => {
      opened++
      return Promise.resolve(null)
    })
    socket.client.send(first)
    await until(() => socket.code() !== null)
    expect([socket.code(), opened]).toEqual([code, 0])
  })

  it('is closed when the hub refuses it, or fails, or nothing comes', async () => {
    const refused = await connect(() => Promise.resolve(null))
    refused.client.send(JSON.stringify(start))
    const failed = await connect(() => Promise.reject(new Error('The disk is full')))
    failed.client.send(JSON.stringify(start))
    const silent = await connect(() => Promise.resolve(null), 30)
    await until(() => [refused, failed, silent].every(({ code }) => code() !== null))
    expect([refused.code(), failed.code(), silent.code()]).toEqual([1008, 1011, 1002])
  })

  it('keeps no more than its bound while the hub makes a place', async () => {
    const socket = await connect(() => new Promise(() => undefined))
    socket.client.send(JSON.stringify(start))
    for (let i = 0; i < 3; i++) socket.client.send(Buffer.alloc(1024 * 1024))
    await until(() => socket.code() !== null)
    expect(socket.code()).toBe(1008)
  })

  it('ends a sink whose socket went away while it was made', async () => {
    const sink = kept()
    const { client } = await connect(() => pause(60).then(() => sink.sink))
    client.send(JSON.stringify(start))
    await pause(10)
    client.terminate()
    await until(() => sink.ends() === 1)
    await pause(80)
    expect(sink.ends()).toBe(1)
  })
})
