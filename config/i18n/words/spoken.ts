import { defineWords } from '../catalogue.ts'

/** What callers hear from the machine. Short sentences: they are heard once, over a telephone. */
export const spoken = defineWords({
  en: {
    confirm: 'A call from {name}. Press 1 to take it.',
    position:
      '{position, plural, =1 {You are next.} other {You are number # in the queue.}} {minutes, plural, =0 {} =1 {We expect to answer within a minute.} other {We expect to answer within # minutes.}}',
    patience: 'All our advisers are talking to somebody. Please stay on the line.',
    'agent-lost': 'The line to your adviser was interrupted. We are finding you another one.',
    closed: 'We are closed at the moment. Please call again during our opening hours.',
    fault: 'There is a fault on our side. Please stay on the line, or call again in a few minutes.',
    voicemail: 'Please leave a message after the tone. Hang up when you have finished.',
    'voicemail-noted': 'Thank you. Your message has been noted. Goodbye.',
    'voicemail-left': 'Voicemail, {seconds} s',
    'voicemail-lost': 'Voicemail that could not be kept',
    'offer-callback': 'If you would rather be called back without losing your place, press 1.',
    'offer-voicemail': 'If you would rather leave a message, press 1.',
    'callback-noted': 'Thank you. We will call you back at the number that you are calling from.',
    recorded: 'This call may be recorded.'
  },
  fr: {
    confirm: 'Un appel de {name}. Appuyez sur 1 pour le prendre.',
    position:
      '{position, plural, =1 {Vous êtes le prochain.} other {Vous êtes en position # dans la file.}} {minutes, plural, =0 {} =1 {Nous devrions vous répondre dans moins d’une minute.} other {Nous devrions vous répondre dans moins de # minutes.}}',
    patience: 'Tous nos conseillers sont en conversation. Merci de rester en ligne.',
    'agent-lost': 'La ligne avec votre conseiller a été interrompue. Nous cherchons un autre conseiller.',
    closed: 'Nous sommes fermés en ce moment. Merci de rappeler pendant nos heures d’ouverture.',
    fault: 'Un incident est survenu de notre côté. Restez en ligne, ou rappelez dans quelques minutes.',
    voicemail: 'Laissez un message après le signal sonore. Raccrochez quand vous avez terminé.',
    'voicemail-noted': 'Merci. Votre message a bien été noté. Au revoir.',
    'voicemail-left': 'Message vocal, {seconds} s',
    'voicemail-lost': 'Message vocal qui n’a pas pu être conservé',
    'offer-callback': 'Si vous préférez être rappelé sans perdre votre place, appuyez sur 1.',
    'offer-voicemail': 'Si vous préférez laisser un message, appuyez sur 1.',
    'callback-noted': 'Merci. Nous vous rappellerons au numéro depuis lequel vous appelez.',
    recorded: 'Cet appel peut être enregistré.'
  }
})
export type SpokenKey = keyof (typeof spoken)['en']
