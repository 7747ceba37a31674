import { defineWords } from '../catalogue.ts'

/** Words of supervisors who look on, whisper, take over and send on, and of what the agent is told. */
export const stepping = defineWords({
  en: {
    title: 'Looking on',
    'back-to-board': 'Back',
    'in-hands-of': 'In the hands of {agent}',
    'offered-to': 'Offered to {agent}',
    'no-holder': 'Nobody works on it now',
    'in-wrapup-of': '{agent} is in wrap-up',
    'is-closed': 'Closed',
    'is-yours': 'It is in your own hands.',
    'open-own': 'Open in the inbox',
    'open-inbox': 'Open in the inbox',
    gone: 'You do not look after this any more',
    'gone-help': 'It went to a queue or team that you do not look after, or it does not exist.',

    'is-writing': '{agent} is writing:',
    'is-writing-note': '{agent} is writing a note:',
    'has-written': '{agent} has written, not sent yet:',
    'has-written-note': '{agent} has written a note, not kept yet:',
    'writes-nothing': '{agent} is not writing.',
    'nobody-writes': 'What is being written appears here as soon as somebody works on it.',
    'kept-at': 'Kept at {when}',
    subject: 'Subject: {subject}',
    'shown-help': '{agent} sees that a supervisor looks on.',

    whisper: 'Whisper',
    'whisper-to': 'Whisper to {agent}',
    'whisper-hint': 'Only {agent} and supervisors see this, now and later.',
    'whisper-send': 'Whisper',
    'whisper-mark': 'Whisper to {agent} · never for the customer',
    'whisper-mark-you': 'Whisper to you · never for the customer',
    'whisper-news': '{author} whispers about {name}: {text}',
    'whisper-open': 'Open',
    'whisper-nobody': 'There is nobody to whisper to.',

    'take-over': 'Take over',
    'take-over-title': 'Take this over from {agent}?',
    'take-over-help':
      'It moves into your hands at once, with what {agent} has written. {agent} is told who did it and why.',
    'take-over-do': 'Take over',
    reason: 'Why',
    'reason-help': '{agent} reads this.',
    'reason-needed': 'Say why: {agent} reads it.',
    'reason-help-needed': 'You asked for help',
    'reason-urgent': 'It is urgent',
    'reason-known': 'I know the case',
    'taken-over': 'It is in your hands now. What {agent} had written is in your draft.',
    'taken-over-empty': 'It is in your hands now.',
    'sent-meanwhile': '{agent} had sent this already: your draft was emptied.',
    'no-hands':
      'You have no agent record, so you cannot hold work. Send it to another agent or queue instead, or ask an administrator.',
    'no-place':
      'You have no free place for this. Close or hand on something first, or send it to another agent.',
    'not-there': 'You are offline. Set yourself to ready or to a pause first.',
    'is-call': 'A call is taken over on the telephone: join it first, then take it over above.',
    'not-in-hands': 'Only what an agent holds or is offered can be taken over.',

    'send-on': 'Send to another',
    'call-controls': 'The call',

    watched: 'A supervisor is looking',
    'watched-help': 'A supervisor sees this conversation and what you write, as you write it.',

    'was-taken': '{by} took over your conversation with {name}.',
    'was-sent-on': '{by} sent your conversation with {name} on.',
    'was-why': 'Why: {reason}',
    'draft-handed': 'What you had written went to {by}. Your copy is kept until you put this away:',
    'draft-kept': 'What you had written was not sent and not handed on. It is kept until you put this away:',
    copy: 'Copy',
    copied: 'Copied.',
    'copy-failed': 'The browser does not allow it.',
    dismiss: 'Put away',
    'dismiss-of': 'Put away: {name}',

    'rule-title': 'Looking on',
    'rule-intro':
      'Supervisors may look at what an agent writes, as it is written. Each look is kept in the audit trail: who, whom, when, how long.',
    'rule-shown': 'Agents see when a supervisor looks',
    'rule-shown-help':
      'A quiet eye stands at the head of the conversation. In many countries labour law wants it; ask before you switch it off.',
    'rule-saved': 'Saved.',

    'log-takenOver': '{by} took it over from {agent}'
  },
  fr: {
    title: 'Regard du superviseur',
    'back-to-board': 'Retour',
    'in-hands-of': 'Entre les mains de {agent}',
    'offered-to': 'Proposé à {agent}',
    'no-holder': 'Personne ne le traite en ce moment',
    'in-wrapup-of': '{agent} est en post-traitement',
    'is-closed': 'Clos',
    'is-yours': 'Il est entre vos mains.',
    'open-own': 'Ouvrir dans la boîte',
    'open-inbox': 'Ouvrir dans la boîte',
    gone: 'Ce contact n’est plus de votre ressort',
    'gone-help': 'Il est passé à une file ou une équipe que vous ne suivez pas, ou n’existe pas.',

    'is-writing': '{agent} écrit :',
    'is-writing-note': '{agent} écrit une note :',
    'has-written': '{agent} a écrit, sans l’envoyer :',
    'has-written-note': '{agent} a écrit une note, pas encore gardée :',
    'writes-nothing': '{agent} n’écrit pas.',
    'nobody-writes': 'Ce qui s’écrit paraît ici dès que quelqu’un le traite.',
    'kept-at': 'Gardé à {when}',
    subject: 'Objet : {subject}',
    'shown-help': '{agent} voit qu’un superviseur regarde.',

    whisper: 'Souffler',
    'whisper-to': 'Souffler à {agent}',
    'whisper-hint': 'Seuls {agent} et les superviseurs le voient, maintenant et plus tard.',
    'whisper-send': 'Souffler',
    'whisper-mark': 'Soufflé à {agent} · jamais pour le client',
    'whisper-mark-you': 'Soufflé pour vous · jamais pour le client',
    'whisper-news': '{author} vous souffle à propos de {name} : {text}',
    'whisper-open': 'Ouvrir',
    'whisper-nobody': 'Il n’y a personne à qui souffler.',

    'take-over': 'Reprendre',
    'take-over-title': 'Reprendre ce contact à {agent} ?',
    'take-over-help':
      'Il passe aussitôt entre vos mains, avec ce que {agent} a écrit. {agent} apprend qui l’a fait et pourquoi.',
    'take-over-do': 'Reprendre',
    reason: 'Pourquoi',
    'reason-help': '{agent} le lit.',
    'reason-needed': 'Dites pourquoi : {agent} le lit.',
    'reason-help-needed': 'Vous avez demandé de l’aide',
    'reason-urgent': 'C’est urgent',
    'reason-known': 'Je connais le dossier',
    'taken-over': 'Il est entre vos mains. Ce que {agent} avait écrit est dans votre brouillon.',
    'taken-over-empty': 'Il est entre vos mains.',
    'sent-meanwhile': '{agent} l’avait déjà envoyé : votre brouillon a été vidé.',
    'no-hands':
      'Vous n’avez pas de fiche d’agent et ne pouvez donc rien tenir. Envoyez-le à un autre agent ou une autre file, ou voyez un administrateur.',
    'no-place':
      'Vous n’avez plus de place pour ce contact. Terminez ou transmettez autre chose d’abord, ou envoyez-le à un autre agent.',
    'not-there': 'Vous êtes hors ligne. Passez d’abord en disponible ou en pause.',
    'is-call': 'Un appel se reprend au téléphone : entrez-y d’abord, puis reprenez-le ci-dessus.',
    'not-in-hands': 'On ne reprend que ce qu’un agent tient ou se voit proposer.',

    'send-on': 'Envoyer à un autre',
    'call-controls': 'L’appel',

    watched: 'Un superviseur regarde',
    'watched-help':
      'Un superviseur voit cette conversation et ce que vous écrivez, à mesure que vous l’écrivez.',

    'was-taken': '{by} a repris votre conversation avec {name}.',
    'was-sent-on': '{by} a transmis votre conversation avec {name}.',
    'was-why': 'Motif : {reason}',
    'draft-handed': 'Ce que vous aviez écrit est passé à {by}. Votre copie est gardée jusqu’au rangement :',
    'draft-kept': 'Ce que vous aviez écrit n’a été ni envoyé ni transmis. C’est gardé jusqu’au rangement :',
    copy: 'Copier',
    copied: 'Copié.',
    'copy-failed': 'Le navigateur ne le permet pas.',
    dismiss: 'Ranger',
    'dismiss-of': 'Ranger : {name}',

    'rule-title': 'Regard du superviseur',
    'rule-intro':
      'Les superviseurs peuvent voir ce qu’un agent écrit, à mesure qu’il l’écrit. Chaque regard est gardé au journal d’audit : qui, sur qui, quand, combien de temps.',
    'rule-shown': 'Les agents voient quand un superviseur regarde',
    'rule-shown-help':
      'Un œil discret se tient en tête de la conversation. Dans bien des pays le droit du travail le veut ; renseignez-vous avant de l’éteindre.',
    'rule-saved': 'Enregistré.',

    'log-takenOver': '{by} l’a repris à {agent}'
  }
})
