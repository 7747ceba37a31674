import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Account } from '../channel.ts'
import { choice, field, type Words } from '../settings.ts'
import { canonicalAddress } from './email-address.ts'

const inbound = 'Receiving / Réception'
const outbound = 'Sending / Envoi'
const identity = 'Address / Adresse'

const securities: { value: string; label: Words }[] = [
  { value: 'tls', label: { en: 'TLS from the first byte', fr: 'TLS dès la connexion' } },
  { value: 'starttls', label: { en: 'STARTTLS, required', fr: 'STARTTLS, exigé' } },
  { value: 'none', label: { en: 'None (private network only)', fr: 'Aucun (réseau privé seulement)' } }
]

const whenImap = { field: 'inbound', is: 'imap' }

/** What an administrator fills in for one mail account. */
export const emailSettings = Type.Object({
  address: field(Type.String({ minLength: 3, maxLength: 320, pattern: '^[^\\s@<>]+@[^\\s@<>]+$' }), {
    group: identity,
    label: { en: 'Address', fr: 'Adresse' },
    help: {
      en: 'Mail to this address becomes work; answers leave from it.',
      fr: 'Le courrier reçu à cette adresse devient du travail ; les réponses en partent.'
    }
  }),
  displayName: field(Type.String({ default: '', maxLength: 120 }), {
    group: identity,
    label: { en: 'Sender name', fr: 'Nom d’expéditeur' },
    help: {
      en: 'Shown to customers beside the address when a message brings no name of its own.',
      fr: 'Affiché aux clients à côté de l’adresse quand un message n’apporte pas son propre nom.'
    }
  }),
  aliases: field(Type.Array(Type.String({ maxLength: 320 }), { default: [], maxItems: 100 }), {
    group: identity,
    control: 'lines',
    label: { en: 'Other addresses of this account', fr: 'Autres adresses de ce compte' },
    help: {
      en: 'One a line. Mail to them is taken too, and never answered in a circle.',
      fr: 'Une par ligne. Leur courrier est pris aussi, et jamais renvoyé en boucle.'
    }
  }),
  signature: field(Type.String({ default: '', maxLength: 20_000 }), {
    group: identity,
    control: 'textarea',
    label: { en: 'Signature', fr: 'Signature' },
    help: {
      en: 'Words or HTML, put under every message of this account, above the quoted text.',
      fr: 'Texte ou HTML, placé sous chaque message de ce compte, au-dessus du texte cité.'
    }
  }),

  inbound: field(choice(['imap', 'smtp', 'none'], 'imap'), {
    group: inbound,
    control: 'choice',
    label: { en: 'How mail comes in', fr: 'Arrivée du courrier' },
    help: {
      en: 'The built-in SMTP listener takes mail that another mail server forwards to this machine.',
      fr: 'Le serveur SMTP intégré prend le courrier qu’un autre serveur transmet à cette machine.'
    },
    choices: [
      { value: 'imap', label: { en: 'From an IMAP mailbox', fr: 'D’une boîte IMAP' } },
      { value: 'smtp', label: { en: 'Built-in SMTP listener', fr: 'Serveur SMTP intégré' } },
      { value: 'none', label: { en: 'Not at all, send only', fr: 'Pas du tout, envoi seul' } }
    ]
  }),
  imapHost: field(Type.String({ default: '', maxLength: 253 }), {
    group: inbound,
    when: whenImap,
    label: { en: 'IMAP server', fr: 'Serveur IMAP' }
  }),
  imapPort: field(Type.Integer({ default: 993, minimum: 1, maximum: 65_535 }), {
    group: inbound,
    when: whenImap,
    control: 'number',
    label: { en: 'IMAP port', fr: 'Port IMAP' },
    help: { en: '993 for TLS, 143 for STARTTLS or none.', fr: '993 pour TLS, 143 pour STARTTLS ou aucun.' }
  }),
  imapSecurity: field(choice(['tls', 'starttls', 'none'], 'tls'), {
    group: inbound,
    when: whenImap,
    control: 'choice',
    choices: securities,
    label: { en: 'IMAP encryption', fr: 'Chiffrement IMAP' },
    help: {
      en: 'Without encryption the password and all mail can be read on the way.',
      fr: 'Sans chiffrement, le mot de passe et tout le courrier sont lisibles en chemin.'
    }
  }),
  imapUser: field(Type.String({ default: '', maxLength: 320 }), {
    group: inbound,
    when: whenImap,
    label: { en: 'IMAP user', fr: 'Utilisateur IMAP' }
  }),
  imapPassword: field(Type.String({ default: '', maxLength: 1_000 }), {
    group: inbound,
    when: whenImap,
    secret: true,
    control: 'password',
    label: { en: 'IMAP password', fr: 'Mot de passe IMAP' }
  }),
  imapMailbox: field(Type.String({ default: 'INBOX', minLength: 1, maxLength: 500 }), {
    group: inbound,
    when: whenImap,
    label: { en: 'Mailbox to read', fr: 'Boîte à lire' }
  }),
  imapStart: field(choice(['unread', 'new', 'all'], 'unread'), {
    group: inbound,
    when: whenImap,
    control: 'choice',
    label: { en: 'What to take at the first connection', fr: 'Que prendre à la première connexion' },
    help: {
      en: '"All" turns the whole mailbox into work for your agents.',
      fr: '« Tout » fait de la boîte entière du travail pour vos agents.'
    },
    choices: [
      { value: 'unread', label: { en: 'Unread mail', fr: 'Le courrier non lu' } },
      {
        value: 'new',
        label: { en: 'Only what arrives from now on', fr: 'Seulement ce qui arrive dès maintenant' }
      },
      { value: 'all', label: { en: 'All', fr: 'Tout' } }
    ]
  }),
  imapAfter: field(choice(['seen', 'move', 'nothing'], 'seen'), {
    group: inbound,
    when: whenImap,
    control: 'choice',
    label: { en: 'After a mail was taken', fr: 'Une fois un courrier pris' },
    choices: [
      { value: 'seen', label: { en: 'Mark it as read', fr: 'Le marquer comme lu' } },
      { value: 'move', label: { en: 'Move it to a folder', fr: 'Le déplacer dans un dossier' } },
      { value: 'nothing', label: { en: 'Leave it as it is', fr: 'Le laisser tel quel' } }
    ]
  }),
  imapMoveTo: field(Type.String({ default: 'Palabre', minLength: 1, maxLength: 500 }), {
    group: inbound,
    when: { field: 'imapAfter', is: 'move' },
    label: { en: 'Folder for taken mail', fr: 'Dossier du courrier pris' },
    help: { en: 'Made when it does not exist.', fr: 'Créé s’il n’existe pas.' }
  }),

  smtpHost: field(Type.String({ default: '', maxLength: 253 }), {
    group: outbound,
    label: { en: 'SMTP server', fr: 'Serveur SMTP' },
    help: {
      en: 'Left empty, this account receives and cannot answer.',
      fr: 'Laissé vide, ce compte reçoit et ne peut pas répondre.'
    }
  }),
  smtpPort: field(Type.Integer({ default: 465, minimum: 1, maximum: 65_535 }), {
    group: outbound,
    control: 'number',
    label: { en: 'SMTP port', fr: 'Port SMTP' },
    help: { en: '465 for TLS, 587 for STARTTLS.', fr: '465 pour TLS, 587 pour STARTTLS.' }
  }),
  smtpSecurity: field(choice(['tls', 'starttls', 'none'], 'tls'), {
    group: outbound,
    control: 'choice',
    choices: securities,
    label: { en: 'SMTP encryption', fr: 'Chiffrement SMTP' },
    help: {
      en: 'Without encryption the password and all mail can be read on the way.',
      fr: 'Sans chiffrement, le mot de passe et tout le courrier sont lisibles en chemin.'
    }
  }),
  smtpUser: field(Type.String({ default: '', maxLength: 320 }), {
    group: outbound,
    label: { en: 'SMTP user', fr: 'Utilisateur SMTP' },
    help: {
      en: 'Left empty, no sign-in is tried.',
      fr: 'Laissé vide, aucune authentification n’est tentée.'
    }
  }),
  smtpPassword: field(Type.String({ default: '', maxLength: 1_000 }), {
    group: outbound,
    secret: true,
    control: 'password',
    label: { en: 'SMTP password', fr: 'Mot de passe SMTP' }
  }),
  allowSelfSigned: field(Type.Boolean({ default: false }), {
    group: outbound,
    control: 'switch',
    label: { en: 'Accept certificates nobody vouches for', fr: 'Accepter les certificats non garantis' },
    help: {
      en: 'For private servers, for IMAP and SMTP. Anyone on the way can then pose as the server and read the password.',
      fr: 'Pour serveurs privés, en IMAP et SMTP. N’importe qui en chemin peut alors se faire passer pour le serveur et lire le mot de passe.'
    }
  })
})

export type EmailSettings = Static<typeof emailSettings>
export type EmailAccount = Account<typeof emailSettings>

/** Settings with every default filled in: documents written before a setting existed lack it. */
export const settingsOf = (account: EmailAccount): EmailSettings =>
  Value.Default(emailSettings, { ...account.settings }) as EmailSettings

/** All addresses at which the account receives, canonical, its own first. */
export const ownAddresses = (settings: EmailSettings): string[] =>
  [settings.address, ...(settings.aliases ?? [])]
    .map(canonicalAddress)
    .filter((address): address is string => address !== undefined)
