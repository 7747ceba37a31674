const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Plain lines as the HTML that mail carries. */
export const htmlOfText = (text: string): string =>
  text.trim() &&
  text
    .trim()
    .split('\n')
    .map((line) => `<div>${line.replace(/[&<>]/g, (character) => escapes[character] ?? '') || '<br>'}</div>`)
    .join('')

/** The lines of a signature, to edit. The document is never shown, so nothing in it runs or loads. */
export function textOfHtml(html: string): string {
  const body = new DOMParser().parseFromString(
    html.replace(/<br\s*\/?>|<\/(div|p|li)>/gi, '\n'),
    'text/html'
  ).body
  return (body.textContent ?? '').replace(/\n{3,}/g, '\n\n').trim()
}
