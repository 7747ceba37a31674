import { Types } from 'mongoose'
import { describe, expect, it } from 'vitest'
import { say, type Locale } from '@palabre/config/i18n/catalogue'
import { campaign as words } from '@palabre/config/i18n/words/campaigns'
import { compileMessage, pageAt, writerOf } from '@palabre/hub/campaigns/message'
import { traitsOf } from '@palabre/hub/campaigns/spam-traits'
import {
  blockNames,
  blockOf,
  startNames,
  startOf,
  type Say
} from '../../agent-app/src/lib/campaigns/message/library.ts'
import { plainWords } from '../../agent-app/src/lib/campaigns/message/plain-words.ts'
import { placeForBlock } from '../../agent-app/src/lib/campaigns/message/place-block.ts'

/** What marketing is offered to begin from is held to what is asked of every campaign. */
describe.each(['en', 'fr'] as const)('the library of messages in %s', (locale: Locale) => {
  const sayIn: Say = (key) =>
    say(locale, words[locale][key.replace(/^campaign\./, '') as keyof (typeof words)['en']])
  const unsubscribe = 'https://hub.example/u/1'
  function written(mjml: string, name: string) {
    const compiled = compileMessage({ mjml, text: null, preheader: '' }, { clicks: true, opens: false }, () =>
      plainWords(mjml)
    )
    const writer = writerOf({
      compiled,
      subjects: [{ id: 'a', subject: 'What is new' }],
      fallbacks: {},
      campaignName: 'Spring'
    })
    const filling = { _id: new Types.ObjectId(), address: 'a@one.example', name, data: {} }
    const mail = writer.write('a', filling, {
      click: (n) => `https://hub.example/c/${String(n)}`,
      open: 'https://hub.example/o/1',
      unsubscribe
    })
    return { mail, writer, compiled, filling }
  }

  it.each(startNames)('has “%s”, which nothing is found of', (start) => {
    const { mail, writer, compiled, filling } = written(startOf(start, sayIn), 'Awa Demo')
    expect(mail.html).toContain(unsubscribe)
    expect(mail.text).toContain(unsubscribe)
    expect(mail.html).toContain(' Awa,')
    expect(mail.html).not.toMatch(/\{[{%]/)
    expect(mail.html).not.toContain('fonts.googleapis')
    expect(writer.names.filter((name) => name !== 'contact.first_name')).toEqual([])
    const links = compiled.links.map(({ index }) => writer.target(index, filling))
    expect(links.every((link) => link !== null && pageAt(link) !== null)).toBe(true)
    expect(traitsOf({ ...mail, links: links.flatMap((link) => link ?? []) })).toEqual([])
  })

  it('greets whoever has no name without a hole', () => {
    const { mail } = written(startOf('letter', sayIn), '')
    expect(mail.html).toContain(`${sayIn('campaign.lib-hello')},`)
  })

  it.each(blockNames)('has the block “%s”, which fits anywhere into a message', (block) => {
    const mjml = startOf('newsletter', sayIn)
    for (const caret of [0, mjml.indexOf('mj-text font', mjml.indexOf('<mj-body')), mjml.length]) {
      const place = placeForBlock(mjml, caret)
      if (!place) throw new Error('There is no place for it')
      const put = mjml.slice(0, place.at) + place.put(blockOf(block, sayIn)) + mjml.slice(place.at)
      expect(written(put, 'Awa').mail.html).toContain('</html>')
    }
  })
})
