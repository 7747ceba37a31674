/** Logins of the demo, printed at each start while the passwords are still these. */
const password = 'sous-l-arbre-2026'

export const demoLogins = [
  { role: 'administrator', name: 'Ada Baobab', email: 'admin@palabre.example', password },
  { role: 'supervisor', name: 'Simon Iroko', email: 'supervisor@palabre.example', password },
  { role: 'agent', name: 'Awa Cailcedrat', email: 'awa@palabre.example', password, skills: 'cards' },
  { role: 'agent', name: 'Boris Fromager', email: 'boris@palabre.example', password, skills: 'loans' }
] as const
