import { parseArgs } from 'node:util'
import { Compile } from 'typebox/compile'
import { FlowStub, TriedAnswer, type FlowWalk, type WalkLine } from '@palabre/config/contract/flow'
import { walkThrough } from '../flows/walk.ts'
import { closeSources } from '../sources/pools.ts'
import { Misuse, type Command } from './command.ts'
import { paint } from './flow-colours.ts'
import { flowNamed, readJsonFile } from './flow-named.ts'

const checkStub = Compile(FlowStub)
const checkAnswer = Compile(TriedAnswer)

/** Walks through a flow from the command line, and fails when something went wrong on the way. */
export const flowTest: Command = {
  usage: `palabre flow test <file or name> --from <number> --to <number> [--name <caller>] [--press "1,42#"] [--say <words>]
    [--at <time>] [--source-stub <file>] [--json]
  --press and --say may come several times, in the order of the call; nothing between commas is silence, and "!" makes
  what the flow just did (a queue, a transfer …) fail. The stub holds what look-ups and requests answer, by node:
  {"find": [{"name": "Awa"}], "order": {"status": "sent"}, "balance": null}; the others are made for real.`,
  async read(words) {
    const { word, from, to, name, now, answers, stubPath, json } = optionsOf(words)
    const find = await flowNamed(word)
    const stub = stubPath === undefined ? {} : await readStub(stubPath)
    return async (hub) => {
      const { content, permitted } = await find()
      try {
        const given = { 'call.from': from, 'call.to': to, 'call.name': name }
        const walk = await walkThrough(hub, content, permitted, { given, answers, now, stub })
        const text = json ? JSON.stringify(walk) : walkText(walk)
        if (walk.incidents > 0) throw new Error(text)
        return text
      } finally {
        await closeSources(hub)
      }
    }
  }
}

function optionsOf(words: string[]) {
  const options = {
    from: { type: 'string', default: '' },
    to: { type: 'string', default: '' },
    name: { type: 'string', default: '' },
    press: { type: 'string', multiple: true },
    say: { type: 'string', multiple: true },
    at: { type: 'string' },
    'source-stub': { type: 'string' },
    json: { type: 'boolean', default: false }
  } as const
  const read = () => parseArgs({ args: words, options, allowPositionals: true, tokens: true })
  let parsed: ReturnType<typeof read>
  try {
    parsed = read()
  } catch (error) {
    throw new Misuse((error as Error).message, { cause: error })
  }
  const { values, positionals, tokens } = parsed
  const [word, ...more] = positionals
  if (word === undefined || more.length > 0) throw new Misuse('Name one flow')
  const now = values.at === undefined ? new Date() : new Date(values.at)
  if (Number.isNaN(now.getTime())) throw new Misuse(`--at ${values.at ?? ''} is not a time`)
  const answers = tokens.flatMap((token) => {
    if (token.kind !== 'option' || token.value === undefined) return []
    if (token.name === 'press') return token.value.split(',').map(pressed)
    return token.name === 'say' ? [{ say: token.value }] : []
  })
  const wrong = answers.find((answer) => !checkAnswer.Check(answer))
  if (wrong) throw new Misuse(`${JSON.stringify(wrong)} is nothing that a caller can do`)
  const { from, to, name, json } = values
  return { word, from, to, name, json, now, answers, stubPath: values['source-stub'] }
}

function pressed(part: string): TriedAnswer {
  const keys = part.trim()
  return keys === '' ? { silence: true } : keys === '!' ? { fail: true } : { press: keys }
}

async function readStub(path: string): Promise<FlowStub> {
  const stub = await readJsonFile(path)
  if (checkStub.Check(stub)) return stub
  throw new Misuse(`${path} holds no answers by node`)
}

const signs: Record<WalkLine['kind'], [sign: string, style: Parameters<typeof paint>[0]]> = {
  node: ['▸', 'bold'],
  hears: ['  ♪', 'cyan'],
  asks: ['  …', 'dim'],
  caller: ['  ☎', 'green'],
  answer: ['  ←', 'blue'],
  incident: ['  !', 'red'],
  end: ['■', 'magenta']
}

function walkText({ lines, ended, values, incidents }: FlowWalk): string {
  const told = lines.map(({ kind, text }) => {
    const [sign, style] = signs[kind]
    return `${paint(style, sign)} ${kind === 'node' ? paint(style, text) : text}`
  })
  const seen = values.map(({ label, value }) => `  ${label}: ${value}`)
  return [
    ...told,
    ...(ended === 'listening'
      ? [paint('dim', '■ the answers end here; the caller is still being asked')]
      : []),
    ...(seen.length > 0 ? ['', 'The agent sees:', ...seen] : []),
    ...(incidents > 0 ? ['', paint('red', `${String(incidents)} incident(s)`)] : [])
  ].join('\n')
}
