import { parseArgs } from 'node:util'
import { demoLogins } from '@palabre/hub/demo/logins'

export const usage = `npm run demo:whatsapp -- ["text"] [options]

  "text"                 what the customer writes first; further lines are typed here
  --from NUMBER          who writes (+221770000001)
  --name NAME            the name that the customer has chosen at WhatsApp (Aminata)
  --once                 ends with the agent's first answer
  --hub URL              where Palabre is (http://localhost:8080)
  --email, --password    an administrator, where the demo's own was changed
  --help                 this text`

export interface DemoOptions {
  hub: string
  email: string
  password: string
  from: string
  name: string
  text: string
  once: boolean
}

/** Null: only the usage is wanted. @throws Error for people */
export function readOptions(words: string[], env: NodeJS.ProcessEnv): DemoOptions | null {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      from: { type: 'string', default: '+221770000001' },
      name: { type: 'string', default: 'Aminata' },
      once: { type: 'boolean', default: false },
      hub: { type: 'string', default: `http://localhost:${env['PORT'] ?? '8080'}` },
      email: { type: 'string', default: demoLogins[0].email },
      password: { type: 'string', default: demoLogins[0].password },
      help: { type: 'boolean', default: false }
    }
  })
  if (values.help) return null
  const from = values.from.replace(/^(\+|00)|[ .-]/g, '')
  if (!/^[1-9]\d{6,14}$/.test(from)) throw new Error(`--from ${values.from} is no number`)
  if (!URL.canParse(values.hub)) throw new Error(`--hub ${values.hub} is no address`)
  const { name, once, email, password } = values
  const text = positionals.join(' ').trim() || 'Bonjour, ma carte est bloquée. Que dois-je faire ?'
  return { hub: new URL(values.hub).origin, email, password, from, name, text, once }
}
