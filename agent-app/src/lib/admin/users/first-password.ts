const letters = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A password that can be read over the telephone: four groups of four, about 79 bits. */
export function makePassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(64))
  // Bytes over a multiple of the alphabet are left out, or some letters would come more often.
  const limit = 256 - (256 % letters.length)
  const drawn = [...bytes].filter((byte) => byte < limit).slice(0, 16)
  const text = drawn.map((byte) => letters[byte % letters.length]).join('')
  return text.match(/.{1,4}/g)?.join('-') ?? ''
}
