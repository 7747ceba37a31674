import type { Socket } from 'node:net'
import type { WebSocket } from '@fastify/websocket'

/**
 * A way to send frames in which those of the same moment leave in one write: under load, when the stream hands over many
 * events at once, a system call for each frame costs more than the frame. Nothing waits for another moment.
 */
export function gatherFrames(socket: WebSocket, raw: Socket): (text: string) => void {
  let isGathering = false
  return (text) => {
    if (!isGathering) {
      isGathering = true
      raw.cork()
      process.nextTick(() => {
        isGathering = false
        raw.uncork()
      })
    }
    socket.send(text)
  }
}
