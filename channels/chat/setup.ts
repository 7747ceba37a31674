import type { ChannelSetup } from '../channel.ts'

/** How the chat widget comes onto a web site. */
export const setup: ChannelSetup = {
  title: { en: 'Web chat', fr: 'Chat web' },
  summary: {
    en: 'A chat window on your own web sites. Needs one line in their pages.',
    fr: 'Une fenêtre de discussion sur vos propres sites. Il suffit d’une ligne dans leurs pages.'
  },
  mark: 'recommended',
  steps: [
    {
      title: { en: 'Web sites', fr: 'Sites web' },
      text: {
        en: 'Only pages of these sites may show the chat.',
        fr: 'Seules les pages de ces sites peuvent afficher le chat.'
      },
      fields: ['origins', 'identitySecret']
    },
    {
      title: { en: 'Looks and words', fr: 'Apparence et textes' },
      text: {
        en: 'What visitors see. Everything can be changed later, without touching the pages.',
        fr: 'Ce que voient les visiteurs. Tout peut changer plus tard, sans toucher aux pages.'
      },
      fields: ['accent', 'position', 'theme', 'title', 'greeting', 'offline', 'agentNaming']
    },
    {
      title: { en: 'On your pages', fr: 'Sur vos pages' },
      text: {
        en: 'Hand this line to whoever looks after the site. The chat appears when you go live.',
        fr: 'Donnez cette ligne à la personne qui s’occupe du site. Le chat apparaît à la mise en service.'
      },
      shows: 'embed'
    },
    {
      title: { en: 'Test', fr: 'Test' },
      text: {
        en: 'Looks for what would keep visitors out.',
        fr: 'Cherche ce qui empêcherait les visiteurs d’entrer.'
      },
      shows: 'test'
    }
  ]
}
