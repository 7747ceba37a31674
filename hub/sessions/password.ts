import { hash, verify } from '@node-rs/argon2'
import { refuse } from '../refuse.ts'

/** argon2id with the library's defaults (19 MiB, t=2), as OWASP's password storage sheet asks. */
export const hashPassword = (password: string): Promise<string> => hash(password)

export const isPassword = (passwordHash: string, password: string): Promise<boolean> =>
  verify(passwordHash, password)

const common = [
  'password',
  'motdepasse',
  'azerty',
  'qwerty',
  '123456',
  'bienvenue',
  'welcome',
  'palabre',
  'letmein'
]

/**
 * Refuses `weak-password`: shorter than 10 characters, few different ones, built on a common word, or on the person's
 * own name or address (NIST SP 800-63B: length and known-bad lists rather than character classes).
 */
export function checkStrength(password: string, about: { name: string; email: string }) {
  const lower = password.toLowerCase()
  const own = [about.email.split('@')[0] ?? '', ...about.name.toLowerCase().split(/\s+/)].filter(
    (word) => word.length > 3
  )
  const stripped = [...common, ...own].reduce((rest, word) => rest.replaceAll(word, ''), lower)
  if (password.length < 10 || new Set(lower).size < 5 || stripped.length < 6)
    refuse('weak-password', undefined, [{ path: 'password', message: 'is too weak' }])
}
