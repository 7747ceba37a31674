import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** One part of X.690 (DER): tag, length, content. */
function part(tag: number, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

const sequence = (...content: Uint8Array[]) => part(0x30, ...content)
const id = (...bytes: number[]) => part(0x06, Buffer.from(bytes))
const utc = (date: Date) =>
  part(0x17, Buffer.from(`${date.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`))

const commonName = id(0x55, 0x04, 0x03)
const subjectAltName = id(0x55, 0x1d, 0x11)
const ecdsaWithSha256 = sequence(id(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))

/** A certificate for this machine and other names that nobody vouches for, made now (RFC 5280, ECDSA P-256), and its key; both PEM. */
export function selfSigned(...others: string[]): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(part(0x31, sequence(commonName, part(0x0c, Buffer.from('localhost')))))
  const dayMs = 86_400_000
  const names = sequence(
    ...['localhost', ...others].map((one) => part(0x82, Buffer.from(one))),
    part(0x87, Buffer.from([127, 0, 0, 1]))
  )
  const content = sequence(
    part(0xa0, part(0x02, Buffer.from([2]))),
    part(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    name,
    sequence(utc(new Date(Date.now() - dayMs)), utc(new Date(Date.now() + dayMs))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    part(0xa3, sequence(sequence(subjectAltName, part(0x04, names))))
  )
  const signature = part(0x03, Buffer.from([0]), sign('sha256', content, privateKey))
  const whole = sequence(content, ecdsaWithSha256, signature).toString('base64')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${whole.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  }
}
