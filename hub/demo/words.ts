/** What an administrator of the imaginary bank would have set up. */
export const demoDispositions = [
  { name: 'Answered', group: 'Information', order: 10, noteRequired: false },
  { name: 'Card blocked', group: 'Cards', order: 20, noteRequired: false },
  { name: 'Complaint', group: 'Complaint', order: 30, noteRequired: true },
  { name: 'Loan: appointment made', group: 'Loans', order: 40, noteRequired: false },
  { name: 'To be called back', group: 'Follow-up', order: 50, noteRequired: true },
  { name: 'Spam or wrong address', group: 'Other', order: 90, noteRequired: false }
]

export const demoPauseReasons = [
  { name: 'Break', order: 10, paid: true },
  { name: 'Lunch', order: 20, paid: false },
  { name: 'Training', order: 30, paid: true },
  { name: 'Meeting', order: 40, paid: true }
]

export const demoCannedAnswers = [
  {
    shortcut: 'hello',
    title: 'Greeting',
    text: 'Hello {{contact.name}}, this is {{agent.name}}. How can I help you?',
    html: null,
    locale: 'en',
    queueIds: []
  },
  {
    shortcut: 'bonjour',
    title: 'Accueil',
    text: 'Bonjour {{contact.name}}, ici {{agent.name}}. Que puis-je faire pour vous ?',
    html: null,
    locale: 'fr',
    queueIds: []
  },
  {
    shortcut: 'block-card',
    title: 'Card blocked',
    text: 'Your card is blocked as of now. A new one is on its way and reaches your branch within five working days.',
    html: null,
    locale: 'en',
    queueIds: []
  },
  {
    shortcut: 'carte-bloquee',
    title: 'Carte bloquée',
    text: 'Votre carte est bloquée dès maintenant. La nouvelle arrive à votre agence sous cinq jours ouvrés.',
    html: null,
    locale: 'fr',
    queueIds: []
  }
]
