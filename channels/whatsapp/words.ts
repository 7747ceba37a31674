import type { Words } from '../settings.ts'

/** What is written for things that WhatsApp shows otherwise. `{…}` is filled in. */
export const words = {
  form: { en: 'Form', fr: 'Formulaire' },
  order: { en: 'Order', fr: 'Commande' },
  unsupported: {
    en: '(a message of a kind that WhatsApp does not hand on: {detail})',
    fr: '(un message d’un genre que WhatsApp ne transmet pas : {detail})'
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
