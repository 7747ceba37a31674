import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Account, Listening } from '../channel.ts'
import { choice, field } from '../settings.ts'

const risks = 'Risks / Risques'
const phone = 'Phone / Téléphone'
const advanced = 'Advanced / Avancé'

/** What an administrator fills in for one telephone that is linked like a WhatsApp Web browser. */
export const whatsappWebSettings = Type.Object({
  risksUnderstood: field(Type.Boolean({ default: false }), {
    group: risks,
    control: 'switch',
    label: { en: 'I understand the risks', fr: 'Je comprends les risques' },
    help: {
      en: 'This way is unofficial: Meta does not allow it and may ban the number for good, without notice. It breaks when WhatsApp changes its web page, and one phone must stay linked. The WhatsApp channel (Cloud API) is the recommended way. Nothing is connected until this is on.',
      fr: 'Cette voie n’est pas officielle : Meta ne l’autorise pas et peut bannir le numéro, définitivement et sans préavis. Elle cesse de fonctionner quand WhatsApp change sa page web, et un téléphone doit rester associé. Le canal WhatsApp (API Cloud) est la voie recommandée. Rien n’est connecté tant que ceci n’est pas activé.'
    }
  }),
  deviceName: field(Type.String({ default: 'Palabre', minLength: 1, maxLength: 40 }), {
    group: phone,
    label: { en: 'Name of the device', fr: 'Nom de l’appareil' },
    help: {
      en: 'The phone shows it under “Linked devices”. A change counts from the next scan on.',
      fr: 'Le téléphone l’affiche dans « Appareils associés ». Un changement vaut à partir du prochain scan.'
    }
  }),
  language: field(choice(['en', 'fr'], 'en'), {
    group: phone,
    control: 'choice',
    label: { en: 'Language of labels', fr: 'Langue des libellés' },
    help: {
      en: 'For what cannot be shown and is written as words here.',
      fr: 'Pour ce qui ne peut être montré et est écrit ici avec des mots.'
    },
    choices: [
      { value: 'en', label: { en: 'English', fr: 'Anglais' } },
      { value: 'fr', label: { en: 'French', fr: 'Français' } }
    ]
  }),
  perMinute: field(Type.Integer({ default: 15, minimum: 4, maximum: 60 }), {
    group: phone,
    control: 'number',
    label: { en: 'Messages a minute', fr: 'Messages par minute' },
    help: {
      en: 'Messages leave no faster than this, unevenly, as a person would send them. More raises the risk of a ban.',
      fr: 'Les messages ne partent pas plus vite, et irrégulièrement, comme d’une personne. Plus augmente le risque de bannissement.'
    }
  }),
  chromiumPath: field(
    Type.String({
      default: '',
      maxLength: 300,
      pattern:
        '^(|/([^\\x00-\\x1f]*/)?([Cc]hromium|[Gg]oogle[ -][Cc]hrome|chrome|microsoft-edge|brave)[\\w.-]*)$'
    }),
    {
      group: advanced,
      label: { en: 'Path of Chromium', fr: 'Chemin de Chromium' },
      help: {
        en: 'On the machines of the workers. Left empty it is looked for at the usual places.',
        fr: 'Sur les machines des workers. Vide : il est cherché aux endroits habituels.'
      }
    }
  ),
  sandbox: field(Type.Boolean({ default: true }), {
    group: advanced,
    control: 'switch',
    label: { en: 'Browser sandbox', fr: 'Bac à sable du navigateur' },
    help: {
      en: 'Keeps what strangers send away from the machine. Chromium cannot have it when it runs as root, or in a container without user namespaces; turn it off only there.',
      fr: 'Tient ce qu’envoient des inconnus à l’écart de la machine. Impossible quand Chromium tourne en root ou dans un conteneur sans espaces de noms utilisateur ; à désactiver seulement là.'
    }
  }),
  standIn: field(
    Type.String({ default: '', maxLength: 30, pattern: '^(|(127\\.0\\.0\\.1|localhost):\\d{1,5})$' }),
    {
      group: advanced,
      label: { en: 'Stand-in for WhatsApp', fr: 'Remplaçant de WhatsApp' },
      help: {
        en: 'Host and port on the worker’s own machine that answer instead of web.whatsapp.com. Only to try things out; leave it empty.',
        fr: 'Hôte et port, sur la machine du worker même, qui répondent à la place de web.whatsapp.com. Seulement pour des essais ; à laisser vide.'
      }
    }
  )
})

export type WhatsappWebSettings = Static<typeof whatsappWebSettings>
export type WhatsappWebAccount = Account<typeof whatsappWebSettings>
export type WhatsappWebListening = Listening<typeof whatsappWebSettings>

/** The account's settings with defaults filled in. */
export const settingsOf = (account: WhatsappWebAccount): WhatsappWebSettings =>
  Value.Default(whatsappWebSettings, structuredClone(account.settings)) as WhatsappWebSettings
