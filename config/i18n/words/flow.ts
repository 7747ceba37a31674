import { defineWords } from '../catalogue.ts'

/** What callers hear where a flow has no words of its own. */
export const flow = defineWords({
  en: {
    'not-understood': 'Sorry, I did not understand that.',
    silent: 'I did not hear anything.',
    fault: 'We have a technical problem at the moment. Please call again later. Goodbye.'
  },
  fr: {
    'not-understood': 'Désolé, je n’ai pas compris.',
    silent: 'Je n’ai rien entendu.',
    fault: 'Nous rencontrons un problème technique. Merci de rappeler plus tard. Au revoir.'
  }
})
