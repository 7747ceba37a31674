/**
 * `npm test [-- PATH...]`: all tests, or those whose file path contains one of the given words. Installs and builds
 * what is missing. The last line is always `N passed, N failed, N skipped`.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../hub/launch/build.mjs'
import { install } from '../hub/launch/install.mjs'
import { endPrograms, root, run, runOrThrow } from '../hub/launch/run.mjs'
import { dim, duration, green, red, say, step, yellow } from '../hub/launch/say.mjs'
import { programs } from './programs.mjs'

const since = Date.now()
const words = process.argv.slice(2)
const mayUseBuild =
  words.length === 0 || words.some((word) => word.startsWith('-') || /tests|browser|chaos/.test(word))

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, endPrograms)

const isPrepared = await prepare().then(
  () => true,
  (error) => void say(`\n${red(error.message)}\n`)
)
const { code, outcome } = await runTests()
summarise(outcome)
const isGood = isPrepared && code === 0 && outcome.failed.length === 0 && outcome.passed > 0
process.exit(isGood ? 0 : 1)

async function prepare() {
  await install()
  if (!mayUseBuild) return
  await Promise.all([build(), installPrograms()])
}

/** What tests drive comes from Debian's packages where that is allowed; elsewhere those tests are skipped. */
async function installPrograms() {
  const packages = {
    PALABRE_CHROMIUM: 'chromium',
    PALABRE_DOVECOT: 'dovecot-imapd',
    PALABRE_POSTGRES: 'postgresql',
    PALABRE_MARIADB: 'mariadb-server'
  }
  const missing = Object.keys(packages).filter((name) => process.env[name] === undefined && !programs()[name])
  const names = missing.map((name) => packages[name])
  if (names.length === 0) return
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    return say(
      `  ${yellow('!')} Not installed: ${names.join(' and ')}. The tests that need them are skipped.`
    )
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  await step(`Installing ${names.join(' and ')}`, async () => {
    await runOrThrow(['apt-get', 'update', '-qq'], { env })
    await runOrThrow(['apt-get', 'install', '-qq', '--no-install-recommends', ...names], { env })
  }).catch((error) => say(`${error.message}\n  ${yellow('!')} The tests that need them are skipped.`))
}

async function runTests() {
  const dir = mkdtempSync(join(tmpdir(), 'palabre-report-'))
  const report = join(dir, 'report.json')
  const vitest = join(root, 'node_modules/.bin/vitest')
  const reporters = ['--reporter=default', `--reporter=${join(root, 'tests/report.mjs')}`]
  const env = { ...programs(), PALABRE_REPORT: report }
  const { code } = await run([vitest, 'run', ...reporters, ...words], { env, show: true })
  const outcome = existsSync(report)
    ? JSON.parse(readFileSync(report, 'utf8'))
    : { passed: 0, failed: ['the test run itself (it ended without a result)'], skipped: [] }
  rmSync(dir, { recursive: true })
  return { code, outcome }
}

function summarise({ passed, failed, skipped }) {
  for (const name of failed) say(`  ${red('✗')} ${name}`)
  for (const [reason, tests] of byReason(skipped)) {
    say(`  ${yellow('↷')} ${tests.length} skipped: ${reason}`)
    for (const test of tests) say(dim(`      ${test}`))
  }
  const isGood = isPrepared && failed.length === 0 && passed > 0
  say(`\n  ${isGood ? green('✓ All is well') : red('✗ Not all is well')} ${dim(`after ${duration(since)}`)}`)
  say(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`)
}

function byReason(skipped) {
  const groups = new Map()
  for (const { test, reason } of skipped) groups.set(reason, [...(groups.get(reason) ?? []), test])
  return groups
}
