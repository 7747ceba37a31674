import { choice, field } from '../../settings.ts'
import { AccessToken, MetaId, access, appFields } from '../app-fields.ts'

const page = 'Page / Page'

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
  accessToken: field(AccessToken, {
    group: access,
    secret: true,
    control: 'password',
    label: { en: 'Page access token', fr: 'Jeton d’accès de la page' },
    help: {
      en: `Of the page, made by a system user, with ${scopes.join(', ')}. A token that expires stops the channel.`,
      fr: `De la page, créé par un utilisateur système, avec ${scopes.join(', ')}. Un jeton expiré arrête le canal.`
    }
  }),
  ...appFields
})
