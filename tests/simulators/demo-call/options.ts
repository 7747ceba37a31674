import { parseArgs } from 'node:util'
import { demoLogins } from '@palabre/hub/demo/logins'

export const usage = `npm run demo:call -- [options]

  --from NUMBER          who calls (+221338000001)
  --name NAME            the name that the caller's carrier shows
  --say TEXT             what the caller says when somebody answers
  --press KEYS           keys that are pressed by themselves, a part for each question: --press "1,4242#"
  --echo                 what the agent says comes back a second later
  --silent               the caller says nothing
  --hang-up-after N      the caller hangs up after so many seconds
  --loop                 calls again when the call is over
  --hub URL              where Palabre is (http://localhost:8080)
  --email, --password    an administrator, where the demo's own was changed
  --help                 this text`

const sentence =
  'Bonjour, je vous appelle au sujet de ma carte bancaire. Elle ne fonctionne plus depuis hier soir. Pouvez-vous m’aider ?'

export interface DemoOptions {
  hub: string
  email: string
  password: string
  from: string
  name?: string
  say: string | null
  press: string[]
  echo: boolean
  loop: boolean
  hangUpAfterSeconds?: number
}

/** Null: only the usage is wanted. @throws Error for people */
export function readOptions(words: string[], env: NodeJS.ProcessEnv): DemoOptions | null {
  const { values } = parseArgs({
    args: words,
    options: {
      from: { type: 'string', default: '+221338000001' },
      name: { type: 'string' },
      say: { type: 'string', default: sentence },
      press: { type: 'string', default: '' },
      echo: { type: 'boolean', default: false },
      silent: { type: 'boolean', default: false },
      'hang-up-after': { type: 'string' },
      loop: { type: 'boolean', default: false },
      hub: { type: 'string', default: `http://localhost:${env['PORT'] ?? '8080'}` },
      email: { type: 'string', default: demoLogins[0].email },
      password: { type: 'string', default: demoLogins[0].password },
      help: { type: 'boolean', default: false }
    }
  })
  if (values.help) return null
  const { from, name, press, echo, loop, email, password } = values
  if (!/^[+\d][\d ]{2,20}$/.test(from)) throw new Error(`--from ${from} is no number`)
  if (!/^[\d*#,]*$/.test(press)) throw new Error(`--press ${press}: keys are 0 to 9, * and #`)
  const seconds = values['hang-up-after']
  if (seconds !== undefined && !/^[1-9]\d{0,4}$/.test(seconds))
    throw new Error(`--hang-up-after ${seconds} is no number of seconds`)
  if (!URL.canParse(values.hub)) throw new Error(`--hub ${values.hub} is no address`)
  return {
    hub: new URL(values.hub).origin,
    email,
    password,
    from: from.replaceAll(' ', ''),
    ...(name !== undefined && { name }),
    say: values.silent ? null : values.say,
    press: press.split(',').filter(Boolean),
    echo,
    loop,
    ...(seconds !== undefined && { hangUpAfterSeconds: Number(seconds) })
  }
}
