import type { ChannelSetup } from '../channel.ts'

/** How a Facebook page is connected. */
export const setup: ChannelSetup = {
  title: { en: 'Messenger', fr: 'Messenger' },
  summary: {
    en: 'Messages to a Facebook page, and the comments below its posts. Needs an app at Meta.',
    fr: 'Les messages à une page Facebook et les commentaires sous ses publications. Il faut une application Meta.'
  },
  steps: [
    {
      title: { en: 'Page', fr: 'Page' },
      text: {
        en: 'On the page, under “About” → “Page transparency”, stands its identifier.',
        fr: 'Sur la page, sous « À propos » → « Transparence de la page », figure son identifiant.'
      },
      fields: ['pageId', 'language']
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
        en: 'In the app, Messenger → Settings → Webhooks: enter this address as callback URL with the verify token of the step before. Then add the page and subscribe it to the fields that the channel reads; the connection test names those that are missing.',
        fr: 'Dans l’application, Messenger → Paramètres → Webhooks : saisissez cette adresse comme URL de rappel, avec le jeton de vérification de l’étape précédente. Ajoutez ensuite la page et abonnez-la aux champs que lit le canal ; le test de connexion nomme ceux qui manquent.'
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
