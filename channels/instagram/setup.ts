import type { ChannelSetup } from '../channel.ts'

/** How a professional account of Instagram is connected. */
export const setup: ChannelSetup = {
  title: { en: 'Instagram', fr: 'Instagram' },
  summary: {
    en: 'Direct messages to a professional account, comments and mentions. Needs its Facebook page and an app at Meta.',
    fr: 'Les messages privés à un compte professionnel, les commentaires et les mentions. Il faut sa page Facebook et une application Meta.'
  },
  steps: [
    {
      title: { en: 'Account', fr: 'Compte' },
      text: {
        en: 'The account has to be professional and linked to a Facebook page. The page knows the account’s identifier as instagram_business_account.',
        fr: 'Le compte doit être professionnel et relié à une page Facebook. La page connaît son identifiant sous instagram_business_account.'
      },
      fields: ['instagramId', 'pageId', 'language']
    },
    {
      title: { en: 'Access', fr: 'Accès' },
      text: {
        en: 'At business.facebook.com, Settings → System users: add one with the app and the page, and generate a token for it. The app secret is under App settings → Basic. The verify token is of your own choice.',
        fr: 'Sur business.facebook.com, Paramètres → Utilisateurs système : ajoutez-en un avec l’application et la page, puis générez-lui un jeton. Le secret se trouve dans Paramètres de l’app → Général. Le jeton de vérification est à votre choix.'
      },
      fields: ['accessToken', 'appSecret', 'verifyToken']
    },
    {
      title: { en: 'Webhook', fr: 'Webhook' },
      text: {
        en: 'In the app, Instagram → Settings → Webhooks: enter this address as callback URL with the verify token of the step before, and subscribe to messages, comments and mentions. In the Instagram app, allow access to messages under Settings → Messages → Connected tools.',
        fr: 'Dans l’application, Instagram → Paramètres → Webhooks : saisissez cette adresse comme URL de rappel, avec le jeton de vérification de l’étape précédente, et abonnez-vous aux messages, commentaires et mentions. Dans Instagram, autorisez l’accès aux messages sous Paramètres → Messages → Outils connectés.'
      },
      shows: 'webhook'
    },
    {
      title: { en: 'Connection test', fr: 'Test de connexion' },
      text: {
        en: 'Asks Meta for the account, the secret, the webhook and the token. Nobody is written to.',
        fr: 'Demande à Meta le compte, le secret, le webhook et le jeton. Personne n’est contacté.'
      },
      shows: 'test'
    }
  ]
}
