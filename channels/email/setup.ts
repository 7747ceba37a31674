import type { ChannelSetup } from '../channel.ts'

/** How a mailbox is connected. */
export const setup: ChannelSetup = {
  title: { en: 'Mail', fr: 'Courriel' },
  summary: {
    en: 'A mailbox: mail is taken by IMAP, or forwarded to this server, and answered by SMTP.',
    fr: 'Une boîte : le courrier est pris par IMAP, ou transmis à ce serveur, et les réponses partent par SMTP.'
  },
  steps: [
    {
      title: { en: 'Address', fr: 'Adresse' },
      text: {
        en: 'The address that customers write to, and how answers are signed.',
        fr: 'L’adresse à laquelle les clients écrivent, et la signature des réponses.'
      },
      fields: ['address', 'displayName', 'aliases', 'signature']
    },
    {
      title: { en: 'Receiving', fr: 'Réception' },
      text: {
        en: 'Your mail provider’s help names its IMAP server. Large providers ask for a password made for this app only.',
        fr: 'L’aide de votre fournisseur indique son serveur IMAP. Les grands fournisseurs exigent un mot de passe propre à l’application.'
      },
      fields: [
        'inbound',
        'imapHost',
        'imapPort',
        'imapSecurity',
        'imapUser',
        'imapPassword',
        'imapMailbox',
        'imapStart',
        'imapAfter',
        'imapMoveTo'
      ]
    },
    {
      title: { en: 'Sending', fr: 'Envoi' },
      text: {
        en: 'The server that answers leave through, usually of the same provider and with the same user.',
        fr: 'Le serveur par lequel partent les réponses, en général du même fournisseur et avec le même utilisateur.'
      },
      fields: ['smtpHost', 'smtpPort', 'smtpSecurity', 'smtpUser', 'smtpPassword', 'allowSelfSigned']
    },
    {
      title: { en: 'Connection test', fr: 'Test de connexion' },
      text: {
        en: 'Signs in to both servers. No mail is sent.',
        fr: 'Se connecte aux deux serveurs. Aucun courrier n’est envoyé.'
      },
      shows: 'test'
    }
  ]
}
