import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Account } from '../channel.ts'
import type { Graph } from '../meta/graph.ts'
import { choice, field } from '../settings.ts'

const number = 'Number / Numéro'
const access = 'Access / Accès'
const advanced = 'Advanced / Avancé'

/** What an administrator fills in for one number of the WhatsApp Cloud API. */
export const whatsappSettings = Type.Object({
  phoneNumberId: field(Type.String({ pattern: '^\\d{5,25}$' }), {
    group: number,
    label: { en: 'Phone number ID', fr: 'Identifiant du numéro' },
    help: {
      en: 'From the app’s WhatsApp page at Meta; not the telephone number itself. Messages to it become work.',
      fr: 'Page WhatsApp de l’application chez Meta ; ce n’est pas le numéro de téléphone. Ses messages deviennent du travail.'
    }
  }),
  wabaId: field(Type.String({ pattern: '^\\d{5,25}$' }), {
    group: number,
    label: { en: 'WhatsApp Business account ID', fr: 'Identifiant du compte WhatsApp Business' }
  }),
  language: field(choice(['en', 'fr'], 'en'), {
    group: number,
    control: 'choice',
    label: { en: 'Language of labels', fr: 'Langue des libellés' },
    help: {
      en: 'For what WhatsApp shows as pictures and is written as words here: a place, a reaction.',
      fr: 'Pour ce que WhatsApp montre en images et qui est écrit ici : un lieu, une réaction.'
    },
    choices: [
      { value: 'en', label: { en: 'English', fr: 'Anglais' } },
      { value: 'fr', label: { en: 'French', fr: 'Français' } }
    ]
  }),
  accessToken: field(Type.String({ minLength: 1, maxLength: 2000, pattern: '^[\\x21-\\x7e]+$' }), {
    group: access,
    secret: true,
    control: 'password',
    label: { en: 'Access token', fr: 'Jeton d’accès' },
    help: {
      en: 'Of a system user, with whatsapp_business_messaging and whatsapp_business_management. A token that expires stops the channel.',
      fr: 'D’un utilisateur système, avec whatsapp_business_messaging et whatsapp_business_management. Un jeton expiré arrête le canal.'
    }
  }),
  appSecret: field(Type.String({ minLength: 16, maxLength: 200 }), {
    group: access,
    secret: true,
    control: 'password',
    label: { en: 'App secret', fr: 'Secret de l’application' },
    help: {
      en: 'Proves that a webhook call comes from Meta. Without the right one nothing comes in.',
      fr: 'Prouve qu’un appel de webhook vient de Meta. Sans le bon, rien n’arrive.'
    }
  }),
  verifyToken: field(Type.String({ minLength: 8, maxLength: 200 }), {
    group: access,
    secret: true,
    control: 'password',
    label: { en: 'Verify token', fr: 'Jeton de vérification' },
    help: {
      en: 'Words of your own choice. Enter the same at Meta, beside this account’s webhook address.',
      fr: 'Un texte de votre choix. Saisissez le même chez Meta, avec l’adresse de webhook de ce compte.'
    }
  }),
  graphUrl: field(
    Type.String({
      default: 'https://graph.facebook.com',
      maxLength: 300,
      pattern: '^https?://[^\\s/?#@]+/?$'
    }),
    {
      group: advanced,
      label: { en: 'Graph API address', fr: 'Adresse de l’API Graph' },
      help: {
        en: 'The access token is sent there. Change it only to try things out.',
        fr: 'Le jeton d’accès y est envoyé. À changer seulement pour des essais.'
      }
    }
  ),
  graphVersion: field(Type.String({ default: 'v24.0', pattern: '^v\\d{1,3}\\.\\d$' }), {
    group: advanced,
    label: { en: 'Graph API version', fr: 'Version de l’API Graph' },
    help: {
      en: 'Meta retires a version about two years after it appears.',
      fr: 'Meta retire une version environ deux ans après sa parution.'
    }
  })
})

export type WhatsappSettings = Static<typeof whatsappSettings>
export type WhatsappAccount = Account<typeof whatsappSettings>

/** The account's settings with defaults filled in. */
export const settingsOf = (account: WhatsappAccount): WhatsappSettings =>
  Value.Default(whatsappSettings, structuredClone(account.settings)) as WhatsappSettings

export function graphOf(account: WhatsappAccount): Graph {
  const { graphUrl, graphVersion, accessToken } = settingsOf(account)
  return { baseUrl: graphUrl, version: graphVersion, accessToken }
}
