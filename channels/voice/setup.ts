import type { ChannelSetup } from '../channel.ts'

/** How calls come in from a jambonz. The addresses are those of paths.ts. */
export const setup: ChannelSetup = {
  title: { en: 'Telephone', fr: 'Téléphone' },
  summary: {
    en: 'Calls from and to the telephone network, over your own jambonz server.',
    fr: 'Appels depuis et vers le réseau téléphonique, par votre propre serveur jambonz.'
  },
  steps: [
    {
      title: { en: 'Numbers', fr: 'Numéros' },
      text: {
        en: 'The numbers that are called here. Which calls come here is set at jambonz.',
        fr: 'Les numéros appelés ici. Les appels qui arrivent ici se règlent dans jambonz.'
      },
      fields: ['numbers', 'defaultCountry', 'callerId']
    },
    {
      title: { en: 'Server', fr: 'Serveur' },
      text: {
        en: 'User and password are of your own choice: the jambonz application gets the same. Account SID and API key are on the jambonz pages Account and API keys.',
        fr: 'Utilisateur et mot de passe sont à votre choix : l’application jambonz reçoit les mêmes. Le SID et la clé d’API se trouvent sur les pages Compte et Clés d’API de jambonz.'
      },
      fields: ['username', 'password', 'webhookSecret', 'hubUrl', 'restUrl', 'accountSid', 'apiKey']
    },
    {
      title: { en: 'Agents’ phones', fr: 'Téléphones des agents' },
      text: {
        en: 'Where the phones in the agents’ browsers register. Without it agents need telephones of their own.',
        fr: 'Où s’enregistrent les téléphones des navigateurs. Sans cela, les agents ont besoin de leur propre téléphone.'
      },
      fields: ['sipRealm', 'phoneServer']
    },
    {
      title: { en: 'Addresses for jambonz', fr: 'Adresses pour jambonz' },
      text: {
        en: 'Make an application at jambonz with the first address as its call webhook (with the user and password of before), enter the second as the account’s registration webhook, route your numbers to the application, and note the application’s SID here.',
        fr: 'Créez une application dans jambonz avec la première adresse comme webhook d’appel (avec l’utilisateur et le mot de passe précédents), saisissez la deuxième comme webhook d’enregistrement du compte, dirigez vos numéros vers l’application et notez ici le SID de l’application.'
      },
      fields: ['applicationSid'],
      addresses: [
        {
          label: { en: 'Call webhook of the application', fr: 'Webhook d’appel de l’application' },
          address: '{socket}/calls/{account}#rc=5&rp=ct,5xx'
        },
        {
          label: { en: 'Registration webhook of the account', fr: 'Webhook d’enregistrement du compte' },
          address: '{origin}/calls/{account}/registration'
        }
      ]
    },
    {
      title: { en: 'Connection test', fr: 'Test de connexion' },
      text: {
        en: 'Asks jambonz for what it knows. Nobody is called.',
        fr: 'Interroge jambonz. Personne n’est appelé.'
      },
      shows: 'test'
    }
  ]
}
