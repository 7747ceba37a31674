const common =
  /pass|motdepasse|azerty|qwert|welcome|bienvenue|bonjour|admin|palabre|letmein|soleil|12345|abcd/i

/** 0 (very weak) … 4 (strong), by length, variety and habit; the hub has the last word. */
export function passwordStrength(password: string): 0 | 1 | 2 | 3 | 4 {
  if (password.length < 6) return 0
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(password)).length
  const different = new Set(password).size
  let score = Math.floor((password.length - 4) / 4) + Math.floor(kinds / 2)
  if (different < password.length / 3 || different < 5) score -= 2
  if (common.test(password)) score -= 2
  if (password.length < 10) score = Math.min(score, 1)
  return Math.min(4, Math.max(0, score)) as 0 | 1 | 2 | 3 | 4
}
