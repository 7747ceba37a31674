import { format } from '../words.svelte.ts'

/** Countries whose numbers are most often written without their code; ISO 3166. */
const codes =
  'AE AR AT AU BE BF BJ BR CA CD CG CH CI CL CM CN CO CZ DE DK DZ EG ES FI FR GA GB GN GR HK HU ID IE IL IN IT JP KE KR LB LU MA MG ML MX MY NE NG NL NO NZ PE PH PL PT RO RU SA SE SG SK SN TD TG TH TN TR TW UA US VN ZA'.split(
    ' '
  )

/** Countries with their names in a language, in its order. */
export function countryNames(locale: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(locale, { type: 'region' })
  return codes
    .map((value) => ({ value, label: names.of(value) ?? value }))
    .sort((a, b) => format.compare(a.label, b.label))
}
