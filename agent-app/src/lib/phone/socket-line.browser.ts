import type { Credentials, LineHearer, PhoneLine } from './line.ts'
import { subProtocol } from './protocol.ts'
import { SocketLine, type LineSocket } from './socket-line.ts'
import { openSound } from './socket-sound.ts'

function connect(server: string): LineSocket {
  const socket = new WebSocket(server, subProtocol)
  socket.binaryType = 'arraybuffer'
  const send = socket.send.bind(socket)
  // What is said before it is open has no meaning after a reconnect: registering comes first.
  socket.send = (data: Parameters<WebSocket['send']>[0]) => {
    if (socket.readyState === WebSocket.OPEN) send(data)
  }
  return socket as LineSocket
}

export const openSocketLine = async (credentials: Credentials, hearer: LineHearer): Promise<PhoneLine> => {
  const audio = await openSound()
  return new SocketLine(credentials, hearer, {
    connect,
    audio,
    after: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    random: Math.random
  })
}
