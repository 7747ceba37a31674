export const variables = ['contact.name', 'agent.name', 'queue.name'] as const

/** What a customer would read: known variables filled in; those that are not known stay as they are written. */
export const fillIn = (text: string, values: Record<string, string>): string =>
  text.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, name: string) => values[name] ?? whole)

/** Variables in a text that nothing fills in: spelling mistakes. */
export const unknownVariables = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)]
      .map(([, name = '']) => name)
      .filter((name) => !(variables as readonly string[]).includes(name))
  )
]
