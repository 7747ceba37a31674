import type { ChannelSetup } from '../channel.ts'

/** How a number of the Cloud API is connected. */
export const setup: ChannelSetup = {
  title: { en: 'WhatsApp', fr: 'WhatsApp' },
  summary: {
    en: 'A business number of WhatsApp, over Meta’s Cloud API. Needs an app at Meta with the product WhatsApp.',
    fr: 'Un numéro professionnel WhatsApp, par l’API Cloud de Meta. Il faut une application Meta avec le produit WhatsApp.'
  },
  mark: 'recommended',
  steps: [
    {
      title: { en: 'Number', fr: 'Numéro' },
      text: {
        en: 'At developers.facebook.com open your app, then WhatsApp → API Setup: choose the number under “From”. Both identifiers stand below it.',
        fr: 'Sur developers.facebook.com, ouvrez votre application, puis WhatsApp → Configuration de l’API : choisissez le numéro sous « De ». Les deux identifiants figurent en dessous.'
      },
      fields: ['phoneNumberId', 'wabaId', 'language']
    },
    {
      title: { en: 'Access', fr: 'Accès' },
      text: {
        en: 'At business.facebook.com, Settings → System users: add one with the app and the WhatsApp account, and generate a token with whatsapp_business_messaging and whatsapp_business_management that never expires. The app secret is under App settings → Basic. The verify token is of your own choice.',
        fr: 'Sur business.facebook.com, Paramètres → Utilisateurs système : ajoutez-en un avec l’application et le compte WhatsApp, puis générez un jeton sans expiration avec whatsapp_business_messaging et whatsapp_business_management. Le secret se trouve dans Paramètres de l’app → Général. Le jeton de vérification est à votre choix.'
      },
      fields: ['accessToken', 'appSecret', 'verifyToken']
    },
    {
      title: { en: 'Webhook', fr: 'Webhook' },
      text: {
        en: 'In the app, WhatsApp → Configuration: enter this address as callback URL, and the verify token of the step before. Then subscribe to the field “messages”, and to “message_template_status_update” to see templates change at once. One app has one address, whatever number is written to.',
        fr: 'Dans l’application, WhatsApp → Configuration : saisissez cette adresse comme URL de rappel, avec le jeton de vérification de l’étape précédente. Abonnez-vous ensuite au champ « messages », et à « message_template_status_update » pour voir aussitôt les changements de modèles. Une application n’a qu’une adresse, quel que soit le numéro.'
      },
      shows: 'webhook'
    },
    {
      title: { en: 'Connection test', fr: 'Test de connexion' },
      text: {
        en: 'Asks Meta for the number, the secret, the business account, the webhook and the token. Nobody is written to.',
        fr: 'Demande à Meta le numéro, le secret, le compte professionnel, le webhook et le jeton. Personne n’est contacté.'
      },
      shows: 'test'
    }
  ]
}
