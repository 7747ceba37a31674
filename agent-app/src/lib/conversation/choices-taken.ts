import type { Message } from '@palabre/config/contract/message'

/**
 * What customers took of the choices that were offered: by our message the title that was taken last, and the answers
 * that are such a title. An answer in words of its own to the same message is none.
 */
export function choicesTaken(messages: readonly Message[]): {
  titles: ReadonlyMap<string, string>
  answers: ReadonlySet<string>
} {
  const offered = new Map(
    messages.filter(({ choices }) => choices).map((message) => [message.id, message.choices!.options])
  )
  const titles = new Map<string, string>()
  const answers = new Set<string>()
  for (const { id, kind, answersId, text } of messages) {
    if (kind !== 'in' || answersId === undefined) continue
    const said = text.trim()
    const option = offered
      .get(answersId)
      ?.find(({ title }) => said === title || said.startsWith(`${title}\n`))
    if (!option) continue
    titles.set(answersId, option.title)
    answers.add(id)
  }
  return { titles, answers }
}
