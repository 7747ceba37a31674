/**
 * The mail servers of the world in a process of their own: takes everything and counts. Tells its port when it listens,
 * and on each message `report` who got how much, and when.
 */
import { SMTPServer } from 'smtp-server'

let got = new Map()
let times = []

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  logger: false,
  onData(stream, session, done) {
    stream.on('error', () => undefined)
    stream.on('data', () => undefined)
    stream.on('end', () => {
      const to = session.envelope.rcptTo[0]?.address ?? ''
      got.set(to, (got.get(to) ?? 0) + 1)
      times.push(Date.now())
      done(null, 'Taken')
    })
  }
})
// A sender that is killed breaks its line.
server.on('error', () => undefined)
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.server.address().port }))

process.on('message', (word) => {
  if (word === 'count') process.send?.({ count: times.length })
  if (word === 'report') process.send?.({ got: [...got], times })
  if (word === 'forget') {
    got = new Map()
    times = []
    process.send?.({ count: 0 })
  }
})
process.on('disconnect', () => process.exit(0))
