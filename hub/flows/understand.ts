import type { StepResult } from '@palabre/channels/call'
import type { NodeOf } from '@palabre/config/contract/flow'

/** What a caller's answer means: an answer, something that cannot be meant, or nothing at all. */
export type Understood<T> = { kind: 'answer'; answer: T } | { kind: 'not-understood' } | { kind: 'silent' }

const nothing = { kind: 'silent' } as const
const unclear = { kind: 'not-understood' } as const
/** Speech that the recogniser itself hardly believes. */
const leastConfidence = 0.3

/** The choice that a key, or the words of exactly one choice, name. */
export function understandChoice(
  { choices }: Pick<NodeOf<'menu'>, 'choices'>,
  result: StepResult
): Understood<NodeOf<'menu'>['choices'][number]> {
  if (result.kind === 'digits') {
    const pressed = choices.find(({ key }) => key === result.digits)
    return pressed ? { kind: 'answer', answer: pressed } : result.digits === '' ? nothing : unclear
  }
  if (result.kind !== 'speech') return nothing
  if (result.confidence < leastConfidence) return unclear
  const said = ` ${plain(result.text)} `
  const named = choices.filter(({ words }) =>
    words.some((word) => plain(word) && said.includes(` ${plain(word)} `))
  )
  return named.length === 1 && named[0] ? { kind: 'answer', answer: named[0] } : unclear
}

/** Digits of the wanted length, pressed or said. */
export function understandDigits(
  { digits: { min, max } }: Pick<NodeOf<'collect'>, 'digits'>,
  result: StepResult
): Understood<string> {
  if (result.kind !== 'digits' && result.kind !== 'speech') return nothing
  const isHeard = result.kind === 'digits' || result.confidence >= leastConfidence
  const digits = result.kind === 'digits' ? result.digits : result.text.replace(/[\s.,-]/g, '')
  if (digits === '') return nothing
  return isHeard && /^[0-9]+$/.test(digits) && digits.length >= min && digits.length <= max
    ? { kind: 'answer', answer: digits }
    : unclear
}

/** Without case, accents and punctuation: "Crédit !" is "credit". */
const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
