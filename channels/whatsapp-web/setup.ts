import type { ChannelSetup } from '../channel.ts'

/** How a telephone is linked. */
export const setup: ChannelSetup = {
  title: { en: 'WhatsApp by telephone', fr: 'WhatsApp par téléphone' },
  summary: {
    en: 'A telephone with WhatsApp, linked like a browser. Meta does not allow it and may ban the number.',
    fr: 'Un téléphone avec WhatsApp, relié comme un navigateur. Meta ne l’autorise pas et peut bannir le numéro.'
  },
  mark: 'unofficial',
  steps: [
    {
      title: { en: 'Risks', fr: 'Risques' },
      text: {
        en: 'Read this first. A number of the Cloud API (the channel WhatsApp) is the way that Meta allows.',
        fr: 'À lire d’abord. Un numéro de l’API Cloud (le canal WhatsApp) est la voie que Meta autorise.'
      },
      fields: ['risksUnderstood']
    },
    {
      title: { en: 'Telephone', fr: 'Téléphone' },
      text: {
        en: 'How the link is named on the telephone, and how fast it writes.',
        fr: 'Le nom de la liaison sur le téléphone, et la vitesse d’envoi.'
      },
      fields: ['deviceName', 'language', 'perMinute']
    },
    {
      title: { en: 'Link', fr: 'Liaison' },
      text: {
        en: 'On the telephone open WhatsApp → Linked devices → Link a device, and scan the code. From then on messages become work.',
        fr: 'Sur le téléphone, ouvrez WhatsApp → Appareils connectés → Connecter un appareil, et scannez le code. Dès lors, les messages deviennent du travail.'
      },
      shows: 'pairing'
    }
  ]
}
