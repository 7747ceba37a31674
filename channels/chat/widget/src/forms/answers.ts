/** Good enough to catch a slip of the finger; the hub decides. */
export const looksLikeEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(text.trim())

/** What is wrong with an answer: the key of the words that say it, or nothing. */
export function faultOf(
  value: string,
  { required, isEmail = false }: { required: boolean; isEmail?: boolean }
): 'missing' | 'wrongEmail' | undefined {
  if (value.trim() === '') return required ? 'missing' : undefined
  return isEmail && !looksLikeEmail(value) ? 'wrongEmail' : undefined
}
