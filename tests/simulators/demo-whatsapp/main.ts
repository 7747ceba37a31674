/**
 * `npm run demo:whatsapp -- "text"`: a customer writes to the demo by WhatsApp, without Meta. Plays the Cloud API for a
 * hub that `npm start` runs, and the customer's phone in this terminal.
 */
import { createInterface } from 'node:readline'
import { demoLogins } from '@palabre/hub/demo/logins'
import { bold, cyan, dim, green, red } from '../../../hub/launch/say.mjs'
import { HubClient } from '../demo/hub-client.ts'
import { followWork } from '../demo/story.ts'
import { Terminal } from '../demo/terminal.ts'
import { DemoCustomer } from './customer.ts'
import { openDemoNumber } from './demo-number.ts'
import { readOptions, usage, type DemoOptions } from './options.ts'

const terminal = new Terminal(process.stdout)

async function run({ hub: url, email, password, from, name, text, once }: DemoOptions) {
  const hub = await HubClient.signIn(url, email, password)
  const line = await openDemoNumber(hub)
  const customer = new DemoCustomer(line, from, name)
  const keyboard = createInterface({ input: process.stdin })
  const over = () => customer.leave()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, over)
  try {
    introduce(url, once)
    const stopStory = await followWork(hub, line.account.id, (sign, what) =>
      terminal.happens(green(sign), what)
    )
    const write = async (words: string) => {
      await customer.write(words)
      terminal.happens(cyan('→'), `${bold(name)}: ${words}`)
    }
    await write(text)
    keyboard.on('line', (words) => {
      if (words.trim() === '') return
      write(words.trim()).catch((error: unknown) => {
        terminal.happens(red('✗'), String(error))
      })
    })
    await customer.listen((answer) => {
      terminal.happens(green('←'), bold(answer.text))
      for (const [i, { title }] of answer.taps.entries())
        terminal.line(`             ${cyan(String(i + 1))} ${title}`)
      if (once) over()
    })
    stopStory()
  } finally {
    keyboard.close()
    await line.close()
  }
  terminal.line(`\n  ${dim('The phone is put away. Au revoir.')}\n`)
}

function introduce(url: string, once: boolean) {
  const agent = demoLogins[2]
  terminal.line(`\n  ${green('♣')} ${bold('A customer writes by WhatsApp')}\n`)
  terminal.line(
    `    1. Sign in at ${cyan(url)} as ${cyan(agent.email)} (${agent.password}), become ${bold('ready')}.`
  )
  terminal.line(`    2. Take the offer and answer: the answer appears below.`)
  terminal.line(
    once
      ? dim('    Ends with the first answer.')
      : `    3. Write on here, a line each; a digit taps what was offered. ${dim('Ctrl-C ends it.')}`
  )
  terminal.line()
}

try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options) await run(options)
  else terminal.line(usage)
} catch (error) {
  terminal.line(`\n  ${red(error instanceof Error ? error.message : String(error))}\n`)
  process.exitCode = 1
}
