import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Account } from '../channel.ts'
import { AccessToken, MetaId, access, appFields } from '../meta/app-fields.ts'
import type { Graph } from '../meta/graph.ts'
import { choice, field } from '../settings.ts'

const number = 'Number / Numéro'

/** What an administrator fills in for one number of the WhatsApp Cloud API. */
export const whatsappSettings = Type.Object({
  phoneNumberId: field(MetaId, {
    group: number,
    label: { en: 'Phone number ID', fr: 'Identifiant du numéro' },
    help: {
      en: 'From the app’s WhatsApp page at Meta; not the telephone number itself. Messages to it become work.',
      fr: 'Page WhatsApp de l’application chez Meta ; ce n’est pas le numéro de téléphone. Ses messages deviennent du travail.'
    }
  }),
  wabaId: field(MetaId, {
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
  accessToken: field(AccessToken, {
    group: access,
    secret: true,
    control: 'password',
    label: { en: 'Access token', fr: 'Jeton d’accès' },
    help: {
      en: 'Of a system user, with whatsapp_business_messaging and whatsapp_business_management. A token that expires stops the channel.',
      fr: 'D’un utilisateur système, avec whatsapp_business_messaging et whatsapp_business_management. Un jeton expiré arrête le canal.'
    }
  }),
  ...appFields
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
