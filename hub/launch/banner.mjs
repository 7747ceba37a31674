import { bold, cyan, dim, green, say } from './say.mjs'

/**
 * Says where everything is.
 * @param {{ address: string, smtpPort: number, dataDir: string, took: string,
 *   logins: { role: string, email: string, password: string }[] }} facts
 */
export function printBanner({ address, smtpPort, dataDir, took, logins }) {
  const row = (what, where, why) => say(`    ${what.padEnd(12)} ${cyan(where.padEnd(34))} ${dim(why)}`)
  say()
  say(`  ${green('♣')} ${bold('Palabre is ready')} ${dim(`after ${took}`)}`)
  say()
  row('Open', address, 'inbox, supervision, administration')
  row('Demo page', `${address}/demo`, 'be the customer: chat, call back, write')
  row('API', `${address}/api/docs`, 'everything the app can do')
  if (smtpPort > 0) row('Mail in', `smtp://localhost:${smtpPort}`, 'mail sent here becomes a conversation')
  printLogins(logins)
  say()
  say(dim(`    Data is kept in ${dataDir} · Ctrl-C stops everything · --verbose shows the logs`))
  say()
}

/** Lists who can sign in to the demo. */
export function printLogins(logins) {
  if (logins.length === 0) return
  const widest = Math.max(...logins.map(({ email }) => email.length))
  say()
  say(`    ${bold('Sign in as')}`)
  for (const { role, email, password } of logins) {
    say(`    ${role.padEnd(12)} ${cyan(email.padEnd(widest))}  ${password}`)
  }
}
