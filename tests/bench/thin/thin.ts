import mongoose from 'mongoose'
import { WebSocket } from 'ws'
import { headersOf } from '../load/agent.ts'
import { startProgram, type Program } from '../stage/program.ts'
import { freshUrl, type Bench, type Login } from '../stage/stage.ts'

/** The thin baseline, running, with all its agents connected. */
export interface Thin {
  program: Program
  logins: Login[]
  ids: string[]
  /** Messages that it acknowledged, as its callers count them. */
  sent: number
  /** Messages in its database. */
  count(): Promise<number>
  close(): Promise<void>
}

export async function openThin(bench: Bench, agents: number, conversations: number): Promise<Thin> {
  const url = freshUrl(bench, 'thin')
  const program = await startProgram('../thin/serve.mjs', {
    MONGODB_URL: url,
    BENCH_THIN: JSON.stringify({ agents, conversations })
  })
  const client = await mongoose.mongo.MongoClient.connect(url.replace('&monitorCommands=true', ''))
  const { logins, ids } = program.ready as { logins: Login[]; ids: string[] }
  const sockets = await Promise.all(
    logins.map(
      (login) =>
        new Promise<WebSocket>((resolve, reject) => {
          const socket = new WebSocket(`ws://127.0.0.1:${String(program.port)}/api/live`, {
            headers: { cookie: headersOf(login).cookie },
            perMessageDeflate: false
          })
          socket.once('error', reject)
          socket.once('message', () => {
            resolve(socket)
          })
        })
    )
  )
  return {
    program,
    logins,
    ids,
    sent: 0,
    count: () => client.db().collection('messages').countDocuments(),
    async close() {
      for (const socket of sockets) socket.terminate()
      await program.stop()
      await client.db().dropDatabase()
      await client.close()
    }
  }
}
