import { fileURLToPath } from 'node:url'
import type { Call } from '@palabre/config/contract/call'
import type { Page } from 'playwright-core'
import { defaultPreferences } from '../simulators/api-hub/world.ts'
import { CallWorld } from './calls.world.ts'
import { takeShots, type Look, type Shot } from './shots.ts'

/** A microphone that never speaks, and what the app asks once has been answered. As text: the page knows no tsx. */
const headset = `
  localStorage.setItem('palabre:asked-to-notify', 'yes')
  const devices = [
    { kind: 'audioinput', deviceId: 'headset', label: 'Headset (USB)', groupId: '' },
    { kind: 'audiooutput', deviceId: 'speaker', label: 'Speaker (built in)', groupId: '' }
  ]
  const replace = (prototype, name, answer) =>
    Object.defineProperty(prototype, name, { value: () => Promise.resolve(answer()) })
  replace(MediaDevices.prototype, 'getUserMedia', () => new AudioContext().createMediaStreamDestination().stream)
  replace(MediaDevices.prototype, 'enumerateDevices', () => devices)
  replace(Permissions.prototype, 'query', () => ({ state: 'granted' }))
`
const folder = fileURLToPath(new URL('../../test-results/shots', import.meta.url))

/** Where shots of calls are taken: each begins in a world of its own. */
export class Stage {
  world: CallWorld

  private constructor(world: CallWorld) {
    this.world = world
  }

  static async open(): Promise<Stage> {
    return new Stage(await CallWorld.open())
  }

  /** Signs somebody in, with a headset. */
  async enter(page: Page, { theme, locale }: Look, user = 0): Promise<void> {
    const { hub } = this.world
    hub.world.preferences.set(hub.world.users[user]!.id, {
      ...defaultPreferences,
      theme,
      locale,
      offerSound: 'none'
    })
    this.world.enter(user)
    await page.addInitScript({ content: headset })
  }

  async goto(page: Page, path: string): Promise<void> {
    await page.goto(new URL(path, this.world.hub.url).href)
    await page.locator('header.rail').waitFor()
    await page.waitForTimeout(700)
  }

  /** Calls a number from the dial pad; the agent's own phone answers by itself. */
  async dial(page: Page, number: string): Promise<Call> {
    await this.goto(page, '/inbox')
    await page.keyboard.press('d')
    await page.getByRole('dialog').locator('input').first().fill(number)
    await page.waitForTimeout(500)
    await page.getByRole('dialog').locator('button[type=submit]').click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const call = this.world.desk.calls.at(-1)!
    for (let n = 0; n < 100 && call.parties[1]?.state !== 'in'; n++) await page.waitForTimeout(50)
    return call
  }

  /** Takes the shots that the command line names, in the looks of the environment, and says what was complained about. */
  async take(shots: Shot[]): Promise<void> {
    const wanted = process.argv.slice(2)
    const looks = process.env['LOOKS']?.split(',').map((look) => {
      const [size, theme, locale] = look.split('.') as [Look['size'], Look['theme'], Look['locale']]
      return { size, theme, locale }
    })
    const complaints = await takeShots(
      this.world.hub.url,
      shots
        .filter(({ name }) => !wanted.length || wanted.includes(name))
        .map(({ name, show }) => ({
          name,
          show: async (page, look) => {
            await this.world.close()
            this.world = await CallWorld.open()
            await show(page, look)
          }
        })),
      folder,
      looks
    )
    await this.world.close()
    for (const complaint of new Set(complaints)) console.log(complaint)
    console.log(`${complaints.length} complaints`)
  }
}
