import { cleanLine } from '../clean-text.ts'
import { limits } from './limits.ts'

/** Prefixes with which mail programs of many languages mark answers and forwards; some count: "Re[2]:". */
const prefix =
  /^(re|rép|rep|réf|ref|aw|antw|sv|vs|odp|rif|res|resp|ynt|fw|fwd|tr|wg|rv|enc|i|vl|doorst)(\s?[[(]\d{1,3}[\])])?\s?[:：]\s*/i

/** The subject of an answer: one "Re:" before what the subject is, however many prefixes it has gathered. */
export const replySubject = (subject: string): string => {
  const bare = bareSubject(subject)
  return bare === '' ? 'Re:' : `Re: ${bare}`
}

/** A subject without the prefixes of answers and forwards ("RE : TR: Votre carte" → "Votre carte"). */
export const bareSubject = (subject: string): string => {
  let rest = cleanLine(subject, limits.subjectChars)
  for (let match = prefix.exec(rest); match; match = prefix.exec(rest)) rest = rest.slice(match[0].length)
  return rest.trim()
}
