/**
 * `npm run bench -- spine [--json] [--quick] [part…]`: installs and builds what is missing, then measures the compiled
 * product. `--as-built` takes what is built; `--profile=FOLDER` leaves a CPU profile of the hub for each part.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from '../../hub/launch/build.mjs'
import { install } from '../../hub/launch/install.mjs'
import { endPrograms, root } from '../../hub/launch/run.mjs'
import { red, say } from '../../hub/launch/say.mjs'

const [name = '', ...words] = process.argv.slice(2)
const bench = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
if (!/^[a-z]+$/.test(name) || !existsSync(bench)) {
  say(red('Say which bench, for example: npm run bench -- spine --quick'))
  process.exit(2)
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, endPrograms)

await install()
if (!words.includes('--as-built')) await build()
const options = words.filter((word) => word !== '--as-built')
const child = spawn(process.execPath, ['--import', 'tsx', bench, ...options], { cwd: root, stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill('SIGTERM'))
child.once('close', (code) => process.exit(code ?? 1))
