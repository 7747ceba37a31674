import { defineWords } from '../catalogue.ts'

/** Words of the pages that recipients of campaigns see. */
export const campaigns = defineWords({
  en: {
    'preferences-title': 'Your messages',
    'preferences-intro': 'This is about messages to {address}.',
    'preferences-ask': 'What do you no longer want?',
    'preferences-this': 'Messages like this one',
    'preferences-off': 'off already',
    'preferences-all': 'Any mailing at all',
    'preferences-save': 'Save',
    'preferences-note': 'Answers to what you ask us, and messages that we owe you, still reach you.',
    'done-title': 'It is done',
    'done-this': 'You will get no more of these messages at {address}.',
    'done-nothing': 'Nothing was changed for {address}.',
    'done-all': 'You will get no more mailings at {address}.',
    'wrong-title': 'This link does not work',
    'wrong-text': 'It is incomplete, or the message that it came with is no longer known here.',
    language: 'Français'
  },
  fr: {
    'preferences-title': 'Vos messages',
    'preferences-intro': 'Il s’agit des messages envoyés à {address}.',
    'preferences-ask': 'Que ne voulez-vous plus recevoir ?',
    'preferences-this': 'Les messages comme celui-ci',
    'preferences-off': 'déjà arrêté',
    'preferences-all': 'Tous les envois, quels qu’ils soient',
    'preferences-save': 'Enregistrer',
    'preferences-note':
      'Les réponses à vos demandes, et les messages que nous vous devons, vous parviennent toujours.',
    'done-title': 'C’est fait',
    'done-this': 'Vous ne recevrez plus ces messages à {address}.',
    'done-nothing': 'Rien n’a changé pour {address}.',
    'done-all': 'Vous ne recevrez plus d’envois à {address}.',
    'wrong-title': 'Ce lien ne fonctionne pas',
    'wrong-text': 'Il est incomplet, ou le message dont il vient n’est plus connu ici.',
    language: 'English'
  }
})
