/** 32 hex digits. `crypto.randomUUID` would do, but exists on pages served by https only. */
export const randomId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    ''
  )
