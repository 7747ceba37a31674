import { defineWords } from '../catalogue.ts'

/** Words of an agent's own status. */
export const presence = defineWords({
  en: {
    control: 'Your status: {state}, for {time}. Change it',
    'your-status': 'Your status',
    'become-ready': 'Become ready',
    'back-to-ready': 'I am back',
    'pause-for': 'Pause',
    'paused-for': 'Paused: {reason}',
    'go-offline': 'Go offline',
    'open-menu': 'Change your status',
    unpaid: 'unpaid',
    capacity: 'In hand',
    'capacity-line': '{medium}: {used} of {room}',
    'capacity-none': 'You take nothing yet: your capacity is not set.',
    'since-line': 'for {time}',
    'no-answer-notice': 'You did not answer an offer, so nothing more is offered to you.',
    'lost-notice':
      'Your connection was lost for a while, so you were set offline. Your urgent work went to others.',
    'forced-notice': 'Somebody in charge changed your status to: {state}.',
    'offline-notice': 'You are offline: nothing is offered to you.',
    'told-no-answer': 'Your status is now “No answer”: an offer was not answered.',
    'told-connection-lost': 'You were set offline: your connection was lost.',
    'told-forced': 'Your status was changed by somebody in charge: {state}.',
    'told-signed-out': 'You were set offline: you signed out elsewhere.',
    'told-other': 'Your status was changed: {state}.',
    'ask-notify': 'Shall offers show themselves when you are in another window?',
    'ask-notify-yes': 'Allow'
  },
  fr: {
    control: 'Votre statut : {state}, depuis {time}. Le changer',
    'your-status': 'Votre statut',
    'become-ready': 'Passer à prêt',
    'back-to-ready': 'Je suis de retour',
    'pause-for': 'Pause',
    'paused-for': 'En pause : {reason}',
    'go-offline': 'Passer hors ligne',
    'open-menu': 'Changer votre statut',
    unpaid: 'non payée',
    capacity: 'En main',
    'capacity-line': '{medium} : {used} sur {room}',
    'capacity-none': 'Vous ne prenez encore rien : votre capacité n’est pas définie.',
    'since-line': 'depuis {time}',
    'no-answer-notice': 'Vous n’avez pas répondu à une offre : rien d’autre ne vous est proposé.',
    'lost-notice':
      'Votre connexion a été perdue un moment et vous êtes passé hors ligne. Vos urgences sont allées à d’autres.',
    'forced-notice': 'Un responsable a changé votre statut : {state}.',
    'offline-notice': 'Vous êtes hors ligne : rien ne vous est proposé.',
    'told-no-answer': 'Votre statut est maintenant « Sans réponse » : une offre est restée sans réponse.',
    'told-connection-lost': 'Vous êtes passé hors ligne : votre connexion a été perdue.',
    'told-forced': 'Un responsable a changé votre statut : {state}.',
    'told-signed-out': 'Vous êtes passé hors ligne : vous vous êtes déconnecté ailleurs.',
    'told-other': 'Votre statut a changé : {state}.',
    'ask-notify': 'Les offres doivent-elles se montrer quand vous êtes dans une autre fenêtre ?',
    'ask-notify-yes': 'Autoriser'
  }
})
