import type { Words } from '../../settings.ts'

/** What is written for things that the platforms show otherwise. `{…}` is filled in. */
export const words = {
  storyReply: { en: '(reply to your story)', fr: '(réponse à votre story)' },
  storyMention: { en: '(mentioned you in their story)', fr: '(vous a mentionné dans sa story)' },
  shared: { en: '(shared a post)', fr: '(a partagé une publication)' },
  mention: { en: '(mentioned you in a post)', fr: '(vous a mentionné dans une publication)' },
  commentMention: { en: '(mentioned you in a comment)', fr: '(vous a mentionné dans un commentaire)' },
  cameBy: { en: '(came by {from})', fr: '(venu par {from})' },
  ad: { en: 'an advertisement', fr: 'une publicité' },
  link: { en: 'a link', fr: 'un lien' },
  unsupported: {
    en: '(a message of a kind that {platform} does not hand on)',
    fr: '(un message d’un genre que {platform} ne transmet pas)'
  },
  unknown: {
    en: '(a message of a kind that is not known here: {detail})',
    fr: '(un message d’un genre inconnu ici : {detail})'
  }
} as const satisfies Record<string, Words>

export type Language = keyof Words

export const say = (
  key: keyof typeof words,
  language: Language,
  filling: Record<string, string> = {}
): string => words[key][language].replace(/\{(\w+)\}/g, (_, name: string) => filling[name] ?? '')
