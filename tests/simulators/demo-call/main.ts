/**
 * `npm run demo:call`: calls the demo without any telephony. Plays the media server and the agents' phones for a hub that
 * `npm start` runs, and a caller whose handset is this terminal.
 */
import { demoLogins } from '@palabre/hub/demo/logins'
import { bold, cyan, dim, green, red } from '../../../hub/launch/say.mjs'
import type { Heard } from '../jambonz/heard.ts'
import { DemoCaller } from './demo-caller.ts'
import { openDemoLine, type DemoLine } from './demo-line.ts'
import { HubClient } from '../demo/hub-client.ts'
import { readOptions, usage, type DemoOptions } from './options.ts'
import { followWork } from '../demo/story.ts'
import { onKeys, Terminal } from '../demo/terminal.ts'
import { synthesiser } from './voice.ts'

const againMs = 5000
const terminal = new Terminal(process.stdout)
const halt = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => halt.abort())

async function run(options: DemoOptions) {
  const hub = await HubClient.signIn(options.hub, options.email, options.password)
  const line = await openDemoLine(hub)
  try {
    const stopStory = await followWork(hub, line.account.id, (sign, text) =>
      terminal.happens(green(sign), text)
    )
    introduce(options)
    await callUntilHalted(line, options)
    stopStory()
  } finally {
    terminal.quiet()
    await line.close()
  }
  terminal.line(`\n  ${dim('Hung up, and the phones are put away. Au revoir.')}\n`)
}

async function callUntilHalted(line: DemoLine, options: DemoOptions) {
  let caller = place()
  const giveBack = onKeys(process.stdin, (key) => {
    if (/[\d*#]/.test(key)) caller.press(key)
    else if (key === 'h') caller.hangUp()
    else if (key === 'n' && caller.isOver) caller = place()
    else if (key === 'q' || key === '\x03') halt.abort()
  })
  await untilHalted()
  giveBack()
  caller.hangUp()

  function place(): DemoCaller {
    terminal.happens(cyan('→'), `${bold(options.from)} calls ${bold(line.number)}`)
    return new DemoCaller(line, options, {
      heard: tellHeard,
      level: (level) => terminal.level(level),
      pressed: (keys) => terminal.happens(cyan('⌨'), `pressed ${bold(keys)}`),
      ended: afterwards
    })
  }

  /** Without a keyboard one call is all there is, unless it is to go on. */
  function afterwards() {
    terminal.quiet()
    terminal.happens(cyan('✕'), 'the call has ended')
    if (halt.signal.aborted) return
    if (options.loop) setTimeout(() => (caller = place()), againMs).unref()
    else if (!process.stdin.isTTY) halt.abort()
    else terminal.line(dim('  n calls again, q quits'))
  }
}

/** Until a signal, or the caller's own wish. */
function untilHalted(): Promise<void> {
  return new Promise((resolve) => {
    // Held awake: without a keyboard nothing else may be waited for.
    const awake = setInterval(() => {}, 60_000)
    const end = () => {
      clearInterval(awake)
      resolve()
    }
    if (halt.signal.aborted) end()
    else halt.signal.addEventListener('abort', end, { once: true })
  })
}

function tellHeard({ kind, what }: Heard) {
  switch (kind) {
    case 'said':
      return terminal.happens(dim('♪'), `“${what}”`)
    case 'played':
      return what.endsWith('.wav') ? undefined : terminal.happens(dim('♪'), dim(what))
    case 'room':
      return terminal.happens(green('●'), 'connected: you are heard')
    case 'held':
      return terminal.happens(green('‖'), 'on hold, with music')
    default:
      return undefined
  }
}

function introduce({ hub, echo }: DemoOptions) {
  const agent = demoLogins[2]
  terminal.line(`\n  ${green('♣')} ${bold('A call to the demo')}\n`)
  terminal.line(`    1. Sign in at ${cyan(hub)} as ${cyan(agent.email)} (${agent.password}),`)
  terminal.line(
    `       or reload that page, become ${bold('ready')}, and let the browser use the microphone.`
  )
  terminal.line(`    2. Here you are the caller: keys of this keyboard are keys of the telephone.`)
  terminal.line(
    `       Press ${bold('1')} for cards (then four digits and ${bold('#')}), 2 for loans, 3 for anybody.`
  )
  terminal.line(`    3. The call rings in the browser: answer it, hear the caller, hold, hang up.`)
  terminal.line(
    `       What you say moves the level below${echo ? ' and comes back a second later' : ' (with --echo it comes back)'}.`
  )
  if (synthesiser() === null)
    terminal.line(dim('\n    Voices are hummed; with espeak-ng on this machine they speak.'))
  terminal.line()
}

try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options) await run(options)
  else terminal.line(usage)
} catch (error) {
  terminal.quiet()
  terminal.line(`\n  ${red(error instanceof Error ? error.message : String(error))}\n`)
  process.exitCode = 1
}
