import { connect } from 'node:net'
import type { EngineKind, Run } from './engine.ts'
import type { Place } from './record.ts'

const answerLimitMs = 1000

/**
 * Joins the server at a place, if one answers there. The connection stays open: that it closes is the sign that the
 * server is gone.
 */
export function join(kind: EngineKind, place: Place): Promise<Run | undefined> {
  const { ask, readPid } = kind.greeting(place)
  const socket = place.path ? connect(place.path) : connect(place.port ?? 0, '127.0.0.1')
  const gone = new Promise<string>((resolve) => socket.once('close', () => resolve('its connection closed')))
  return new Promise((resolve) => {
    let answer = Buffer.alloc(0)
    const timer = setTimeout(() => socket.destroy(), answerLimitMs)
    socket.on('error', () => {}) // 'close' follows
    socket.once('connect', () => socket.write(ask))
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk])
      const pid = readPid(answer)
      if (pid === undefined) return
      clearTimeout(timer)
      socket.removeAllListeners('data').resume().unref()
      resolve({ pid, gone, end: async () => void socket.destroy() })
    })
    void gone.then(() => resolve(undefined))
  })
}
