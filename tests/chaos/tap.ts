import { connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be shut: what is under way hangs, as when a cable is pulled, until it is opened. */
export interface Tap {
  /** Where to connect instead of to the server. */
  url: string
  shut(): void
  open(): void
  stop(): Promise<void>
}

/** Opens a tap in front of a server, which is reached over TCP or a socket of the file system. */
export async function openTap(serverUrl: string): Promise<Tap> {
  const { pathname, hostname, port, password } = new URL(serverUrl)
  const target = hostname ? { host: hostname, port: Number(port) } : { path: pathname }
  const pairs = new Set<[Socket, Socket]>()
  let isShut = false
  const server = createServer((inside) => {
    const outside = connect(target)
    const pair: [Socket, Socket] = [inside, outside]
    pairs.add(pair)
    inside.pipe(outside)
    outside.pipe(inside)
    for (const end of pair) {
      if (isShut) end.pause()
      end.on('error', () => {
        inside.destroy()
        outside.destroy()
      })
      end.on('close', () => {
        pairs.delete(pair)
        inside.destroy()
        outside.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address() as { port: number }
  return {
    url: `redis://${password ? `:${password}@` : ''}127.0.0.1:${String(address.port)}`,
    shut() {
      isShut = true
      for (const pair of pairs) for (const end of pair) end.pause()
    },
    open() {
      isShut = false
      for (const pair of pairs) for (const end of pair) end.resume()
    },
    async stop() {
      for (const pair of pairs) for (const end of pair) end.destroy()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}
