import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { MessageTemplate } from '@palabre/config/contract/template'
import type { MessageTemplate as GivenTemplate } from '@palabre/channels/channel'
import { Message } from '@palabre/hub/messages/message.model'
import { keepTemplates } from '@palabre/hub/templates/sync'
import { Template } from '@palabre/hub/templates/template.model'
import { says, tapsTemplate } from '../simulators/graph/customer.ts'
import type { Component } from '../simulators/graph/templates.ts'
import { callOf, post, templateChange } from '../simulators/graph/webhooks.ts'
import { clientId, eventually, type Answer } from './house.ts'
import { recordNamed } from './people.ts'
import { openDesk, stranger, type Desk } from './whatsapp-desk.ts'

let desk: Desk
const longAgo = new Date(Date.now() - 26 * 3_600_000)
beforeAll(async () => {
  desk = await openDesk()
  const make = (name: string, components: Component[], more: object = {}) =>
    desk.graph.templates.create(desk.number.wabaId, { name, components, ...more })
  make('appointment', [
    { type: 'HEADER', format: 'TEXT', text: 'Dear {{1}}', example: { header_text: ['Awa'] } },
    {
      type: 'BODY',
      text: 'Your appointment is on {{1}} at {{2}}.',
      example: { body_text: [['Monday', 'ten']] }
    },
    { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Another day' }] }
  ])
  make('statement', [
    { type: 'HEADER', format: 'DOCUMENT' },
    { type: 'BODY', text: 'Your statement.' }
  ])
  make('promotion', [{ type: 'BODY', text: 'Buy now' }], {
    status: 'REJECTED',
    rejected_reason: 'PROMOTIONAL'
  })
  make('survey', [
    { type: 'BODY', text: 'How was it?' },
    { type: 'BUTTONS', buttons: [{ type: 'FLOW', text: 'Tell us' }] }
  ])
}, 60_000)
afterEach(() => desk.clear())
afterAll(() => desk.stop(), 60_000)

const sync = (id = desk.accountId) => desk.admin.post(`/api/accounts/${id}/templates/sync`)
const listed = async (query = '', id = desk.accountId) =>
  (await desk.boris.get(`/api/templates?accountId=${id}${query}`)).body.items as MessageTemplate[]
const named = async (name: string) => {
  const template = (await listed()).find((one) => one.name === name)
  if (!template) throw new Error(`no template ${name}`)
  return template
}
/** Somebody who wrote too long ago for free words. */
async function silent(words: string, from = stranger()) {
  await desk.graph.write(desk.number, from, says(words), { at: longAgo })
  return desk.boris.accept(await desk.boris.offer(words))
}
const fill = (id: string, body: object) =>
  desk.boris.post(`/api/interactions/${id}/messages`, { clientId: clientId(), text: '', ...body })

describe('templates of an account', () => {
  it('are asked for, and those that can be sent are offered', async () => {
    expect((await sync()).status).toBe(200)
    expect((await listed()).map(({ name, state }) => [name, state])).toEqual([
      ['appointment', 'approved'],
      ['promotion', 'rejected'],
      ['statement', 'approved'],
      ['survey', 'disabled']
    ])
    expect((await named('promotion')).reason).toContain('advertising')
    expect((await named('survey')).reason).toContain('form')
    expect((await listed('&approved=true')).map(({ name }) => name)).toEqual(['appointment', 'statement'])
    expect((await named('appointment')).variables).toEqual([
      { key: 'header.1', example: 'Awa' },
      { key: 'body.1', example: 'Monday' },
      { key: 'body.2', example: 'ten' }
    ])
  })

  it('are asked for by administrators only, of accounts that have some', async () => {
    expect((await desk.boris.post(`/api/accounts/${desk.accountId}/templates/sync`)).status).toBe(403)
    const all = (await desk.admin.get('/api/accounts')).body.items as Answer['body'][]
    const chat = all.find(({ channel }) => channel === 'chat').id as string
    expect((await sync(chat)).body).toMatchObject({ error: 'not-deliverable' })
    expect((await sync('f'.repeat(24))).body).toMatchObject({ error: 'not-found' })
  })

  it('go with the platform: what changes there changes here, and what is gone is gone', async () => {
    const { number, graph } = desk
    const made = graph.templates.create(number.wabaId, {
      name: 'for_a_while',
      components: [
        { type: 'HEADER', format: 'TEXT', text: 'Now' },
        { type: 'BODY', text: 'Hi' }
      ]
    })
    await sync()
    expect(await named('for_a_while')).toMatchObject({ header: { text: 'Now' }, state: 'approved' })
    graph.templates.change(made.id, { status: 'PAUSED', components: [{ type: 'BODY', text: 'Ho' }] })
    await sync()
    expect(await named('for_a_while')).toMatchObject({ header: null, body: 'Ho', state: 'paused' })
    graph.templates.change(made.id, { status: 'APPROVED' })
    await sync()
    expect(await named('for_a_while')).toMatchObject({ state: 'approved', reason: '' })
    graph.templates.remove(made.id)
    await sync()
    expect((await listed()).map(({ name }) => name)).not.toContain('for_a_while')
  })

  it('stay as they were when the platform breaks off between two pages', async () => {
    const { number, graph } = desk
    const many = Array.from({ length: 150 }, (_, i) =>
      graph.templates.create(number.wabaId, {
        name: `page_${String(i)}`,
        components: [{ type: 'BODY', text: 'x' }]
      })
    )
    await sync()
    const before = await listed()
    expect(before).toHaveLength(154)
    graph.answer({ kind: 'down', after: 1 }, '/message_templates')
    expect((await sync()).body).toMatchObject({
      error: 'not-deliverable',
      detail: expect.stringContaining('503') as string
    })
    expect(await listed()).toEqual(before)
    graph.answer({ kind: 'normal' })
    for (const { id } of many) graph.templates.remove(id)
    await sync()
    expect(await listed()).toHaveLength(4)
  })

  it('are refused in plain words without the permission, and the account is red until it has it', async () => {
    desk.number.scopes = ['whatsapp_business_messaging']
    const { body } = await sync()
    expect(body).toMatchObject({
      error: 'not-deliverable',
      detail: expect.stringContaining('lacks the permission') as string
    })
    expect(await desk.healthOf()).toMatchObject({ state: 'refused' })
    expect(await listed()).toHaveLength(4)
    delete desk.number.scopes
    const { body: other } = await desk.admin.post('/api/accounts', {
      channel: 'whatsapp',
      name: 'With the wrong business',
      queueId: (await recordNamed(desk.admin, '/api/queues', 'Loans')).id,
      settings: { ...desk.settingsOf(desk.number), phoneNumberId: '406540352242922', wabaId: '777777777' }
    })
    expect((await sync(other.id as string)).body).toMatchObject({
      error: 'not-deliverable',
      detail: expect.stringContaining('nothing of this ID') as string
    })
    await desk.admin.send('DELETE', `/api/accounts/${String(other.id)}`)
  })

  it('are those of who asked last, when two ask at once', async () => {
    const account = (await Template.findOne({}).lean())!.accountId
    const one = (name: string, body: string): GivenTemplate => ({
      externalId: name,
      name,
      language: 'en',
      category: 'utility',
      state: 'approved',
      body,
      buttons: [],
      variables: []
    })
    const kept = await Template.find({ accountId: account }).lean()
    const [early, late] = [new Date(Date.now() + 1000), new Date(Date.now() + 2000)]
    await keepTemplates(account, [one('a', 'late'), one('b', 'late')], late)
    // Who asked first is answered last.
    await keepTemplates(account, [one('a', 'early'), one('c', 'early')], early)
    const found = await Template.find({ accountId: account }).sort({ externalId: 1 }).lean()
    expect(found.map(({ externalId, body }) => [externalId, body])).toEqual([
      ['a', 'late'],
      ['b', 'late'],
      ['c', 'early']
    ])
    await Template.deleteMany({ accountId: account })
    await Template.insertMany(kept)
  })
})

describe('a change that the platform tells', () => {
  it('is seen at once, by every account of that business and of no other', async () => {
    const { graph, number } = desk
    await sync()
    await sync(desk.secondId)
    const template = graph.templates.named(number.wabaId, 'appointment')!
    const before = await Template.find({}).lean()
    // Another business of the same app.
    const foreign = { ...number, wabaId: '999' }
    await post(desk.hook, callOf(foreign, [templateChange(template)]), number.appSecret)
    expect((await graph.judge(number, template, { status: 'PAUSED' })).status).toBe(200)
    for (const id of [desk.accountId, desk.secondId])
      await eventually('the pause', async () =>
        (await listed('', id)).some(({ name, state }) => name === 'appointment' && state === 'paused')
      )
    expect(before).toHaveLength(8)
    expect((await graph.judge(number, template, { status: 'APPROVED' })).status).toBe(200)
    await eventually('the approval', async () => (await named('appointment')).state === 'approved')
  })

  it('is not heard from who cannot prove it', async () => {
    const template = desk.graph.templates.named(desk.number.wabaId, 'appointment')!
    const call = callOf(desk.number, [templateChange(template)])
    expect((await post(desk.hook, call, 'the secret of another app')).status).toBe(401)
  })
})

describe('a template to a customer', () => {
  const values = { 'header.1': 'Awa {{2}}', 'body.1': '{{2}} $&', 'body.2': 'ten' }

  it('may be sent after the 24 hours, reads here as it reads there, and is answered', async () => {
    const from = stranger()
    const work = await silent('an appointment, please', from)
    const template = await named('appointment')
    expect((await fill(work.id, { text: 'free words' })).body.error).toBe('not-deliverable')
    const { status, body } = await fill(work.id, { template: { templateId: template.id, values } })
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body).toMatchObject({
      text: 'Dear Awa {{2}}\n\nYour appointment is on {{2}} $& at ten.',
      template: 'appointment'
    })
    await desk.untilState(work, body.id as string, 'sent')
    const sent = await desk.graph.waitFor(({ to, type }) => to === from && type === 'template')
    expect(sent.body['template']).toEqual({
      name: 'appointment',
      language: { code: 'en_US' },
      components: [
        { type: 'header', parameters: [{ type: 'text', text: 'Awa {{2}}' }] },
        {
          type: 'body',
          parameters: [
            { type: 'text', text: '{{2}} $&' },
            { type: 'text', text: 'ten' }
          ]
        }
      ]
    })
    const known = desk.graph.templates.named(desk.number.wabaId, 'appointment')!
    await desk.graph.write(desk.number, from, tapsTemplate(sent, known, 'Another day'))
    const tapped = await eventually('the tap', () =>
      Message.findOne({ address: from, text: 'Another day' }).lean()
    )
    expect(tapped).toMatchObject({ chosen: 'Another day' })
    expect(String(tapped.answersId)).toBe(body.id)
    await desk.boris.close(work.id)
  })

  it('is refused with what is wrong with a value, and nothing leaves', async () => {
    const work = await silent('wrong values, please')
    const { id: templateId } = await named('appointment')
    const before = desk.graph.messages.length
    const wrong: [string, Record<string, string>][] = [
      ['body.1', { ...values, 'body.1': 'two\nlines' }],
      ['body.2', { ...values, 'body.2': 'a     b' }],
      ['header.1', { 'body.1': 'x', 'body.2': 'y' }],
      ['body.3', { ...values, 'body.3': 'z' }]
    ]
    for (const [key, given] of wrong) {
      const { body } = await fill(work.id, { template: { templateId, values: given } })
      expect(body).toMatchObject({ error: 'invalid-input', fields: [{ path: `template/values/${key}` }] })
    }
    const others = await fill(work.id, { template: { templateId: 'f'.repeat(24), values: {} } })
    expect(others.body.error).toBe('not-found')
    for (const name of ['promotion', 'survey']) {
      const { id } = await named(name)
      expect((await fill(work.id, { template: { templateId: id, values: {} } })).body.error).toBe(
        'not-deliverable'
      )
    }
    expect(desk.graph.messages).toHaveLength(before)
    await desk.boris.close(work.id)
  })

  it('carries the file that it begins with', async () => {
    const from = stranger()
    const work = await silent('my statement, please', from)
    const { id: templateId } = await named('statement')
    const template = { templateId, values: {} }
    expect((await fill(work.id, { template })).body.error).toBe('invalid-input')
    const form = new FormData()
    form.append('file', new Blob(['%PDF-1.7 statement']), 'May.pdf')
    const { id } = (await desk.boris.send('POST', `/api/interactions/${work.id}/attachments`, form)).body
    const { body } = await fill(work.id, { template, attachmentIds: [id] })
    await desk.untilState(work, body.id as string, 'sent')
    const sent = await desk.graph.waitFor(({ to, type }) => to === from && type === 'template')
    expect(sent.body).toMatchObject({
      template: { components: [{ type: 'header', parameters: [{ document: { filename: 'May.pdf' } }] }] }
    })
    await desk.boris.close(work.id)
  })

  it('that was paused meanwhile fails with the reason, and is not tried for a day', async () => {
    const work = await silent('too late, please')
    const { id: templateId } = await named('appointment')
    const known = desk.graph.templates.named(desk.number.wabaId, 'appointment')!
    desk.graph.templates.change(known.id, { status: 'PAUSED' })
    const { body } = await fill(work.id, { template: { templateId, values } })
    const failed = await desk.untilState(work, body.id as string, 'failed')
    expect(failed.failure).toMatchObject({
      reason: expect.stringContaining('paused') as string,
      temporary: false
    })
    desk.graph.templates.change(known.id, { status: 'APPROVED' })
    await desk.boris.close(work.id)
  })
})
