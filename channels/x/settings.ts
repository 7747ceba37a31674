import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { ChannelError, type Account } from '../channel.ts'
import { choice, field } from '../settings.ts'

const costs = 'Costs / Coûts'
const work = 'What becomes work / Ce qui devient du travail'
const access = 'Access / Accès'
const advanced = 'Advanced / Avancé'

const secret = (label: { en: string; fr: string }, help?: { en: string; fr: string }) => ({
  group: access,
  secret: true,
  control: 'password' as const,
  label,
  ...(help && { help })
})
const key = { minLength: 1, maxLength: 500, pattern: '^[\\x21-\\x7e]+$' }

/** What an administrator fills in for one account on X. */
export const xSettings = Type.Object({
  knowsCost: field(Type.Boolean({ default: false }), {
    group: costs,
    control: 'switch',
    label: {
      en: 'X charges for every message; we accept that',
      fr: 'X facture chaque message ; nous l’acceptons'
    },
    help: {
      en: 'Until this is on, nothing is read, received or sent. X charges its developer account for each message and mention read and each answer sent (docs.x.com, “Pricing”).',
      fr: 'Tant que c’est désactivé, rien n’est lu, reçu ni envoyé. X facture au compte développeur chaque message ou mention lu et chaque réponse envoyée (docs.x.com, « Pricing »).'
    }
  }),
  takeMessages: field(Type.Boolean({ default: true }), {
    group: work,
    control: 'switch',
    label: { en: 'Direct messages', fr: 'Messages privés' },
    help: {
      en: 'Messages of groups and encrypted chats are not taken.',
      fr: 'Les messages de groupe et les conversations chiffrées ne sont pas pris.'
    }
  }),
  takeMentions: field(Type.Boolean({ default: true }), {
    group: work,
    control: 'switch',
    label: { en: 'Public mentions', fr: 'Mentions publiques' },
    help: {
      en: 'Each mention becomes work; the answer is a public reply or a direct message, as the agent chooses.',
      fr: 'Chaque mention devient du travail ; la réponse est publique ou privée, au choix de l’agent.'
    }
  }),
  inbound: field(choice(['polling', 'webhook'], 'polling'), {
    group: work,
    control: 'choice',
    label: { en: 'How they come', fr: 'Comment ils arrivent' },
    help: {
      en: 'A webhook is faster, shows edits, deletions and what was read, and needs an app with access to it. What it loses is found by asking every 15 minutes.',
      fr: 'Un webhook est plus rapide, montre modifications, suppressions et lectures, et demande une application qui y a accès. Ce qu’il perd est retrouvé toutes les 15 minutes.'
    },
    choices: [
      { value: 'polling', label: { en: 'We ask now and then', fr: 'Nous demandons régulièrement' } },
      { value: 'webhook', label: { en: 'X tells us (webhook)', fr: 'X nous prévient (webhook)' } }
    ]
  }),
  pollSeconds: field(Type.Integer({ default: 120, minimum: 1, maximum: 3600 }), {
    group: work,
    control: 'number',
    when: { field: 'inbound', is: 'polling' },
    label: { en: 'Seconds between two questions', fr: 'Secondes entre deux demandes' },
    help: {
      en: 'X allows 15 questions for direct messages in 15 minutes; below 60 seconds the account often waits for the next quarter of an hour.',
      fr: 'X permet 15 demandes de messages privés par quart d’heure ; sous 60 secondes, le compte attend souvent le quart d’heure suivant.'
    }
  }),
  consumerKey: field(Type.String(key), {
    group: access,
    label: { en: 'API key', fr: 'Clé d’API' },
    help: {
      en: 'Of the app, with “Read, write and direct messages”.',
      fr: 'De l’application, avec « Read, write and direct messages ».'
    }
  }),
  consumerSecret: field(
    Type.String({ ...key, minLength: 16 }),
    secret(
      { en: 'API key secret', fr: 'Secret de la clé d’API' },
      {
        en: 'Signs our questions, and proves that a webhook call comes from X.',
        fr: 'Signe nos demandes, et prouve qu’un appel de webhook vient de X.'
      }
    )
  ),
  accessToken: field(
    Type.String({ maxLength: 500, pattern: '^\\d{1,19}-[\\x21-\\x7e]+$' }),
    secret(
      { en: 'Access token', fr: 'Jeton d’accès' },
      {
        en: 'Of the account that customers write to; it begins with the account’s number.',
        fr: 'Du compte auquel les clients écrivent ; il commence par le numéro du compte.'
      }
    )
  ),
  accessTokenSecret: field(
    Type.String(key),
    secret({ en: 'Access token secret', fr: 'Secret du jeton d’accès' })
  ),
  bearerToken: field(
    Type.String({ default: '', maxLength: 500, pattern: '^[\\x21-\\x7e]*$' }),
    secret(
      { en: 'Bearer token of the app', fr: 'Jeton Bearer de l’application' },
      {
        en: 'Only to see whether X regards the webhook as valid.',
        fr: 'Seulement pour voir si X tient le webhook pour valide.'
      }
    )
  ),
  apiUrl: field(
    Type.String({ default: 'https://api.x.com', maxLength: 300, pattern: '^https://[^\\s/?#@]+/?$' }),
    {
      group: advanced,
      label: { en: 'X API address', fr: 'Adresse de l’API X' },
      help: {
        en: 'Signed questions are sent there. Change it only to try things out.',
        fr: 'Les demandes signées y sont envoyées. À changer seulement pour des essais.'
      }
    }
  )
})

export type XSettings = Static<typeof xSettings>
export type XAccount = Account<typeof xSettings>

/** The account's settings with defaults filled in. */
export const settingsOf = (account: XAccount): XSettings =>
  Value.Default(xSettings, structuredClone(account.settings)) as XSettings

/** The account's number at X: access tokens begin with it. */
export const ownId = ({ accessToken }: Pick<XSettings, 'accessToken'>): string =>
  accessToken.slice(0, accessToken.indexOf('-'))

export const costsUnknown =
  'X charges for every message. Nothing is read, received or sent until the settings say that this is accepted.'

/** Throws ChannelError('unauthorized') until an administrator has said that they know what X charges. */
export function ensurePaidFor({ knowsCost }: Pick<XSettings, 'knowsCost'>): void {
  if (!knowsCost) throw new ChannelError('unauthorized', costsUnknown)
}

/** A server on this machine may show a certificate that nobody vouches for; no other may. */
export const trustsAnyCertificate = ({ apiUrl }: Pick<XSettings, 'apiUrl'>): boolean =>
  /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(new URL(apiUrl).hostname)
