import { warn } from './warn.ts'
import { chooseLocale, type Locale } from './words/locale.ts'

/** What the page's script tag says. */
export interface Embed {
  /** Where the hub is, from where the script came. */
  hub: URL
  accountId: string
  locale: Locale
  /** Set when the page knows better than the account's settings. */
  theme: 'light' | 'dark' | null
}

/**
 * Reads `<script src="https://hub/channels/chat/widget.js" data-account="…" data-lang="fr" data-theme="dark" async>`.
 * The language is the tag's, else the page's, else the browser's.
 * @returns null, and says why on the console, when the tag cannot work
 */
export function readEmbed(): Embed | null {
  const script = findScript()
  const accountId = script?.dataset['account'] ?? ''
  if (!script || !/^[0-9a-f]{24}$/.test(accountId)) {
    warn('the script tag needs data-account="…", the 24 hex digits of the chat account')
    return null
  }
  const { lang, theme } = script.dataset
  return {
    hub: new URL('../../', script.src),
    accountId,
    locale: chooseLocale([lang, document.documentElement.lang, ...navigator.languages]),
    theme: theme === 'light' || theme === 'dark' ? theme : null
  }
}

/** `currentScript` is null in a module, or when a tag manager evaluates the script. */
function findScript(): HTMLScriptElement | null {
  const current = document.currentScript
  if (current instanceof HTMLScriptElement && current.dataset['account']) return current
  return document.querySelector<HTMLScriptElement>('script[data-account][src*="/channels/chat/widget.js"]')
}
