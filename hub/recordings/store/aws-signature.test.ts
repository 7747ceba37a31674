import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { signed } from './aws-signature.ts'

/** The examples of Amazon's own documentation, "Authenticating Requests: Using the Authorization Header". */
const keys = {
  region: 'us-east-1',
  accessKey: 'AKIAIOSFODNN7EXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
}
const now = new Date('2013-05-24T00:00:00Z')
const url = new URL('https://examplebucket.s3.amazonaws.com/')
const body = Buffer.alloc(0)

describe('the signature of a request to S3', () => {
  it.each([
    [{ lifecycle: '' }, 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
    [{ 'max-keys': '2', prefix: 'J' }, '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7']
  ])('of %j is that of the documentation', (query, signature) => {
    const { headers } = signed({ method: 'GET', url, query, body }, keys, now)
    expect(headers.authorization).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
        `SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${signature}`
    )
  })

  it('is of the body as well', () => {
    const content = Buffer.from('sound')
    const { headers } = signed({ method: 'PUT', url, query: {}, body: content }, keys, now)
    expect(headers['x-amz-content-sha256']).toBe(createHash('sha256').update(content).digest('hex'))
    expect(headers['x-amz-date']).toBe('20130524T000000Z')
  })

  it('writes names as RFC 3986 does', () => {
    const asked = {
      method: 'GET',
      url: new URL('https://s3.example/a b/c(d)'),
      query: { prefix: 'x/y*' },
      body
    }
    expect(signed(asked, keys, now).url).toBe('https://s3.example/a%20b/c%28d%29?prefix=x%2Fy%2A')
  })
})
