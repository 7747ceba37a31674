import type { Words } from './en.ts'

/** French puts a narrow no-break space before `? ! ;` and a no-break space before `:` and `%`. */
export const fr: Words = {
  open: (unread) =>
    unread === 0
      ? 'Ouvrir le chat'
      : unread === 1
        ? 'Ouvrir le chat, 1 message non lu'
        : `Ouvrir le chat, ${unread} messages non lus`,
  close: 'Fermer le chat',
  more: 'Plus',
  back: 'Retour',
  cancel: 'Annuler',
  send: 'Envoyer',
  conversation: 'Conversation',

  agentHere: (name) => `${name} est là`,
  waiting: 'En attente d’un conseiller',
  ended: 'Chat terminé',
  closedNow: 'Fermé actuellement',
  joined: (name) => `${name} a rejoint le chat.`,
  chatEnded: 'Le chat est terminé.',
  you: 'Vous',
  somebody: 'Assistance',
  typing: (name) => (name ? `${name} écrit` : 'Quelqu’un écrit'),
  newMessages: 'Nouveaux messages',
  newMessageTitle: (count) => (count === 1 ? '1 nouveau message' : `${count} nouveaux messages`),
  says: (name, text) => `${name} dit\u00a0: ${text}`,
  sentFile: (name) => `Fichier\u00a0: ${name}`,

  inLine: (position) =>
    position === 1 ? 'C’est bientôt à vous.' : `Vous êtes en position ${position} dans la file.`,
  lookingForAgent: 'Nous cherchons la bonne personne pour vous.',
  wait: (seconds) => {
    const minutes = Math.round(seconds / 60)
    if (seconds < 45) return 'Cela prend en général moins d’une minute.'
    if (minutes <= 1) return 'Environ une minute d’attente.'
    if (minutes < 60) return `Environ ${minutes}\u00a0minutes d’attente.`
    return 'L’attente dépassera probablement une heure.'
  },
  waitUnknown: 'Nous ne pouvons pas encore estimer l’attente.',
  waitHint: 'Vous pouvez déjà écrire, et revenir sur cette page\u00a0: votre place est gardée.',

  write: 'Écrivez un message',
  attach: 'Joindre des fichiers',
  removeFile: (name) => `Retirer ${name}`,
  uploading: (name, percent) => `Envoi de ${name}, ${percent}\u00a0%`,
  dropHere: 'Déposez les fichiers ici',
  charactersLeft: (count) => `${count} caractères restants`,
  charactersOver: (count) => `${count} caractères de trop`,

  sending: 'Envoi en cours',
  willBeSent: 'Partira au retour de la connexion',
  sent: 'Envoyé',
  delivered: 'Remis',
  read: 'Lu',
  notSent: 'Non envoyé.',
  retry: 'Réessayer',
  discard: 'Abandonner',

  offline: 'Vous êtes hors ligne. Ce que vous écrivez partira au retour de la connexion.',
  reconnecting: 'Connexion perdue, reconnexion en cours. Ce que vous écrivez sera envoyé.',
  tryNow: 'Réessayer',
  cannotConnect: 'Le chat est injoignable pour le moment. Nous continuons d’essayer.',

  name: 'Nom',
  email: 'Adresse e-mail',
  message: 'Message',
  question: 'Comment pouvons-nous vous aider\u202f?',
  optional: 'facultatif',
  choose: 'Choisissez…',
  start: 'Démarrer le chat',
  missing: 'Veuillez remplir ce champ.',
  wrongEmail: 'Cela ne ressemble pas à une adresse e-mail.',

  opensAt: (when) => `Nous rouvrons ${when}.`,
  today: (time) => `aujourd’hui à ${time}`,
  tomorrow: (time) => `demain à ${time}`,
  onDay: (day, time) => `${day} à ${time}`,
  leaveMessage: 'Laisser le message',
  left: 'Merci, nous avons bien votre message.',
  leftHint: (email) => `Nous répondrons à ${email}.`,
  leaveAnother: 'Laisser un autre message',
  instead: 'Laisser un message au lieu d’attendre',
  callMe: 'Être rappelé',
  callInstead: 'Être rappelé au lieu d’attendre',
  insteadHint: 'Laissez-nous votre message, nous répondrons par mail. Vous n’avez pas besoin d’attendre ici.',

  transcript: 'Recevoir la conversation par mail',
  transcriptSent: (email) => `La conversation part vers ${email}.`,
  endChat: 'Terminer le chat',
  endSure: 'Terminer ce chat\u202f?',
  endHint: 'Vous pourrez en commencer un autre à tout moment.',
  endYes: 'Terminer',
  endNo: 'Continuer',
  soundOn: 'Activer le son',
  soundOff: 'Couper le son',
  startAnew: 'Commencer un nouveau chat',

  rate: 'Comment s’est passé ce chat\u202f?',
  stars: ['Très mal', 'Mal', 'Correctement', 'Bien', 'Très bien'],
  comment: 'Que devrions-nous savoir\u202f?',
  sendRating: 'Envoyer la note',
  rated: (word) => `Merci. Votre note\u00a0: ${word}.`,

  todayLabel: 'Aujourd’hui',
  yesterdayLabel: 'Hier',
  bytes: (bytes) =>
    bytes >= 1_048_576
      ? `${(bytes / 1_048_576).toFixed(bytes >= 10_485_760 ? 0 : 1).replace('.', ',')}\u00a0Mo`
      : `${Math.max(1, Math.round(bytes / 1024))}\u00a0Ko`,

  refusals: {
    'too-large': (limit) => `Ce fichier dépasse ${limit}.`,
    'wrong-type': () => 'Ce type de fichier n’est pas accepté.',
    'empty-file': () => 'Ce fichier est vide.',
    'too-many-files': () => 'Un message ne peut pas porter plus de fichiers.',
    'too-many-requests': () => 'C’était trop rapide. Attendez un instant.',
    'outside-hours': () => 'Nous venons de fermer.',
    'invalid-input': () => 'Quelque chose n’y est pas correct.',
    'not-deliverable': () => 'Cela ne peut pas être pris tel quel.',
    unreachable: () => 'La connexion a échoué.',
    unexpected: () => 'Une erreur est survenue de notre côté.'
  }
}
