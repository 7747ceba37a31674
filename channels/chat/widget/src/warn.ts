/** Says something to whoever builds the page: the console is the only place that she looks at. */
export function warn(text: string): void {
  // eslint-disable-next-line no-console
  console.warn(`Palabre: ${text}`)
}
