import { existsSync } from 'node:fs'
import type { TestReport } from '../channel.ts'
import { assets } from './assets.ts'
import { settingsOf, type ChatAccount } from './settings.ts'

/** Looks at what would keep a widget from working: its files, its sites, its identity secret. */
export async function test(account: ChatAccount): Promise<TestReport> {
  const { origins, identitySecret } = settingsOf(account)
  const built = existsSync(new URL('widget.js', assets))
  const steps = [
    {
      name: 'Find the widget',
      ok: built,
      detail: built ? 'It is served at /channels/chat/widget.js' : 'It is not built: run npm run build'
    },
    { name: 'Read the allowed sites', ok: true, detail: describeOrigins(origins) },
    {
      name: 'Read the identity secret',
      ok: true,
      detail: identitySecret === '' ? 'None: every visitor is anonymous' : 'Sites can sign who is logged in'
    }
  ]
  return { ok: built, steps }
}

function describeOrigins(origins: string[]): string {
  if (origins.length === 0) return 'Only pages of this server show the chat'
  if (origins.some((line) => line.trim() === '*')) return 'Any web site in the world can show this chat'
  return `${origins.join(', ')}, and pages of this server`
}
