import { createHash, randomBytes } from 'node:crypto'

interface GraphFile {
  id: string
  type: string
  content: Buffer
  /** Of the address that it is fetched at. */
  key: string
}

/** Files that Meta keeps: those of customers, and those handed up by the business. */
export class GraphFiles {
  private readonly files = new Map<string, GraphFile>()

  keep(content: Uint8Array, type: string): string {
    const id = String(700_000_000 + this.files.size)
    this.files.set(id, { id, type, content: Buffer.from(content), key: randomBytes(16).toString('hex') })
    return id
  }

  get size(): number {
    return this.files.size
  }

  get(id: string): GraphFile | undefined {
    return this.files.get(id)
  }

  /** What the API says of a file: where it can be fetched for a while, and what it is. */
  describe(id: string, origin: string) {
    const file = this.files.get(id)
    if (!file) return null
    const { type, content, key } = file
    return {
      messaging_product: 'whatsapp',
      id,
      url: `${origin}/signed-media/${id}?hash=${key}`,
      mime_type: type,
      sha256: createHash('sha256').update(content).digest('hex'),
      file_size: content.length
    }
  }
}
