import { Type } from 'typebox'
import { choice, field } from '../../settings.ts'

const page = 'Page / Page'
const access = 'Access / Accès'
const advanced = 'Advanced / Avancé'

/** Ids as Meta gives them to pages, accounts and apps. */
export const MetaId = Type.String({ pattern: '^\\d{5,25}$' })

/** What an administrator fills in for the page behind an account. `scopes`: what its token has to be allowed. */
export const pageFields = (scopes: readonly string[]) => ({
  pageId: field(MetaId, {
    group: page,
    label: { en: 'Page ID', fr: 'Identifiant de la page' },
    help: {
      en: 'Of the Facebook page, from “About” → “Page transparency”.',
      fr: 'De la page Facebook : « À propos » → « Transparence de la page ».'
    }
  }),
  language: field(choice(['en', 'fr'], 'en'), {
    group: page,
    control: 'choice',
    label: { en: 'Language of labels', fr: 'Langue des libellés' },
    help: {
      en: 'For what Meta shows as pictures and is written as words here: a shared post, an advertisement.',
      fr: 'Pour ce que Meta montre en images et qui est écrit ici : une publication partagée, une publicité.'
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
    label: { en: 'Page access token', fr: 'Jeton d’accès de la page' },
    help: {
      en: `Of the page, made by a system user, with ${scopes.join(', ')}. A token that expires stops the channel.`,
      fr: `De la page, créé par un utilisateur système, avec ${scopes.join(', ')}. Un jeton expiré arrête le canal.`
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
