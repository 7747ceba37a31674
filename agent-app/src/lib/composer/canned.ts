import type { CannedAnswer } from '@palabre/config/contract/setting'

export interface Variables {
  contact: string
  agent: string
  queue: string
}

const escapeHtml = (text: string) =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign)

/** Writes names in place of {{contact.name}}, {{agent.name}}, {{queue.name}}; others stay as they are. */
export const fill = (text: string, variables: Variables, inHtml = false): string =>
  text.replace(/\{\{\s*(contact|agent|queue)\.name\s*\}\}/g, (_, noun: keyof Variables) =>
    inHtml ? escapeHtml(variables[noun]) : variables[noun]
  )

/** Plain text as paragraphs of HTML. */
export const paragraphs = (text: string): string =>
  text
    .split(/\n{2,}/)
    .map((part) => `<p>${escapeHtml(part).replaceAll('\n', '<br>')}</p>`)
    .join('')

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** Canned answers of a queue that fit what was typed: shortcuts first, then titles, the contact's language first. */
export function suggest(
  answers: readonly CannedAnswer[],
  typed: string,
  { queueId, locale }: { queueId: string; locale: string }
): CannedAnswer[] {
  const wanted = plain(typed)
  const rank = (answer: CannedAnswer) =>
    answer.shortcut.startsWith(wanted) ? 0 : plain(answer.title).includes(wanted) ? 1 : 2
  return answers
    .filter(({ queueIds }) => !queueIds.length || queueIds.includes(queueId))
    .filter((answer) => rank(answer) < 2 || plain(answer.text).includes(wanted))
    .sort(
      (a, b) =>
        rank(a) - rank(b) ||
        Number(b.locale === locale) - Number(a.locale === locale) ||
        a.shortcut.localeCompare(b.shortcut)
    )
}

/** What stands before the caret and asks for suggestions: "/hel" or "@aw". */
export function trigger(before: string): { sign: '/' | '@'; typed: string; length: number } | null {
  const found = /(?:^|\s)([/@])([\p{L}\p{N}-]{0,40})$/u.exec(before)
  if (!found) return null
  const [, sign, typed = ''] = found
  return { sign: sign as '/' | '@', typed, length: typed.length + 1 }
}
