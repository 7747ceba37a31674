import { attributeName, type Column, type ColumnMeaning } from '@palabre/config/contract/import'
import { canonicalPoint } from '../contacts/canonical.ts'

/** Words by which columns are called, in English, French, German and Spanish, without accents and signs. */
const words: [ColumnMeaning, RegExp][] = [
  [
    'email',
    /^(e?mail|emailaddress|email\d|mailadresse|adresse(e?mail|courriel)|courriel|correo|correoelectronico)$/
  ],
  ['whatsapp', /^(whatsapp|whatsappnumber|numerowhatsapp|wa)$/],
  [
    'phone',
    /^(phone|phonenumber|mobile|mobilephone|mobilenumber|cell|cellphone|tel|telephone|telefon|telefono|movil|handy|portable|numero|numerodetelephone|gsm)$/
  ],
  ['first-name', /^(firstname|givenname|forename|prenom|vorname|nombre)$/],
  ['last-name', /^(lastname|surname|familyname|nomdefamille|nachname|apellidos?)$/],
  ['name', /^(name|fullname|contact|contactname|displayname|nom|nomcomplet|nomprenom|prenomnom)$/],
  ['company', /^(company|companyname|organi[sz]ation|societe|entreprise|firma|empresa)$/],
  ['locale', /^(locale|language|lang|langue|sprache|idioma)$/]
]

const bare = (name: string) =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '')

/** What a column of this name holds; null for a name that says nothing to us. */
export const guessMeaning = (name: string): ColumnMeaning | null =>
  words.find(([, known]) => known.test(bare(name)))?.[0] ?? null

/** A name that an attribute may have, made of a column's; '' when nothing is left of it. */
export const attributeNameOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\w .-]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 60)
    .trim()

const attributePattern = new RegExp(attributeName)

/**
 * What the columns seem to hold, by their names and else by what stands in them. Each meaning is given once; "nom"
 * beside a first name is a last name.
 */
export function guessColumns(names: readonly string[], rows: readonly (readonly string[])[]): Column[] {
  const width = Math.max(names.length, ...rows.map((row) => row.length))
  const guessed = Array.from({ length: width }, (_, i) => guessMeaning(names[i] ?? '') ?? byContent(rows, i))
  if (guessed.includes('first-name') && !guessed.includes('last-name')) {
    const name = guessed.indexOf('name')
    if (name >= 0) guessed[name] = 'last-name'
  }
  const taken = new Set<string>()
  return guessed.map((means, i): Column => {
    if (means !== null && !taken.has(means)) {
      taken.add(means)
      return { means, attribute: '' }
    }
    const attribute = attributeNameOf(names[i] ?? '')
    if (!attributePattern.test(attribute) || taken.has(`attribute:${attribute}`))
      return { means: 'skip', attribute: '' }
    taken.add(`attribute:${attribute}`)
    return { means: 'attribute', attribute }
  })
}

/** Addresses and international numbers are known by their look. */
function byContent(rows: readonly (readonly string[])[], i: number): ColumnMeaning | null {
  const cells = rows.map((row) => row[i]?.trim() ?? '').filter((cell) => cell !== '')
  if (cells.length === 0) return null
  const most = (is: (cell: string) => boolean) => cells.filter(is).length > cells.length * 0.8
  if (most((cell) => canonicalPoint('email', cell) !== null)) return 'email'
  return most((cell) => canonicalPoint('phone', cell) !== null) ? 'phone' : null
}
