import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Account } from '../channel.ts'
import { choice, field, type Words } from '../settings.ts'
import { formLine } from './form-field.ts'

/** One allowed site: `*`, an origin, or an origin whose host begins with `*.`; a final slash is forgiven. */
export const originLine = /^\s*(\*|https?:\/\/(\*\.)?([^\s/*?#@:[\]]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?\/?)\s*$/

const sites = 'Sites and identity / Sites et identité'
const look = 'Look / Apparence'
const texts = 'Texts / Textes'
const form = 'Form before the chat / Formulaire avant le chat'
const callbacks = 'Callback / Rappel'
const service = 'During and after the chat / Pendant et après le chat'

const text = (standard: Words) =>
  Type.Object(
    { en: Type.String({ maxLength: 500 }), fr: Type.String({ maxLength: 500 }) },
    { default: standard }
  )

const asked: { value: string; label: Words }[] = [
  { value: 'required', label: { en: 'Required', fr: 'Obligatoire' } },
  { value: 'optional', label: { en: 'Optional', fr: 'Facultatif' } },
  { value: 'off', label: { en: 'Not asked', fr: 'Non demandé' } }
]
const whenForm = { field: 'form', is: true }
const whenCallback = { field: 'callback', is: true }

/** What an administrator fills in for one chat widget. */
export const chatSettings = Type.Object({
  origins: field(
    Type.Array(Type.String({ maxLength: 253, pattern: originLine.source }), { default: [], maxItems: 50 }),
    {
      group: sites,
      control: 'lines',
      label: { en: 'Sites that may show the chat', fr: 'Sites autorisés à afficher le chat' },
      help: {
        en: 'One a line: https://www.example.com, or https://*.example.com for its subdomains. Empty: only pages of this server. A lone * lets any web site in the world open chats in your name.',
        fr: 'Un par ligne : https://www.example.com, ou https://*.example.com pour ses sous-domaines. Vide : seulement les pages de ce serveur. Un * seul permet à tout site du monde d’ouvrir des chats en votre nom.'
      }
    }
  ),
  identitySecret: field(Type.String({ default: '', maxLength: 200, pattern: '^(.{32,})?$' }), {
    group: sites,
    secret: true,
    control: 'password',
    label: { en: 'Identity secret', fr: 'Secret d’identité' },
    help: {
      en: 'At least 32 characters, known to your site’s server only. With it your site signs who is logged in; whoever has it can pose as any customer. Empty: every visitor is anonymous.',
      fr: 'Au moins 32 caractères, connus du seul serveur de votre site. Avec lui, votre site signe qui est connecté ; qui le possède peut se faire passer pour tout client. Vide : tout visiteur est anonyme.'
    }
  }),

  accent: field(Type.String({ default: '#0f6b5c', pattern: '^#[0-9a-fA-F]{6}$' }), {
    group: look,
    control: 'color',
    label: { en: 'Accent colour', fr: 'Couleur d’accent' },
    help: {
      en: 'Buttons and the visitor’s own messages. Text on it turns black or white, whichever reads better.',
      fr: 'Boutons et messages du visiteur. Le texte y passe au noir ou au blanc, selon la lisibilité.'
    }
  }),
  position: field(choice(['right', 'left'], 'right'), {
    group: look,
    control: 'choice',
    label: { en: 'Corner of the page', fr: 'Coin de la page' },
    choices: [
      { value: 'right', label: { en: 'Bottom right', fr: 'En bas à droite' } },
      { value: 'left', label: { en: 'Bottom left', fr: 'En bas à gauche' } }
    ]
  }),
  theme: field(choice(['auto', 'light', 'dark'], 'auto'), {
    group: look,
    control: 'choice',
    label: { en: 'Light or dark', fr: 'Clair ou sombre' },
    help: {
      en: 'A page may override it with data-theme on the script tag.',
      fr: 'Une page peut le changer par data-theme sur la balise script.'
    },
    choices: [
      { value: 'auto', label: { en: 'As the visitor’s device', fr: 'Comme l’appareil du visiteur' } },
      { value: 'light', label: { en: 'Always light', fr: 'Toujours clair' } },
      { value: 'dark', label: { en: 'Always dark', fr: 'Toujours sombre' } }
    ]
  }),

  title: field(text({ en: 'Chat with us', fr: 'Discutez avec nous' }), {
    group: texts,
    control: 'words',
    label: { en: 'Title', fr: 'Titre' }
  }),
  greeting: field(
    text({ en: 'Hello! How can we help?', fr: 'Bonjour\u202f! Comment pouvons-nous vous aider\u202f?' }),
    {
      group: texts,
      control: 'words',
      label: { en: 'Greeting', fr: 'Message d’accueil' },
      help: { en: 'Shown before the first message.', fr: 'Affiché avant le premier message.' }
    }
  ),
  offline: field(
    text({
      en: 'We are closed now. Leave a message and we answer by mail.',
      fr: 'Nous sommes fermés pour le moment. Laissez un message, nous répondrons par mail.'
    }),
    {
      group: texts,
      control: 'words',
      label: { en: 'When closed', fr: 'En dehors des heures' },
      help: {
        en: 'Shown above the message form outside the queue’s opening hours.',
        fr: 'Affiché au-dessus du formulaire hors des heures d’ouverture de la file.'
      }
    }
  ),
  agentNaming: field(choice(['first', 'full'], 'first'), {
    group: texts,
    control: 'choice',
    label: { en: 'How agents are named', fr: 'Nom des agents' },
    help: {
      en: 'With the first name only, the family name never leaves this server.',
      fr: 'Avec le prénom seul, le nom de famille ne quitte jamais ce serveur.'
    },
    choices: [
      { value: 'first', label: { en: 'First name only', fr: 'Prénom seul' } },
      { value: 'full', label: { en: 'Full name', fr: 'Nom complet' } }
    ]
  }),

  form: field(Type.Boolean({ default: false }), {
    group: form,
    control: 'switch',
    label: { en: 'Ask before the chat', fr: 'Questions avant le chat' },
    help: {
      en: 'Each question costs some visitors; agents see the answers with the offer.',
      fr: 'Chaque question décourage des visiteurs ; les agents voient les réponses avec la proposition.'
    }
  }),
  formName: field(choice(['optional', 'required', 'off'], 'optional'), {
    group: form,
    when: whenForm,
    control: 'choice',
    choices: asked,
    label: { en: 'Name', fr: 'Nom' }
  }),
  formEmail: field(choice(['optional', 'required', 'off'], 'optional'), {
    group: form,
    when: whenForm,
    control: 'choice',
    choices: asked,
    label: { en: 'Email address', fr: 'Adresse e-mail' },
    help: {
      en: 'What a visitor types here is not proved: agents see it as unverified.',
      fr: 'Ce que le visiteur saisit n’est pas prouvé : les agents le voient comme non vérifié.'
    }
  }),
  formFields: field(
    Type.Array(Type.String({ maxLength: 500, pattern: formLine.source }), { default: [], maxItems: 5 }),
    {
      group: form,
      when: whenForm,
      control: 'lines',
      label: { en: 'Own questions', fr: 'Questions propres' },
      help: {
        en: 'One a line, five at most: English / French, * for required, = and choices. Example: Topic / Sujet * = Cards / Cartes | Loans / Crédits',
        fr: 'Une par ligne, cinq au plus : anglais / français, * si obligatoire, = et les choix. Exemple : Topic / Sujet * = Cards / Cartes | Loans / Crédits'
      }
    }
  ),

  callback: field(Type.Boolean({ default: false }), {
    group: callbacks,
    control: 'switch',
    label: { en: 'Offer to call back', fr: 'Proposer d’être rappelé' },
    help: {
      en: 'Visitors may leave their number and be called, now or at a time of their choice, by the rules of the queue.',
      fr: 'Les visiteurs peuvent laisser leur numéro et être rappelés, tout de suite ou à l’heure choisie, selon les règles de la file.'
    }
  }),
  callbackQueueId: field(Type.String({ default: '', pattern: '^([0-9a-f]{24})?$' }), {
    group: callbacks,
    when: whenCallback,
    label: { en: 'Queue of the callbacks', fr: 'File des rappels' },
    help: {
      en: 'Id of the queue that calls back. Empty: the queue of this account.',
      fr: 'Identifiant de la file qui rappelle. Vide : la file de ce compte.'
    }
  }),

  upload: field(Type.Boolean({ default: true }), {
    group: service,
    control: 'switch',
    label: { en: 'Visitors may send files', fr: 'Les visiteurs peuvent envoyer des fichiers' },
    help: { en: 'Up to 10 MB each.', fr: 'Jusqu’à 10 Mo chacun.' }
  }),
  rating: field(Type.Boolean({ default: true }), {
    group: service,
    control: 'switch',
    label: { en: 'Ask for a rating at the end', fr: 'Demander une note à la fin' }
  }),
  transcript: field(Type.Boolean({ default: true }), {
    group: service,
    control: 'switch',
    label: { en: 'Offer the transcript by mail', fr: 'Proposer la transcription par mail' }
  }),
  replyAccountId: field(Type.String({ default: '', pattern: '^([0-9a-f]{24})?$' }), {
    group: service,
    label: {
      en: 'Mail account for transcripts and answers',
      fr: 'Compte mail des transcriptions et réponses'
    },
    help: {
      en: 'Id of the mail account that sends transcripts and answers messages left while closed. Empty: the visitor is offered no transcript.',
      fr: 'Identifiant du compte mail qui envoie les transcriptions et répond aux messages laissés hors des heures. Vide : aucune transcription n’est proposée.'
    }
  }),
  sound: field(Type.Boolean({ default: true }), {
    group: service,
    control: 'switch',
    label: { en: 'Sound on a new message', fr: 'Son à chaque nouveau message' },
    help: {
      en: 'Only while the visitor looks elsewhere; each visitor can mute it.',
      fr: 'Seulement quand le visiteur regarde ailleurs ; chacun peut le couper.'
    }
  })
})

export type ChatSettings = Static<typeof chatSettings>
export type ChatAccount = Account<typeof chatSettings>

/** Settings with every default filled in: documents written before a setting existed lack it. */
export const settingsOf = (account: ChatAccount): ChatSettings =>
  Value.Default(chatSettings, { ...account.settings }) as ChatSettings
