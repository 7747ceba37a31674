import type { Words } from '../settings.ts'

/** What is written for things that WhatsApp shows otherwise. `{…}` is filled in. */
const words = {
  fileLost: {
    en: '(a file that could not be taken: {detail}; it is on the phone)',
    fr: '(un fichier n’a pas pu être repris : {detail} ; il est sur le téléphone)'
  },
  fileLarge: { en: '{mb} MB are too many', fr: '{mb} Mo, c’est trop' },
  fileGone: { en: 'WhatsApp does not give it out', fr: 'WhatsApp ne le donne pas' },
  unknown: {
    en: '(a message of a kind that is not known here: {detail}; it is on the phone)',
    fr: '(un message d’un genre inconnu ici : {detail} ; il est sur le téléphone)'
  },
  unreadable: {
    en: '(a message that could not be decrypted; it is on the phone)',
    fr: '(un message n’a pas pu être déchiffré ; il est sur le téléphone)'
  }
} as const satisfies Record<string, Words>

export type Language = keyof Words

export const say = (
  key: keyof typeof words,
  language: Language,
  filling: Record<string, string> = {}
): string => words[key][language].replace(/\{(\w+)\}/g, (_, name: string) => filling[name] ?? '')
