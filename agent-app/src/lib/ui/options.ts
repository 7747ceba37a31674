export interface Option {
  value: string
  label: string
  /** Second line or further words to find it by. */
  detail?: string
  disabled?: boolean
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** Options whose words begin with or contain what was typed, accents and case set aside; at most `most`. */
export function matching(options: readonly Option[], typed: string, most = 100): Option[] {
  const wanted = plain(typed.trim()).split(/\s+/).filter(Boolean)
  const found: Option[] = []
  for (const option of options) {
    const text = plain(`${option.label} ${option.detail ?? ''}`)
    if (wanted.every((word) => text.includes(word))) found.push(option)
    if (found.length === most) break
  }
  return found
}
