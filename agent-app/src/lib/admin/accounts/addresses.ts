/** The address of an account's webhook; null where its channel has none. `hook`: as the channel's kind names it. */
export const webhookOf = (hook: string | null, accountId: string, origin = location.origin): string | null =>
  hook && new URL(hook.replace('{account}', accountId), origin).href

/** An address of ours as a channel declares it: `{origin}`, `{socket}` (the same as ws or wss), `{account}`. */
export const addressOf = (
  declared: string,
  { hook, accountId }: { hook: string | null; accountId: string },
  origin = location.origin
): string => {
  const ours = new URL(hook ?? '/', origin).origin
  return declared
    .replace('{origin}', ours)
    .replace('{socket}', ours.replace(/^http/, 'ws'))
    .replace('{account}', accountId)
}

/** May a provider on the internet call it? Names that only we know cannot be told from others. */
export function isReachable(address: string): boolean {
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' && !/^(localhost|127\.|10\.|192\.168\.|\[::1\])/.test(hostname)
}
