import { connect, createServer, type Socket } from 'node:net'

/** One address for all hubs, as a load balancer gives: the media server and the browsers know no other. */
export interface Front {
  url: string
  /** New connections go to this hub while it takes any, else to the next one that does. */
  prefer(n: number): void
  stop(): Promise<void>
}

export async function openFront(hubUrls: string[]): Promise<Front> {
  const ports = hubUrls.map((url) => Number(new URL(url).port))
  const open = new Set<Socket>()
  let first = 0

  const keep = (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  }
  function pass(inside: Socket, tries: number) {
    if (tries === ports.length) return void inside.destroy()
    const outside = connect(ports[(first + tries) % ports.length]!, '127.0.0.1')
    const refused = () => {
      pass(inside, tries + 1)
    }
    outside.once('error', refused)
    outside.once('connect', () => {
      outside.off('error', refused)
      keep(outside)
      inside.pipe(outside)
      outside.pipe(inside)
      // A hub that is killed takes its connections with it, and nothing else.
      for (const [end, other] of [
        [inside, outside],
        [outside, inside]
      ] as const) {
        end.on('error', () => other.destroy())
        end.on('close', () => other.destroy())
      }
    })
  }
  const server = createServer((inside) => {
    keep(inside)
    inside.on('error', () => inside.destroy())
    pass(inside, 0)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${String(port)}`,
    prefer(n) {
      first = n
    },
    async stop() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}
