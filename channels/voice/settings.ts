import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Account } from '../channel.ts'
import { choice, field } from '../settings.ts'

const point = 'Numbers / Numéros'
const server = 'jambonz server / Serveur jambonz'
const phones = 'Agents’ phones / Téléphones des agents'
const speech = 'Voice / Voix'
const service = 'During the call / Pendant l’appel'
const recording = 'Recording / Enregistrement'
const outbound = 'Outgoing calls / Appels sortants'

const whenRecognises = { field: 'recognition', is: true }
const clock = '^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$'
const text = (maxLength: number) => Type.String({ default: '', maxLength })

/** What an administrator fills in for one entry point by telephone. */
export const voiceSettings = Type.Object({
  numbers: field(
    Type.Array(Type.String({ pattern: '^\\+[1-9]\\d{3,14}$', maxLength: 16 }), {
      default: [],
      maxItems: 500
    }),
    {
      group: point,
      control: 'lines',
      label: { en: 'Numbers', fr: 'Numéros' },
      help: {
        en: 'One a line, as +33199001234. For people to know; which calls come here is set at jambonz.',
        fr: 'Un par ligne, comme +33199001234. Pour information ; les appels qui arrivent ici se règlent dans jambonz.'
      }
    }
  ),
  defaultCountry: field(Type.String({ default: 'FR', pattern: '^[A-Z]{2}$' }), {
    group: point,
    label: { en: 'Country of numbers without a prefix', fr: 'Pays des numéros sans indicatif' },
    help: { en: 'Two letters (ISO 3166): FR, BE, CA.', fr: 'Deux lettres (ISO 3166) : FR, BE, CA.' }
  }),

  username: field(text(100), {
    group: server,
    label: { en: 'User of the application', fr: 'Utilisateur de l’application' },
    help: {
      en: 'The same as in the jambonz application. Without user and password no call is taken.',
      fr: 'Le même que dans l’application jambonz. Sans utilisateur ni mot de passe, aucun appel n’est pris.'
    }
  }),
  password: field(text(200), {
    group: server,
    secret: true,
    control: 'password',
    label: { en: 'Password of the application', fr: 'Mot de passe de l’application' }
  }),
  webhookSecret: field(text(200), {
    group: server,
    secret: true,
    control: 'password',
    label: { en: 'Webhook secret', fr: 'Secret des webhooks' },
    help: {
      en: 'Of the jambonz account. When it is set, webhooks without a right signature are refused.',
      fr: 'Celui du compte jambonz. S’il est renseigné, les webhooks sans signature juste sont refusés.'
    }
  }),
  hubUrl: field(Type.String({ default: '', maxLength: 253, pattern: '^$|^https?://[^\\s/?#]+/?$' }), {
    group: server,
    label: { en: 'This server’s address for jambonz', fr: 'Adresse de ce serveur pour jambonz' },
    help: {
      en: 'As https://palabre.example.com. Needed for sound files of this server.',
      fr: 'Comme https://palabre.example.com. Nécessaire aux fichiers son de ce serveur.'
    }
  }),
  restUrl: field(Type.String({ default: '', maxLength: 253, pattern: '^$|^https?://[^\\s?#]+$' }), {
    group: server,
    label: { en: 'Address of the REST interface', fr: 'Adresse de l’interface REST' },
    help: {
      en: 'Left empty, agents cannot start calls and lost calls are not cleared.',
      fr: 'Laissée vide, les agents ne peuvent pas appeler et les appels perdus ne sont pas libérés.'
    }
  }),
  accountSid: field(text(64), {
    group: server,
    label: { en: 'Account SID', fr: 'SID du compte' }
  }),
  apiKey: field(text(200), {
    group: server,
    secret: true,
    control: 'password',
    label: { en: 'API key', fr: 'Clé d’API' }
  }),
  applicationSid: field(Type.String({ default: '', pattern: '^$|^[0-9A-Za-z-]{36}$' }), {
    group: server,
    label: { en: 'Application SID', fr: 'SID de l’application' },
    help: {
      en: 'The application that outgoing calls belong to. Left empty, this server’s address and the voice below are sent instead.',
      fr: 'L’application à laquelle appartiennent les appels sortants. Laissé vide, l’adresse de ce serveur et la voix ci-dessous sont envoyées à la place.'
    }
  }),

  sipRealm: field(Type.String({ default: '', maxLength: 253, pattern: '^$|^[A-Za-z0-9.-]+$' }), {
    group: phones,
    label: { en: 'SIP realm', fr: 'Domaine SIP' },
    help: {
      en: 'Of the jambonz account, as calls.example.com; not an IP address.',
      fr: 'Celui du compte jambonz, comme appels.example.com ; pas une adresse IP.'
    }
  }),
  phoneServer: field(Type.String({ default: '', maxLength: 253, pattern: '^$|^wss?://[^\\s#]+$' }), {
    group: phones,
    label: { en: 'Server for phones in the browser', fr: 'Serveur des téléphones du navigateur' },
    help: {
      en: 'As wss://sbc.example.com:8443. Left empty, agents have no phone in the app.',
      fr: 'Comme wss://sbc.example.com:8443. Laissé vide, les agents n’ont pas de téléphone dans l’application.'
    }
  }),

  language: field(
    Type.String({ default: 'fr-FR', pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$', maxLength: 35 }),
    {
      group: speech,
      label: { en: 'Language', fr: 'Langue' },
      help: {
        en: 'What the machine speaks and understands: fr-FR, en-GB.',
        fr: 'Ce que la machine parle et comprend : fr-FR, en-GB.'
      }
    }
  ),
  ttsVendor: field(Type.String({ default: 'default', minLength: 1, maxLength: 60 }), {
    group: speech,
    label: { en: 'Speech synthesis', fr: 'Synthèse vocale' },
    help: {
      en: 'A vendor that jambonz has credentials for; "default" takes that of the application.',
      fr: 'Un fournisseur dont jambonz a les clés ; « default » prend celui de l’application.'
    }
  }),
  ttsVoice: field(text(120), { group: speech, label: { en: 'Voice', fr: 'Voix' } }),
  recognition: field(Type.Boolean({ default: false }), {
    group: speech,
    control: 'switch',
    label: { en: 'Understand spoken answers', fr: 'Comprendre les réponses parlées' },
    help: {
      en: 'Needs speech recognition at jambonz; what callers say goes to its vendor.',
      fr: 'Exige la reconnaissance vocale dans jambonz ; les paroles vont à son fournisseur.'
    }
  }),
  detection: field(Type.Boolean({ default: false }), {
    group: speech,
    when: whenRecognises,
    control: 'switch',
    label: { en: 'Tell answering machines from people', fr: 'Distinguer les répondeurs des personnes' },
    help: {
      en: 'In calls that begin with the customer: a machine is hung up on, and called again by the queue’s rules.',
      fr: 'Dans les appels qui commencent par le client : on raccroche au répondeur, rappelé selon les règles de la file.'
    }
  }),
  sttVendor: field(Type.String({ default: 'default', minLength: 1, maxLength: 60 }), {
    group: speech,
    when: whenRecognises,
    label: { en: 'Speech recognition', fr: 'Reconnaissance vocale' }
  }),

  welcome: field(text(2_000), {
    group: service,
    control: 'textarea',
    label: { en: 'Welcome', fr: 'Accueil' },
    help: { en: 'Said first to everybody who calls.', fr: 'Dit en premier à tous ceux qui appellent.' }
  }),
  musicUrl: field(Type.String({ default: '', maxLength: 2_000, pattern: '^$|^(https?:/)?/[^\\s]+$' }), {
    group: service,
    label: { en: 'Music while waiting', fr: 'Musique d’attente' },
    help: {
      en: 'Address of a sound file (MP3, WAV) of 20 to 60 seconds. Left empty: silence.',
      fr: 'Adresse d’un fichier son (MP3, WAV) de 20 à 60 secondes. Laissée vide : silence.'
    }
  }),
  fault: field(
    Type.Object(
      { en: Type.String({ maxLength: 1_000 }), fr: Type.String({ maxLength: 1_000 }) },
      {
        default: {
          en: 'We are sorry, there is a fault at our end. Please call again in a moment.',
          fr: 'Nous sommes désolés, une panne nous empêche de vous répondre. Rappelez dans un instant.'
        }
      }
    ),
    {
      group: service,
      control: 'words',
      label: { en: 'When there is a fault', fr: 'En cas de panne' }
    }
  ),

  recording: field(choice(['never', 'on-demand', 'always'], 'never'), {
    group: recording,
    control: 'choice',
    label: { en: 'Calls are recorded', fr: 'Les appels sont enregistrés' },
    choices: [
      { value: 'never', label: { en: 'Never', fr: 'Jamais' } },
      { value: 'on-demand', label: { en: 'When the agent starts it', fr: 'Quand l’agent le demande' } },
      { value: 'always', label: { en: 'Always', fr: 'Toujours' } }
    ],
    help: {
      en: 'While the customer and an agent talk. Messages that callers leave are kept in any case.',
      fr: 'Pendant que le client et un agent se parlent. Les messages laissés sont gardés dans tous les cas.'
    }
  }),
  recordingNotice: field(text(1_000), {
    group: recording,
    control: 'textarea',
    label: { en: 'Notice of recording', fr: 'Annonce d’enregistrement' },
    help: {
      en: 'Said to the customer before they are recorded: after the welcome, or when an agent starts it. Left empty: a usual sentence in the language above.',
      fr: 'Dite au client avant tout enregistrement : après l’accueil, ou quand un agent le lance. Laissée vide : une phrase usuelle dans la langue ci-dessus.'
    }
  }),
  retentionDays: field(Type.Integer({ default: 0, minimum: 0, maximum: 3_650 }), {
    group: recording,
    control: 'number',
    label: { en: 'Days until it is erased', fr: 'Jours avant l’effacement' },
    help: {
      en: 'Recordings and messages; 0 keeps them until an administrator erases them.',
      fr: 'Enregistrements et messages ; 0 les garde jusqu’à ce qu’un administrateur les efface.'
    }
  }),
  agentsListen: field(Type.Boolean({ default: false }), {
    group: recording,
    control: 'switch',
    label: {
      en: 'Agents hear their own conversations',
      fr: 'Les agents écoutent leurs propres conversations'
    },
    help: {
      en: 'Otherwise only supervisors and administrators do.',
      fr: 'Sinon, seuls les superviseurs et les administrateurs les écoutent.'
    }
  }),

  callerId: field(Type.String({ default: '', pattern: '^$|^\\+[1-9]\\d{3,14}$' }), {
    group: outbound,
    label: { en: 'Number shown', fr: 'Numéro présenté' },
    help: {
      en: 'As +33199001234; carriers refuse numbers that are not yours.',
      fr: 'Comme +33199001234 ; les opérateurs refusent les numéros qui ne sont pas les vôtres.'
    }
  }),
  allowedPrefixes: field(
    Type.Array(Type.String({ pattern: '^\\+\\d{0,15}$', maxLength: 16 }), { default: [], maxItems: 300 }),
    {
      group: outbound,
      control: 'lines',
      label: { en: 'Numbers that may be called', fr: 'Numéros autorisés' },
      help: {
        en: 'Beginnings, one a line: +33, +32. Empty: only the country above. A lone + allows the whole world, and stolen accounts call it.',
        fr: 'Débuts, un par ligne : +33, +32. Vide : seulement le pays ci-dessus. Un + seul autorise le monde entier, que les comptes volés appellent.'
      }
    }
  ),
  callFrom: field(Type.String({ default: '08:00', pattern: clock }), {
    group: outbound,
    label: { en: 'Called from', fr: 'Appels à partir de' },
    help: {
      en: 'HH:MM, where the person called lives. Whoever asked to be called back is called at any time.',
      fr: 'HH:MM, là où vit la personne appelée. Qui a demandé à être rappelé l’est à toute heure.'
    }
  }),
  callUntil: field(Type.String({ default: '20:00', pattern: clock }), {
    group: outbound,
    label: { en: 'Called until', fr: 'Appels jusqu’à' }
  }),
  callsPerMinute: field(Type.Integer({ default: 10, minimum: 1, maximum: 120 }), {
    group: outbound,
    control: 'number',
    label: { en: 'Calls a minute and agent', fr: 'Appels par minute et par agent' },
    help: {
      en: 'More are refused: it limits what a stolen account costs.',
      fr: 'Au-delà, ils sont refusés : cela limite ce que coûte un compte volé.'
    }
  })
})

export type VoiceSettings = Static<typeof voiceSettings>
export type VoiceAccount = Account<typeof voiceSettings>

/** Settings with every default filled in: documents written before a setting existed lack it. */
export const settingsOf = (account: VoiceAccount): VoiceSettings =>
  Value.Default(voiceSettings, { ...account.settings }) as VoiceSettings
