/**
 * `npm run check`: everything that can be said about the code without running it. All steps run, even when one fails.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { install } from '../hub/launch/install.mjs'
import { endPrograms, root, runOrThrow } from '../hub/launch/run.mjs'
import { dim, duration, green, red, say, step } from '../hub/launch/say.mjs'

const workspaces = ['config', 'channels', 'hub', 'workers', 'agent-app', 'tests']
const compiled = ['config', 'channels', 'hub', 'workers']

const checkSvelte = 'svelte-check --tsconfig ./tsconfig.json --fail-on-warnings --output human'

/** What is looked at → the programs that do it, in a workspace's folder where one is named. */
const steps = {
  'Format (prettier)': ['prettier --check --log-level=warn .'],
  'Lint (eslint)': ['eslint --max-warnings=0 .'],
  'Types (tsc)': [`tsc -b ${compiled.join(' ')}`, 'tsc -p tests'],
  'Agent app (svelte-check)': ['agent-app: svelte-kit sync', `agent-app: ${checkSvelte}`],
  'Chat widget (svelte-check)': [`channels/chat/widget: ${checkSvelte}`],
  'Unused code and packages (knip)': ['knip --no-progress'],
  'Architecture (dependency-cruiser)': [`depcruise ${workspaces.join(' ')}`]
}

const since = Date.now()
const failed = []
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, endPrograms)

await install()
for (const [title, commands] of Object.entries(steps)) {
  await step(title, () => runAll(commands)).catch((error) => {
    failed.push(title)
    say(`\n${error.message}\n`)
  })
}
const verdict = failed.length === 0 ? green('✓ Nothing to complain about') : red(`✗ ${failed.join(', ')}`)
say(`\n  ${verdict} ${dim(`after ${duration(since)}`)}`)
process.exit(failed.length === 0 ? 0 : 1)

async function runAll(commands) {
  for (const command of commands) {
    const [, folder = '.', words] = /^(?:(\S+): )?(.*)$/.exec(command)
    const [program, ...args] = words.split(' ')
    const places = [folder, '.'].map((place) => join(root, place, 'node_modules/.bin', program))
    const path = places.find((place) => existsSync(place)) ?? program
    await runOrThrow([path, ...args], { cwd: join(root, folder), env: { NO_COLOR: '1' } })
  }
}
