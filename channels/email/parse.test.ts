import { describe, expect, it } from 'vitest'
import { fixture, fixtureMessage, readMessage, testAccount } from './fixtures/load.ts'
import { limits } from './limits.ts'
import { parseMail } from './parse.ts'

describe('reading a mail', () => {
  it('gives who wrote it, to whom, when, and what', async () => {
    const source = fixture('plain')
    expect(await parseMail(source, testAccount())).toMatchObject({
      kind: 'message',
      address: 'awa.demo@customer.example',
      name: 'Awa Demoé',
      externalId: 'plain-1@customer.example',
      sentAt: new Date('2026-05-04T09:12:30Z'),
      subject: 'Carte bloquée since this morning',
      text: 'Bonjour,\n\nMa carte est bloquée depuis ce matin. Que faire ?\n\nAwa\n',
      to: ['support@bank.example', 'other@partner.example'],
      cc: ['colleague@customer.example'],
      thread: { own: [], external: [] }
    })
  })

  it('keeps the original, byte for byte', async () => {
    const source = fixture('wrong-charset')
    expect(Buffer.from((await readMessage(source)).raw ?? []).equals(source)).toBe(true)
  })

  it('gives a mail without Message-ID an id that a repeat has again', async () => {
    const first = await readMessage('no-message-id')
    const second = await readMessage('no-message-id')
    expect(first.externalId).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(second.externalId).toBe(first.externalId)
    const other = await readMessage(Buffer.concat([fixture('no-message-id'), Buffer.from('x')]))
    expect(other.externalId).not.toBe(first.externalId)
  })

  it('proves by our signature which message it answers, nearest first', async () => {
    expect((await readMessage('gmail-reply')).thread).toEqual({
      own: [fixtureMessage],
      external: ['plain-1@customer.example']
    })
  })

  it('takes the named sender of several authors, and members of groups as recipients', async () => {
    expect(await readMessage('many-from')).toMatchObject({
      address: 'second@customer.example',
      to: ['support@bank.example', 'boss@partner.example'],
      replyTo: 'desk@customer.example',
      externalId: 'no-brackets@customer.example'
    })
  })

  it('gives no date rather than one that cannot be true', async () => {
    expect((await readMessage('many-from')).sentAt).toBeUndefined()
    const future = fixture('plain').toString('latin1').replace('4 May 2026 11', '4 May 2096 11')
    expect((await readMessage(Buffer.from(future, 'latin1'))).sentAt).toBeUndefined()
  })

  it('keeps apart inline pictures that are shown and files that only carry an id', async () => {
    const { attachments, html } = await readMessage('html')
    expect(attachments?.map(({ name, type, contentId }) => ({ name, type, contentId }))).toEqual([
      { name: 'logo.png', type: 'image/png', contentId: 'logo@customer.example' },
      { name: 'contract.pdf', type: 'application/pdf', contentId: undefined },
      { name: 'image-1.png', type: 'image/png', contentId: 'pasted-1@mail' }
    ])
    expect(html).toContain('src="cid:logo@customer.example"')
    expect(html).toContain('src="cid:pasted-1@mail"')
    expect(html).not.toContain('data:')
    expect(Buffer.from(attachments?.[0]?.content ?? []).toString('latin1', 1, 4)).toBe('PNG')
  })

  it('makes text of HTML when there is no other', async () => {
    expect((await readMessage('html')).text).toBe(
      'Hello team, see the page [https://shop.example/a?b=1&c=2].'
    )
  })

  it('shows plain words that stand beside HTML without being its other form', async () => {
    const source = [
      'From: awa@customer.example',
      'Message-ID: <mixed@customer.example>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'First in words.',
      '--b',
      'Content-Type: text/html',
      '',
      '<p>Then in HTML.</p>',
      '--b--'
    ].join('\r\n')
    const { text, html } = await readMessage(Buffer.from(source))
    expect(text).toMatch(/First in words\.\s+Then in HTML\./)
    expect(html).toMatch(/First in words\.[^]*Then in HTML\./)
  })
})

describe('reading what senders get wrong', () => {
  it.each([
    ['Latin-1 that is not announced', 'wrong-charset', 'Le prélèvement a été refusé – pourquoi ?\n'],
    ['UTF-8 announced as Latin-1', 'mislabelled-charset', 'Été €']
  ])('reads %s', async (_, name, text) => {
    expect((await readMessage(name)).text).toBe(text)
  })

  it('reads headers in raw Latin-1', async () => {
    expect(await readMessage('wrong-charset')).toMatchObject({
      name: 'André Demo',
      subject: 'Prélèvement refusé'
    })
  })

  it('reads HTML in Latin-1 that is announced as ASCII', async () => {
    expect((await readMessage('mislabelled-charset')).html).toBe('<p>Été €</p>')
  })

  it('leaves right character sets alone', async () => {
    const cyrillic = Buffer.concat([
      Buffer.from('From: a@customer.example\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n'),
      Buffer.from([0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4])
    ])
    expect((await readMessage(cyrillic)).text).toBe('Привет')
    const dos = Buffer.concat([
      Buffer.from('From: a@customer.example\r\nContent-Type: text/plain; charset=cp850\r\n\r\n'),
      Buffer.from([0x82, 0x74, 0x82])
    ])
    expect((await readMessage(dos)).text).toBe('été')
  })

  it('reads broken MIME as far as it goes, with its files', async () => {
    const message = await readMessage('broken-mime')
    expect(message.text).toBe('Broken =ZZ but readable ')
    expect(message.html).toBe('<p>Broken but <b>readable</b></p>')
    expect(message.attachments).toMatchObject([{ name: 'attachment-1', type: 'application/octet-stream' }])
  })

  it('gives files names that are only names', async () => {
    const { attachments, name, subject } = await readMessage('hostile-names')
    expect(attachments?.map((file) => file.name)).toEqual([
      'passwd',
      'invoicefdp.exe',
      'xy.html',
      '_CON.txt',
      `${'n'.repeat(limits.fileNameChars - 4)}.png`,
      'attachment-6.eml'
    ])
    expect(attachments?.[3]?.type).toBe('application/octet-stream')
    expect(name).toBeUndefined()
    expect(subject).toBe('Invoice gpj.exe[31m')
  })

  it.each(['no-from', 'nothing'])('quarantines %s whole, with the reason', async (name) => {
    const source = name === 'nothing' ? Buffer.alloc(0) : fixture(name)
    const event = await parseMail(source, testAccount())
    expect(event).toMatchObject({ kind: 'quarantined', reason: 'It names no sender.' })
    expect(event.kind === 'quarantined' && Buffer.from(event.raw).equals(source)).toBe(true)
  })
})
