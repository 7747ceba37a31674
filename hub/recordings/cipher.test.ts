import { randomBytes } from 'node:crypto'
import { Types } from 'mongoose'
import { describe, expect, it } from 'vitest'
import { openVault } from '../accounts/vault.ts'
import type { Hub } from '../hub.ts'
import { newKey, openKey, openSegment, sealSegment, segmentName } from './cipher.ts'

const hub = {
  vault: openVault({ secretKey: randomBytes(32).toString('hex'), dataDir: '' })
} as Hub
const id = new Types.ObjectId()
const plain = randomBytes(1000)

describe('sealed sound', () => {
  const key = openKey(hub, id, newKey(hub, id))
  const name = segmentName(id, 1, 0)
  const sealed = sealSegment(key, name, plain)

  it('opens under its own name, and holds nothing that can be read', () => {
    expect(openSegment(key, name, sealed).equals(plain)).toBe(true)
    expect(sealed.includes(plain.subarray(0, 8))).toBe(false)
    expect(sealed.length).toBe(plain.length + 28)
  })

  it('does not open as another segment, stream or recording', () => {
    for (const other of [
      segmentName(id, 1, 1),
      segmentName(id, 2, 0),
      segmentName(new Types.ObjectId(), 1, 0)
    ])
      expect(() => openSegment(key, other, sealed)).toThrow()
  })

  it('does not open when a byte was changed, cut off, or under another key', () => {
    for (const at of [0, 12, 28, sealed.length - 1]) {
      const changed = Buffer.from(sealed)
      changed[at] = changed[at]! ^ 1
      expect(() => openSegment(key, name, changed)).toThrow()
    }
    expect(() => openSegment(key, name, sealed.subarray(0, -1))).toThrow()
    expect(() => openSegment(key, name, Buffer.alloc(3))).toThrow()
    expect(() => openSegment(randomBytes(32), name, sealed)).toThrow()
  })

  it('has another nonce each time', () => {
    expect(sealSegment(key, name, plain).equals(sealed)).toBe(false)
  })

  it('has a key that belongs to one recording', () => {
    expect(() => openKey(hub, new Types.ObjectId(), newKey(hub, id))).toThrow()
    expect(openKey(hub, id, newKey(hub, id)).equals(key)).toBe(false)
  })
})
