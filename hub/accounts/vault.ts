import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Encrypts secrets at rest: AES-256-GCM, a key per purpose by HKDF, bound to the record and field they belong to. */
export interface Vault {
  seal(plain: string, purpose: string): string
  /** Throws when the text was changed or belongs elsewhere. */
  open(sealed: string, purpose: string): string
  /** The same for bytes. */
  sealBytes(plain: Uint8Array, purpose: string): Buffer
  openBytes(sealed: Uint8Array, purpose: string): Buffer
  /** A key for signing, stable for the purpose (hex). */
  signingKey(purpose: string): string
}

const prefix = 'v1.'

/** Opens the vault with SECRET_KEY, or with a key made once and kept in the data directory (mode 0600). */
export function openVault({ secretKey, dataDir }: { secretKey: string; dataDir: string }): Vault {
  const master = Buffer.from(secretKey || keptKey(dataDir), 'hex')
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', master, 'palabre', purpose, 32))
  // Every secret that is opened asks for the same one.
  const sealKey = derive('seal')
  const sealBytes = (plain: Uint8Array, purpose: string) => {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', sealKey, iv).setAAD(Buffer.from(purpose))
    const body = Buffer.concat([cipher.update(plain), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), body])
  }
  const openBytes = (sealed: Uint8Array, purpose: string) => {
    const decipher = createDecipheriv('aes-256-gcm', sealKey, sealed.subarray(0, 12))
      .setAAD(Buffer.from(purpose))
      .setAuthTag(sealed.subarray(12, 28))
    return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()])
  }
  return {
    sealBytes,
    openBytes,
    seal: (plain, purpose) => prefix + sealBytes(Buffer.from(plain), purpose).toString('base64url'),
    open: (sealed, purpose) =>
      openBytes(Buffer.from(sealed.slice(prefix.length), 'base64url'), purpose).toString('utf8'),
    signingKey: (purpose) => derive(`sign:${purpose}`).toString('hex')
  }
}

function keptKey(dataDir: string): string {
  const file = join(dataDir, 'secret.key')
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  mkdirSync(dataDir, { recursive: true })
  try {
    writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    // Another process of ours was faster; its key counts.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(file, 'utf8').trim()
}
