import { startApiHub } from '../simulators/api-hub.ts'
import { addInteraction, contactOf, deskAnswers, furnishDesk } from '../simulators/api-hub/desk.ts'
import { routingAnswers } from '../simulators/api-hub/routing.ts'
import { ago, meOf } from '../simulators/api-hub/world.ts'
import { openBrowser } from './shots.ts'
const hub = await startApiHub({ answers: { ...deskAnswers, ...routingAnswers }, build: '/tmp/app-build' })
furnishDesk(hub.world)
hub.world.me = meOf(hub.world, hub.world.users[1]!)
const all = Array.from({ length: 1000 }, (_, n) =>
  addInteraction(hub.world, contactOf(`Person ${n}`), {
    state: 'queued',
    agentId: null,
    acceptedAt: null,
    queuedAt: ago(3000 - n),
    dueAt: ago(2000 - 3 * n)
  })
)
const browser = await openBrowser()
const page = await (
  await browser.newContext({ baseURL: hub.url, viewport: { width: 1280, height: 720 } })
).newPage()
const t0 = Date.now()
await page.goto('/waiting')
await page.locator('[data-row]').first().waitFor()
console.log('first rows ms', Date.now() - t0)
await page.evaluate('window.__name = (f) => f')
await page.waitForTimeout(1500)
const run = (ms: number, scroll: boolean) =>
  page.evaluate(
    ([ms, scroll]) =>
      new Promise<unknown>((done) => {
        const el = document.querySelector('.scroller')!
        const gaps: number[] = []
        let last = performance.now()
        const end = last + (ms as number)
        let dir = 1
        const step = (now: number) => {
          gaps.push(now - last)
          last = now
          if (scroll) {
            el.scrollTop += dir * 120
            if (el.scrollTop + el.clientHeight >= el.scrollHeight - 5 || el.scrollTop === 0) dir = -dir
          }
          if (now < end) requestAnimationFrame(step)
          else {
            gaps.sort((a, b) => a - b)
            done({
              frames: gaps.length,
              p50: gaps[gaps.length >> 1],
              p99: gaps[Math.floor(gaps.length * 0.99)],
              max: gaps.at(-1)
            })
          }
        }
        requestAnimationFrame(step)
      }),
    [ms, scroll] as const
  )
console.log('still', JSON.stringify(await run(3000, false)))
console.log('scrolling', JSON.stringify(await run(5000, true)))
let n = 0
const timer = setInterval(() => {
  for (let k = 0; k < 5; k++) {
    const one = all[n++ % 1000]!
    one.version++
    one.priority = (one.priority + 3) % 40
    hub.push('interaction.changed', { interaction: one })
  }
}, 50)
console.log('scrolling, 100 changes/s', JSON.stringify(await run(5000, true)))
clearInterval(timer)
await page.keyboard.press('Control+a')
const t1 = Date.now()
await page.getByText('1000 selected').or(page.getByText('1,000 selected')).waitFor()
console.log('select all ms', Date.now() - t1)
await browser.close()
await hub.close()
