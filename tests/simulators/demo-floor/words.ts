import type { Chance } from '../../floor/random.ts'

export const languages = ['fr', 'en', 'wo'] as const
export type Language = (typeof languages)[number]

/** What customers of an imaginary bank ask, and what they are answered. */
const questions: Record<Language, string[]> = {
  fr: [
    'Bonjour, ma carte ne fonctionne plus depuis hier soir.',
    'Je voudrais connaître le solde de mon compte d’épargne.',
    'Le virement de lundi n’est toujours pas arrivé.',
    'Comment augmenter le plafond de ma carte ?',
    'Je déménage : que faut-il faire pour changer d’adresse ?',
    'Je ne reconnais pas un prélèvement de 14 900 francs.'
  ],
  en: [
    'Hello, my card was swallowed by the machine this morning.',
    'Where can I see the fees of a transfer abroad?',
    'I cannot sign in to the app on my new phone.',
    'My loan: can I pay a month in advance?',
    'Somebody called me and said they were the bank. Was it you?'
  ],
  wo: [
    'Salaam aleekum, sama kàrt dafa tëj.',
    'Naka laa mëna xam ñaata xaalis a des ci sama kont?',
    'Ñaata fan la virement bi di def?',
    'Jërëjëf, waaye sama kod bi fàtte naa ko.'
  ]
}
const answers: Record<Language, string[]> = {
  fr: ['Bonjour, je regarde cela tout de suite.', 'C’est fait. Puis-je encore vous aider ?'],
  en: ['Hello, let me look at it.', 'That is done. Is there anything else?'],
  wo: ['Waaw, maa ngi koy xool.', 'Baax na, jeex na. Jërëjëf!']
}

export const questionIn = (language: Language, chance: Chance) => chance.of(questions[language])

/** In the language in which it was asked, as far as can be told. */
export function answerTo(preview: string, chance: Chance): string {
  const language = languages.find((one) =>
    questions[one].some((text) => preview.startsWith(text.slice(0, 20)))
  )
  return chance.of(answers[language ?? 'fr'])
}
