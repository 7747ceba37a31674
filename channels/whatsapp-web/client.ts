import type { Browser } from 'puppeteer-core'
import type { Client, ClientOptions } from 'whatsapp-web.js'
import { argumentsOf, userAgentOf, type Chromium } from './chromium.ts'
import type { WhatsappWebSettings } from './settings.ts'

export type WhatsappClient = Client

/** Methods of the library's client that it calls itself, and does not declare. */
interface Inner {
  inject(): Promise<void>
  destroy(): Promise<void>
  initWebVersionCache(): Promise<void>
}

interface Making {
  settings: WhatsappWebSettings
  chromium: Chromium
  /** The browser's own directory; its profile and all that it puts aside. */
  dir: string
  profile: string
  /** Kills the browser, also one that is only starting. */
  kill: AbortSignal
  onBrowser(browser: Browser): void
  onFailure(error: unknown): void
}

/** Nothing of the worker's environment is the browser's business: it holds our secrets. */
const environment = (dir: string) => ({
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: dir,
  TMPDIR: dir,
  XDG_CONFIG_HOME: dir,
  XDG_CACHE_HOME: dir,
  LANG: 'C.UTF-8'
})

/**
 * The library's client on a browser of its own. The library is loaded here, when somebody needs it: hub processes never
 * do. It does some of its work in listeners whose failures nobody awaits, which would end the whole process; those are
 * caught and told by `onFailure`.
 */
export async function makeClient(making: Making): Promise<WhatsappClient> {
  const { settings, chromium, dir, profile, kill, onBrowser, onFailure } = making
  const { default: library } = await import('whatsapp-web.js')

  class QuietClient extends library.Client {
    constructor(options: ClientOptions) {
      super(options)
      const inner = this as unknown as Inner
      const inject = inner.inject.bind(this)
      let isFirst = true
      inner.inject = async () => {
        // The first time is awaited by `initialize`.
        if (isFirst) {
          isFirst = false
          return inject()
        }
        await inject().catch(onFailure)
      }
      // Ends are ours: the library's closes the browser in the middle of things, and awaits nothing.
      inner.destroy = () => Promise.resolve()
      // Reads the whole page after each load, to no use without a cache of versions.
      inner.initWebVersionCache = () => Promise.resolve()
    }
  }

  class NoKeeping extends library.NoAuth {
    override afterBrowserInitialized = () => {
      if (client.pupBrowser) onBrowser(client.pupBrowser)
      return Promise.resolve()
    }
  }

  const client: WhatsappClient = new QuietClient({
    authStrategy: new NoKeeping(),
    webVersionCache: { type: 'none' },
    deviceName: settings.deviceName,
    userAgent: userAgentOf(chromium),
    puppeteer: {
      executablePath: chromium.path,
      headless: true,
      // A browser at the end of a pipe ends when the process at its other end does, however that ends.
      pipe: true,
      userDataDir: profile,
      args: argumentsOf(settings),
      env: environment(dir),
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
      signal: kill
    } as ClientOptions['puppeteer']
  })
  return client
}
