import type { ChannelSetup } from '../channel.ts'

/** How an account on X is connected. */
export const setup: ChannelSetup = {
  title: { en: 'X', fr: 'X' },
  summary: {
    en: 'Direct messages and public mentions of an account on X. X charges for every message.',
    fr: 'Les messages privés et les mentions publiques d’un compte X. X facture chaque message.'
  },
  steps: [
    {
      title: { en: 'Costs', fr: 'Coûts' },
      text: {
        en: 'X charges its developer account for what is read and sent. See docs.x.com, “Pricing”, before you go on.',
        fr: 'X facture à son compte développeur ce qui est lu et envoyé. Voyez docs.x.com, « Pricing », avant de continuer.'
      },
      fields: ['knowsCost', 'takeMessages', 'takeMentions']
    },
    {
      title: { en: 'Access', fr: 'Accès' },
      text: {
        en: 'At developer.x.com open your app, then “Keys and tokens”. The app needs “Read, write and direct messages”; make the access token after that was set, for the account that customers write to.',
        fr: 'Sur developer.x.com, ouvrez votre application, puis « Keys and tokens ». Elle doit avoir « Read, write and direct messages » ; créez le jeton d’accès ensuite, pour le compte auquel les clients écrivent.'
      },
      fields: ['consumerKey', 'consumerSecret', 'accessToken', 'accessTokenSecret', 'bearerToken']
    },
    {
      title: { en: 'How messages come', fr: 'Arrivée des messages' },
      text: {
        en: 'Asking now and then works with every app. A webhook needs an app with access to X’s account activity.',
        fr: 'Demander régulièrement fonctionne avec toute application. Un webhook demande une application qui a accès à l’activité du compte.'
      },
      fields: ['inbound', 'pollSeconds']
    },
    {
      title: { en: 'Webhook', fr: 'Webhook' },
      text: {
        en: 'Register this address with X’s webhook interface (docs.x.com, “Webhooks”) and subscribe the account to it.',
        fr: 'Enregistrez cette adresse par l’interface des webhooks de X (docs.x.com, « Webhooks ») et abonnez-y le compte.'
      },
      when: { field: 'inbound', is: 'webhook' },
      shows: 'webhook'
    },
    {
      title: { en: 'Connection test', fr: 'Test de connexion' },
      text: {
        en: 'Asks X whether it takes the keys. Nobody is written to.',
        fr: 'Demande à X s’il accepte les clés. Personne n’est contacté.'
      },
      shows: 'test'
    }
  ]
}
