import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { promisify } from 'node:util'
import { ChannelError } from '../channel.ts'
import type { WhatsappWebSettings } from './settings.ts'

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium'
]

export interface Chromium {
  path: string
  /** `156.0.8078.79` */
  version: string
}

/** The browser of this machine. Throws ChannelError('refused') when there is none, with what to do. */
export async function findChromium(
  { chromiumPath }: Pick<WhatsappWebSettings, 'chromiumPath'>,
  signal: AbortSignal
): Promise<Chromium> {
  const path = chromiumPath === '' ? await firstOf(usual) : await firstOf([chromiumPath])
  if (path === null)
    throw new ChannelError(
      'refused',
      chromiumPath === ''
        ? 'There is no Chromium on this machine. Install the package chromium (or Google Chrome) where the workers run.'
        : `There is no program at ${chromiumPath} on this machine.`
    )
  return { path, version: await versionOf(path, signal) }
}

async function firstOf(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false
    )
    if (isThere) return path
  }
  return null
}

async function versionOf(path: string, signal: AbortSignal): Promise<string> {
  let said: string
  try {
    said = (await promisify(execFile)(path, ['--version'], { signal, timeout: 15_000 })).stdout
  } catch (error) {
    throw new ChannelError('refused', `${path} does not start.`, { cause: error })
  }
  const version = /\b\d+(\.\d+){1,3}\b/.exec(said)?.[0]
  if (version === undefined) throw new ChannelError('refused', `${path} is no Chromium.`)
  return version
}

/** As the same browser says it with a window; a browser that calls itself headless is turned away. */
export const userAgentOf = ({ version }: Chromium): string =>
  `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version.split('.')[0] ?? ''}.0.0.0 Safari/537.36`

export const argumentsOf = ({ sandbox, standIn }: WhatsappWebSettings): string[] => [
  ...(sandbox ? [] : ['--no-sandbox']),
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-quic',
  '--mute-audio',
  '--disk-cache-size=33554432',
  // Only this machine answers then: neither the real WhatsApp nor anybody else is asked.
  ...(standIn === ''
    ? []
    : [
        `--host-resolver-rules=MAP web.whatsapp.com ${standIn},MAP * ~NOTFOUND,EXCLUDE 127.0.0.1,EXCLUDE localhost`,
        '--ignore-certificate-errors'
      ])
]
