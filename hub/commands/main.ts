import { runCommand } from './palabre.ts'

process.exitCode = await runCommand(process.argv.slice(2), process.env)
