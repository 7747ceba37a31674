/** What a measured server used so far, told to the bench over IPC; the bench takes differences. */
export function tellUsage(mongoose, stop) {
  const commands = new Map()
  mongoose.connection.getClient().on('commandStarted', ({ commandName, command }) => {
    const on = typeof command[commandName] === 'string' ? ` ${command[commandName]}` : ''
    const key = `${commandName}${on}`
    commands.set(key, (commands.get(key) ?? 0) + 1)
  })
  process.on('message', (word) => {
    if (word === 'stop') return void stop()
    const { user, system } = process.cpuUsage()
    process.send({
      usage: {
        cpuMs: (user + system) / 1000,
        rssMb: process.memoryUsage().rss / 1_048_576,
        heapMb: process.memoryUsage().heapUsed / 1_048_576,
        commands: Object.fromEntries(commands)
      }
    })
  })
  process.on('disconnect', () => void stop())
}
