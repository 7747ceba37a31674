/** Words by which customers of WhatsApp and SMS end messages, in English and French, as a whole answer. */
const words = new Set([
  'stop',
  'stop all',
  'unsubscribe',
  'arret',
  'arreter',
  'arretez',
  'desabonner',
  'desabonnez moi',
  'me desabonner',
  'desinscription'
])

/** Does somebody say with these words, and no others, that they want no more of it? */
export const isStopWord = (text: string): boolean =>
  words.has(
    text
      .slice(0, 60)
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[^a-z]+/g, ' ')
      .trim()
  )
