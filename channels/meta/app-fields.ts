import { Type } from 'typebox'
import { field } from '../settings.ts'

/** Groups of settings that all of Meta's channels have. */
export const access = 'Access / Accès'
const advanced = 'Advanced / Avancé'

/** Ids as Meta gives them to pages, numbers, accounts and apps. */
export const MetaId = Type.String({ pattern: '^\\d{5,25}$' })

export const AccessToken = Type.String({ minLength: 1, maxLength: 2000, pattern: '^[\\x21-\\x7e]+$' })

/** What an administrator fills in for the app at Meta behind an account. */
export const appFields = {
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
}
