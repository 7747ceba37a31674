import { problemsOf } from '../flows/check.ts'
import { knownTo } from '../flows/known.ts'
import { Misuse, type Command } from './command.ts'
import { paint } from './flow-colours.ts'
import { flowNamed } from './flow-named.ts'

/** Says what speaks against publishing a flow; fails when something does. */
export const flowCheck: Command = {
  usage: `palabre flow check <file or name>`,
  async read(words) {
    const [word, ...more] = words
    if (word === undefined || word.startsWith('-') || more.length > 0) throw new Misuse('Name one flow')
    const find = await flowNamed(word)
    return async () => {
      const { content, permitted } = await find()
      const knows = await knownTo([content])
      // A file does not say which secrets its flow will have.
      const isFile = Object.keys(permitted.secrets).length === 0
      const problems = problemsOf(content, (noun, id) =>
        noun === 'secret' ? isFile || Object.hasOwn(permitted.secrets, id) : knows(noun, id)
      )
      const nodes = `${content.name}: ${String(content.nodes.length)} nodes`
      if (problems.length === 0) return `${paint('green', '✓')} ${nodes}, nothing speaks against it`
      const lines = problems.map(({ path, message }) => `  ${paint('yellow', path)}  ${message}`)
      throw new Error(
        [`${paint('red', '✗')} ${nodes}, ${String(problems.length)} problems`, ...lines].join('\n')
      )
    }
  }
}
