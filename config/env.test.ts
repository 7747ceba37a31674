import { describe, expect, it } from 'vitest'
import { readEnv } from './env.ts'

describe('environment', () => {
  it('has a sane default for everything', () =>
    expect(readEnv({})).toMatchObject({ PORT: 8080, SMTP_PORT: 2525, DEMO: true, MONGODB_URL: '' }))

  it('reads numbers and switches from text', () =>
    expect(readEnv({ PORT: '9000', DEMO: 'false' })).toMatchObject({ PORT: 9000, DEMO: false }))

  it('names every wrong variable in one message, without what may hold a password', () => {
    const read = () => readEnv({ PORT: 'eighty', MONGODB_URL: 'http://user:hunter2@x', LOG_LEVEL: 'loud' })
    expect(read).toThrow(/PORT=eighty[\s\S]*MONGODB_URL[\s\S]*LOG_LEVEL=loud/)
    expect(read).not.toThrow(/hunter2/)
  })
})
