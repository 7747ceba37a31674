import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startApiHub, type ApiHub } from '../simulators/api-hub.ts'
import { CallDesk } from '../simulators/api-hub/calls.ts'
import { deskAnswers, furnishDesk } from '../simulators/api-hub/desk.ts'
import { ago, meOf } from '../simulators/api-hub/world.ts'
import { SipServer } from '../simulators/sip-server.ts'
import { chromiumPath } from './shots.ts'

const withMicrophone = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--allow-loopback-in-peer-connection',
  '--disable-features=WebRtcHideLocalIpsWithMdns'
]

/** The far side's sound: a tone out, and how loud and how high what comes in is. As text: the page knows no tsx. */
const farSide = `
  const peer = new RTCPeerConnection()
  const context = new AudioContext()
  const tone = context.createOscillator()
  const out = context.createMediaStreamDestination()
  tone.frequency.value = 440
  tone.connect(out)
  tone.start()
  peer.addTrack(out.stream.getAudioTracks()[0], out.stream)
  let loudest = 0
  peer.ontrack = ({ streams }) => {
    // Without an element Chromium does not decode what comes from afar.
    const element = new Audio()
    element.srcObject = streams[0]
    element.muted = true
    void element.play()
    const analyser = context.createAnalyser()
    context.createMediaStreamSource(streams[0]).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      loudest = Math.max(loudest, ...samples)
    }, 20)
  }
  window.far = {
    async offer() {
      await context.resume()
      await peer.setLocalDescription(await peer.createOffer())
      while (peer.iceGatheringState !== 'complete') await new Promise((later) => setTimeout(later, 20))
      return peer.localDescription.sdp
    },
    take: (sdp) => peer.setRemoteDescription({ type: 'answer', sdp }),
    heard: () => loudest
  }
`

describe.skipIf(!existsSync(chromiumPath))('a phone over SIP', { timeout: 60_000 }, () => {
  let browser: Browser
  let hub: ApiHub
  let sip: SipServer
  let context: BrowserContext
  let page: Page
  let far: Page

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath, args: withMicrophone })
  })
  afterAll(() => browser?.close())
  beforeEach(async () => {
    const desk = new CallDesk()
    sip = new SipServer()
    hub = await startApiHub({
      answers: { ...deskAnswers, ...desk.answers },
      sockets: sip,
      ...(process.env['APP_BUILD'] ? { build: process.env['APP_BUILD'] } : {})
    })
    furnishDesk(hub.world)
    hub.world.me = meOf(hub.world, hub.world.users[0]!)
    desk.phone = { server: `${hub.url.replace('http', 'ws')}/sip`, expiresAt: ago(-12 * 3600) }
    context = await browser.newContext({ baseURL: hub.url, locale: 'en-GB' })
    page = await context.newPage()
    page.setDefaultTimeout(10_000)
    far = await context.newPage()
    await far.goto('/favicon.svg')
    await far.evaluate(farSide)
    await page.bringToFront()
  })
  afterEach(async () => {
    await context.close()
    sip.close()
    await hub.close()
  })

  const until = async (claim: () => boolean | Promise<boolean>) => {
    let is = false
    for (let n = 0; n < 160 && !(is = await claim()); n++) await page.waitForTimeout(50)
    expect(is).toBe(true)
  }
  const ready = async () => {
    await page.goto('/inbox')
    await page.getByRole('button', { name: 'Your phone: Ready for calls' }).waitFor()
  }
  const ring = async () => {
    sip.invite(await far.evaluate<string>('far.offer()'), {
      'X-Palabre-Call': 'c',
      'X-Palabre-Interaction': 'i'
    })
    await page.getByRole('region', { name: 'Amina Diallo calls' }).waitFor()
  }
  const answer = async () => {
    await page.getByRole('button', { name: 'Answer' }).click()
    await until(() => sip.last('200')?.headers.get('cseq') === '1 INVITE')
    sip.acknowledge()
    await far.evaluate(
      (sdp) => (window as unknown as { far: { take: (sdp: string) => Promise<void> } }).far.take(sdp),
      sip.last('200')!.body
    )
    await page.getByRole('region', { name: /^Call with/ }).waitFor()
  }

  it('registers by digest, rings, is answered and carries sound both ways; hangs up with BYE', async () => {
    await ready()
    await ring()
    await answer()
    await until(async () => (await far.evaluate<number>('far.heard()')) > 0.02)
    await until(() =>
      page.evaluate(() => {
        const element = document.querySelector<HTMLAudioElement>('audio[data-phone=speaker]')
        return element?.srcObject instanceof MediaStream && !element.paused && element.currentTime > 0
      })
    )
    await page.getByRole('button', { name: 'Hang up' }).click()
    await until(() => sip.last('BYE') !== undefined)
    await page.getByRole('button', { name: 'Your phone: Ready for calls' }).waitFor()
  })

  it('is declined with 603', async () => {
    await ready()
    await ring()
    await page.keyboard.press('Alt+n')
    await until(() => sip.last('603') !== undefined)
  })

  it('stops ringing when the caller gives up', async () => {
    await ready()
    await ring()
    sip.cancel()
    await page.getByRole('region', { name: 'Amina Diallo calls' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Your phone: Ready for calls' }).waitFor()
  })

  it('sends no BYE when the page is left, so that a reload costs nobody their call', async () => {
    await ready()
    await ring()
    await answer()
    await page.reload()
    await page.getByRole('button', { name: 'Your phone: Ready for calls' }).waitFor()
    expect(sip.last('BYE')).toBeUndefined()
  })

  it('says so when the server does not let it in', async () => {
    sip.password = 'another'
    await page.goto('/inbox')
    await page.getByRole('button', { name: 'Your phone: Does not work' }).click()
    await page.getByText('The telephone server does not let your phone in.').waitFor()
  })
})
