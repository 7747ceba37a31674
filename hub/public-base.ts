import type { Hub } from './hub.ts'

/** Where those outside reach us, without a slash at its end. */
export const publicBase = ({ env }: Pick<Hub, 'env'>): string =>
  (env.PUBLIC_URL || `http://${env.HOST}:${String(env.PORT)}`).replace(/\/$/, '')
