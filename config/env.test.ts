import { describe, expect, it } from 'vitest'
import { readEnv } from './env.ts'

describe('environment', () => {
  it('has a sane default for everything', () =>
    expect(readEnv({})).toMatchObject({ PORT: 8080, SMTP_PORT: 2525, DEMO: true, MONGODB_URL: '' }))

  it('reads numbers and switches from text', () =>
    expect(readEnv({ PORT: '9000', DEMO: 'false' })).toMatchObject({ PORT: 9000, DEMO: false }))

  it.each(['tcp://clamd:3310', 'tcp://127.0.0.1:3310', 'tcp://[::1]:3310', 'unix:/run/clamav/clamd.ctl', ''])(
    'takes the address of clamd: %s',
    (CLAMD_URL) => expect(readEnv({ CLAMD_URL }).CLAMD_URL).toBe(CLAMD_URL)
  )

  it.each(['clamd:3310', 'tcp://clamd', 'http://clamd:3310', 'unix:relative', 'tcp://clamd:3310/path'])(
    'does not take another one: %s',
    (CLAMD_URL) => expect(() => readEnv({ CLAMD_URL })).toThrow(/CLAMD_URL/)
  )

  it('names every wrong variable in one message, without what may hold a password', () => {
    const read = () => readEnv({ PORT: 'eighty', MONGODB_URL: 'http://user:hunter2@x', LOG_LEVEL: 'loud' })
    expect(read).toThrow(/PORT=eighty[\s\S]*MONGODB_URL[\s\S]*LOG_LEVEL=loud/)
    expect(read).not.toThrow(/hunter2/)
  })
})
