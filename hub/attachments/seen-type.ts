import { fileTypeFromBuffer } from 'file-type'

/**
 * The type of a file from a stranger: what its first bytes say where they have a signature. Without one it is what was
 * claimed, unless that would have had to have one: a "picture" without the bytes of one is nothing in particular.
 */
export async function seenType(content: Uint8Array, claimed: string): Promise<string> {
  const seen = (await fileTypeFromBuffer(content))?.mime.split(';')[0]
  if (seen === undefined) return /^(image|audio|video)\//.test(claimed) ? 'application/octet-stream' : claimed
  // Office files are seen as the archives that they are, sounds and films share their containers.
  const family = (type: string) => type.split('/')[0] ?? ''
  const isArchive = /^application\/(zip|x-cfb)$/.test(seen)
  const areTimed = [seen, claimed].every((type) => /^(audio|video)\//.test(type))
  if (isArchive && family(claimed) === 'application') return claimed
  return areTimed ? claimed : seen
}
