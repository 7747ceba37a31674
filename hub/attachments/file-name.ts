/** Longest file name kept, in characters. */
const longest = 150

/**
 * A file name that is safe to show and to offer: no path, no control or direction-changing characters (a right-to-left
 * override makes "exe.pdf" of "fdp.exe"), not hidden, of bounded length with its ending kept.
 */
export function safeFileName(name: string): string {
  const bare = (name.normalize('NFC').split(/[/\\]/).pop() ?? '')
    // eslint-disable-next-line no-control-regex -- control characters are exactly what is taken out
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[\s.]+|[\s.]+$/g, '')
  if (bare === '') return 'file'
  if (bare.length <= longest) return bare
  const ending = /\.[^.]{1,12}$/.exec(bare)?.[0] ?? ''
  return bare.slice(0, longest - ending.length) + ending
}
