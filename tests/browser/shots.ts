import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Page } from 'playwright-core'

export const themes = ['light', 'dark'] as const
export const locales = ['en', 'fr'] as const
export const sizes = { desk: { width: 1280, height: 720 }, phone: { width: 390, height: 844 } } as const

export interface Look {
  theme: (typeof themes)[number]
  locale: (typeof locales)[number]
  size: keyof typeof sizes
}

export interface Shot {
  name: string
  /** Brings the page to what is to be seen. */
  show: (page: Page, look: Look) => Promise<void>
}

const chromiumArguments = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
]

/** The machine's Chromium; `npm test` says where it is. */
export const chromiumPath = process.env['PALABRE_CHROMIUM'] || '/usr/bin/chromium'

/** Starts it. */
export const openBrowser = () => chromium.launch({ executablePath: chromiumPath, args: chromiumArguments })

/**
 * Takes each shot in each look into `folder` as <name>.<size>.<theme>.<locale>.png and gives what axe, the console and
 * the policy of content complained about, one line each.
 */
export async function takeShots(
  url: string,
  shots: Shot[],
  folder: string,
  looks: Look[] = everyLook
): Promise<string[]> {
  mkdirSync(folder, { recursive: true })
  const complaints: string[] = []
  const browser = await openBrowser()
  try {
    for (const look of looks) {
      for (const shot of shots) {
        const context = await browser.newContext({
          baseURL: url,
          viewport: sizes[look.size],
          colorScheme: look.theme,
          locale: look.locale === 'fr' ? 'fr-FR' : 'en-GB',
          reducedMotion: 'reduce',
          hasTouch: look.size === 'phone',
          isMobile: look.size === 'phone'
        })
        const { theme, locale } = look
        await context.addInitScript(
          (kept) => {
            localStorage.setItem('palabre:theme', kept.theme)
            localStorage.setItem('palabre:locale', kept.locale)
          },
          { theme, locale }
        )
        const page = await context.newPage()
        const label = `${shot.name}.${look.size}.${look.theme}.${look.locale}`
        page.on('console', (line) => {
          // The browser itself reports every refused request and socket; refusals are part of the walk.
          if (line.type() === 'error' && !/status of 4\d\d|^WebSocket connection/.test(line.text()))
            complaints.push(`${label}: ${line.text()}`)
        })
        page.on('pageerror', (error) => complaints.push(`${label}: ${error.message}`))
        await shot.show(page, look)
        await page.waitForTimeout(350)
        await page.screenshot({ path: join(folder, `${label}.png`) })
        // Nothing can be run inside the frame of a mail, not even axe.
        const { violations } = await new AxeBuilder({ page }).exclude('iframe[sandbox]').analyze()
        for (const { id, impact, nodes } of violations)
          complaints.push(
            `${label}: axe ${impact} ${id}: ${nodes[0]?.html.slice(0, 160)} (${nodes.length}) ${nodes[0]?.failureSummary?.split('\n')[1] ?? ''}`
          )
        await context.close()
      }
    }
  } finally {
    await browser.close()
  }
  return complaints
}

export const everyLook: Look[] = (Object.keys(sizes) as Look['size'][]).flatMap((size) =>
  themes.flatMap((theme) => locales.map((locale) => ({ size, theme, locale })))
)
