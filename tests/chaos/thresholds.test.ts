import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Alert } from '@palabre/hub/alerts/alert.model'
import { Person, Visitor, chatAccount, eventually } from '../flows/house.ts'
import { mailTo } from '../flows/mail-to.ts'
import { startSmtpSink, type SmtpSink } from '../simulators/mail/smtp-sink.ts'
import { isBuilt, openStage, type Stage } from './stage.ts'

describe.skipIf(!isBuilt)('a threshold whose evaluator is killed', () => {
  let stage: Stage
  let sink: SmtpSink
  beforeAll(async () => {
    stage = await openStage({ hubs: 2, workers: 1 })
    sink = await startSmtpSink()
  }, 90_000)
  afterAll(async () => {
    await stage.stop()
    await sink.stop()
  }, 60_000)

  const watcher = () =>
    stage.hubs
      .flatMap((hub) =>
        hub.words
          .filter((word) => word.includes('lease taken') && word.includes('"lease":"thresholds"'))
          .map((word) => ({ hub, at: (JSON.parse(word) as { time: number }).time }))
      )
      .sort((a, b) => a.at - b.at)
      .at(-1)

  it('stays raised, is mailed once, and is reported once when it is over', async () => {
    const [url = ''] = stage.urls
    const admin = await Person.signIn(url, 'admin')
    await mailTo(admin, sink)
    const { body: one } = await admin.post('/api/thresholds', {
      name: 'Nobody answers',
      figure: 'waiting',
      comparison: 'above',
      warn: 0,
      danger: null,
      forSeconds: 0,
      mail: { userIds: [], addresses: ['client@shop.example'], locale: 'fr', repeatMinutes: 60 }
    })
    const visitor = await new Visitor(url, await chatAccount(url)).connect()
    await visitor.say('hello')
    const subjects = () => sink.mails.map(({ parsed }) => parsed.subject)
    await eventually('the mail', () => subjects().length === 1, 15_000)
    // A mail that is sent and not noted yet may come again: that is for the claims, not for this.
    await eventually('it is noted', () => Alert.exists({ mailedAt: { $type: 'date' } }))
    const { hub, at } = await eventually('the holder', watcher)
    hub.kill()
    await eventually('another holder', () => (watcher()?.at ?? 0) > at, 15_000)
    await stage.healthy()
    await sleep(3000)
    expect(await Alert.countDocuments({ 'subject.name': 'Nobody answers' })).toBe(1)
    expect(subjects()).toEqual(['Avertissement : Nobody answers – En attente : 1 (au-dessus de 0)'])

    const again = await Person.signIn(stage.urls[1] ?? '', 'admin')
    const { status } = await again.send('DELETE', `/api/thresholds/${String(one.id)}`)
    expect(status).toBe(200)
    await eventually('the report', () => subjects().length === 2, 15_000)
    await sleep(2500)
    expect(subjects()).toHaveLength(2)
    visitor.leave()
  }, 120_000)
})
