import { settingsOf, type ChatAccount } from './settings.ts'

/** The name of an agent as visitors of this account may see it: the first word of it, or all. */
export function agentName(fullName: string, account: ChatAccount): string {
  const name = fullName.trim()
  return settingsOf(account).agentNaming === 'full' ? name : (name.split(/\s+/)[0] ?? name)
}
