import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Paints on a terminal, and not where the text goes into a file or somebody asked for none. */
export const paint = (style: Style, text: string): string => {
  const { FORCE_COLOR: forced, NO_COLOR: refused } = process.env
  const isPainted = forced ? forced !== '0' : process.stdout.isTTY && !refused
  return isPainted ? styleText(style, text) : text
}
