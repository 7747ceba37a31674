import { parseArgs } from 'node:util'
import { demoLogins } from '@palabre/hub/demo/logins'

export const usage = `npm run demo:floor -- [options]

  --agents N             how many agents work (50)
  --rate N               customers a minute, on average over the day (30)
  --minutes N            how long the day is (60)
  --seed N               the same day again
  --hub URL              where Palabre is, on this machine (http://localhost:8080)
  --email, --password    an administrator, where the demo's own was changed
  --help                 this text`

export interface FloorOptions {
  hub: string
  email: string
  password: string
  agents: number
  rate: number
  minutes: number
  seed: number
}

/** Null: only the usage is wanted. @throws Error for people */
export function readOptions(words: string[], env: NodeJS.ProcessEnv): FloorOptions | null {
  const { values } = parseArgs({
    args: words,
    options: {
      agents: { type: 'string', default: '50' },
      rate: { type: 'string', default: '30' },
      minutes: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      hub: { type: 'string', default: `http://localhost:${env['PORT'] ?? '8080'}` },
      email: { type: 'string', default: demoLogins[0].email },
      password: { type: 'string', default: demoLogins[0].password },
      help: { type: 'boolean', default: false }
    }
  })
  if (values.help) return null
  const number = (name: 'agents' | 'rate' | 'minutes' | 'seed', most: number) => {
    const value = Number(values[name])
    if (!(value > 0 && value <= most))
      throw new Error(`--${name} ${values[name]}: a number up to ${String(most)}, please`)
    return value
  }
  if (!URL.canParse(values.hub)) throw new Error(`--hub ${values.hub} is no address`)
  return {
    hub: new URL(values.hub).origin,
    email: values.email,
    password: values.password,
    agents: Math.floor(number('agents', 55)),
    rate: number('rate', 600),
    minutes: number('minutes', 1440),
    seed: Math.floor(number('seed', 1_000_000))
  }
}
