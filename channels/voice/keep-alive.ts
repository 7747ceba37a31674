import type { WebSocket } from 'ws'

/**
 * Pings a socket and ends it when nothing at all has come back since the last ping. jambonz sends no pings of its own, and
 * proxies cut what is silent.
 */
export function keepAlive(socket: WebSocket, everyMs: number): void {
  let isAlive = true
  const heard = () => {
    isAlive = true
  }
  const timer = setInterval(() => {
    if (!isAlive) return socket.terminate()
    isAlive = false
    if (socket.readyState === socket.OPEN) socket.ping()
  }, everyMs)
  timer.unref()
  socket.on('pong', heard)
  socket.on('message', heard)
  socket.once('close', () => {
    clearInterval(timer)
  })
}
