import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'

const Port = (fallback: number) => Type.Integer({ minimum: 0, maximum: 65_535, default: fallback })

/** The environment, declared once. Empty MONGODB_URL / REDIS_URL mean the embedded engines. */
export const Env = Type.Object({
  NODE_ENV: Type.Unsafe<'development' | 'production' | 'test'>({
    type: 'string',
    enum: ['development', 'production', 'test'],
    default: 'development'
  }),
  HOST: Type.String({ default: '127.0.0.1', description: 'Address that the hub listens on' }),
  PORT: Port(8080),
  WORKERS_PORT: Port(0),
  SMTP_HOST: Type.String({ default: '127.0.0.1', description: 'Address of the SMTP listener' }),
  SMTP_PORT: Type.Integer({
    minimum: -1,
    maximum: 65_535,
    default: 2525,
    description: 'Port of the SMTP listener; -1: none'
  }),
  PUBLIC_URL: Type.String({
    default: '',
    pattern: '^$|^https?://',
    description: 'Address under which browsers reach the hub; decides on secure cookies'
  }),
  MONGODB_URL: Type.String({ default: '', pattern: '^$|^mongodb(\\+srv)?://' }),
  REDIS_URL: Type.String({ default: '', pattern: '^$|^rediss?://' }),
  REDIS_PREFIX: Type.String({ default: 'palabre', pattern: '^[a-z0-9-]{1,60}$' }),
  DATA_DIR: Type.String({ default: './data' }),
  LOG_LEVEL: Type.Unsafe<'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'>({
    type: 'string',
    enum: ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
    default: 'info'
  }),
  SECRET_KEY: Type.String({
    default: '',
    pattern: '^$|^[0-9a-f]{64}$',
    description: '64 hex digits; encrypts secrets at rest. Empty: made once and kept in DATA_DIR'
  }),
  FLOW_PRIVATE_HOSTS: Type.Boolean({
    default: false,
    description: 'Requests of flows may go to private and loopback addresses, and without TLS'
  }),
  RECORDINGS_S3_ENDPOINT: Type.String({
    default: '',
    pattern: '^$|^https?://[^\\s?#]+$',
    description: 'Address of an S3-compatible service that keeps new recordings; empty: GridFS keeps them'
  }),
  RECORDINGS_S3_BUCKET: Type.String({ default: '', pattern: '^$|^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$' }),
  RECORDINGS_S3_REGION: Type.String({ default: 'us-east-1', pattern: '^[a-z0-9-]{1,40}$' }),
  RECORDINGS_S3_ACCESS_KEY: Type.String({ default: '' }),
  RECORDINGS_S3_SECRET_KEY: Type.String({ default: '' }),
  RECORDINGS_S3_PREFIX: Type.String({
    default: '',
    pattern: '^$|^[A-Za-z0-9][A-Za-z0-9._/-]*/$',
    description: 'Begins the names of all objects; ends with /'
  }),
  CLAMD_URL: Type.String({
    default: '',
    pattern: '^$|^tcp://(\\[[0-9a-fA-F:.]+\\]|[^\\s/:\\[\\]]+):\\d{1,5}$|^unix:/\\S+$',
    description:
      'Where clamd listens (tcp://host:port or unix:/path): every file is scanned before anybody gets it; empty: none is'
  }),
  DNS_SERVER: Type.String({
    default: '',
    pattern: '^$|^[0-9a-fA-F.:\\[\\]]+(:\\d{1,5})?$',
    description: 'Resolver that is asked for the records of sending domains; empty: the machine’s own'
  }),
  TRUST_PROXY: Type.Boolean({ default: false, description: 'Believe X-Forwarded-For of the proxy in front' }),
  ADMIN_EMAIL: Type.String({
    default: '',
    description: 'First administrator, made when there is no user at all'
  }),
  ADMIN_PASSWORD: Type.String({ default: '', description: 'Their first password; it has to be changed' }),
  DEMO: Type.Boolean({ default: true, description: 'Create demo data in an empty database' })
})
export type Env = Static<typeof Env>

const check = Compile(Env)

/**
 * Reads the environment. Throws one Error whose message names every wrong variable, what it holds (secrets and
 * addresses with passwords left out) and what it should be.
 */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const given = Object.fromEntries(
    Object.keys(Env.properties)
      .filter((name) => source[name] !== undefined && source[name] !== '')
      .map((name) => [name, source[name]])
  )
  const env = Value.Default(Env, Value.Convert(Env, given))
  if (check.Check(env)) return env
  const wrong = new Map<string, string>()
  for (const error of check.Errors(env)) {
    const name = error.instancePath.slice(1)
    wrong.set(name, error.message)
  }
  const hidden = /KEY|URL|PASSWORD/
  const lines = [...wrong].map(
    ([name, message]) => `  ${name}${hidden.test(name) ? '' : `=${source[name] ?? ''}`}: ${message}`
  )
  throw new Error(`These environment variables are wrong:\n${lines.join('\n')}`)
}
