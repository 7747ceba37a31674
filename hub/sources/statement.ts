/** A query in pieces: text as it stands, and the places of parameters. */
export interface Statement {
  pieces: (string | { name: string })[]
  /** Parameters in the order in which they come, each as often as it comes. */
  names: string[]
}

/** Words that a look-up has no use for. The server is asked to refuse them too; this says so before it is saved. */
const writing =
  /\b(into|insert|update|delete|merge|replace\s+into|drop|alter|create|truncate|grant|revoke|call|exec|execute|lock)\b/i

/** Quoted texts and names, and what is refused because servers differ over where it ends. */
const token =
  /(?<quoted>'(?:[^'\\]|'')*'|"(?:[^"\\]|"")*"|`[^`\\]*`)|(?<cast>::)|:(?<name>[A-Za-z][A-Za-z0-9]*)|(?<wrong>--|\/\*|#(?![>-])|\$[A-Za-z_]*\$|[;?\\'"`\0])/g

const wrongs: Record<string, string> = {
  ';': 'There is one query, without a semicolon in it',
  '?': 'A question mark cannot stand in it; parameters are written :name',
  '\\': 'A backslash cannot stand in it',
  '--': 'Comments cannot stand in it',
  '/*': 'Comments cannot stand in it',
  '#': 'Comments cannot stand in it'
}

/**
 * Takes a query apart. Values never become part of its text: each `:name` is a place that the driver binds.
 * @returns the statement, or a sentence that says why it is none
 */
export function readStatement(query: string): Statement | string {
  const text = query.trim().replace(/;$/, '').trim()
  if (!/^(select|with)\b/i.test(text)) return 'A look-up begins with SELECT or WITH'
  const pieces: Statement['pieces'] = []
  let plain = ''
  let bare = ''
  let from = 0
  for (const match of text.matchAll(token)) {
    const { quoted, cast, name, wrong } = match.groups ?? {}
    const between = text.slice(from, match.index)
    from = match.index + match[0].length
    plain += between
    bare += between
    if (wrong !== undefined) return wrongs[wrong] ?? 'A quotation is not closed, or not in plain quotes'
    // Servers differ over what a quotation is: what ends a query, or hides a part of it, stands in none either.
    const hidden = quoted === undefined ? undefined : /[;?]|--|\/\*/.exec(quoted)?.[0]
    if (hidden !== undefined) return wrongs[hidden] ?? ''
    if (quoted ?? cast) {
      plain += match[0]
      bare += ' '
    }
    if (name !== undefined) {
      pieces.push(plain, { name })
      plain = ''
      bare += ' '
    }
  }
  plain += text.slice(from)
  bare += text.slice(from)
  pieces.push(plain)
  const word = writing.exec(bare)?.[0]
  if (word) return `A look-up reads and nothing else; ${word.toUpperCase()} cannot stand in it`
  return { pieces, names: pieces.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.name])) }
}

/** The text with a placeholder for each parameter: `write(1)` for the first. Never next to another character. */
export const placed = ({ pieces }: Statement, write: (number: number) => string): string => {
  let number = 0
  return pieces.map((piece) => (typeof piece === 'string' ? piece : ` ${write(++number)} `)).join('')
}
