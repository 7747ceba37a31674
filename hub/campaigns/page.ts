import { say, type Locale } from '@palabre/config/i18n/catalogue'
import { campaigns as words } from '@palabre/config/i18n/words/campaigns'
import { escapeHtml } from '../plugins/escape-html.ts'
import { otherLanguage, plainPage } from '../plugins/plain-page.ts'

/** One kind of message, on the page. */
export interface Choice {
  /** The purpose; null: what the campaign was, which had none. */
  id: string | null
  name: string
  isOff: boolean
  /** They may have it again by asking for it. */
  mayReturn: boolean
  /** What the mail that they come from was for. */
  isThis: boolean
}

/** On which a recipient says what they want no longer, or again. It works without script. */
export function preferencesPage(
  locale: Locale,
  { address, choices }: { address: string; choices: readonly Choice[] }
): string {
  const text = words[locale]
  const tell = (key: keyof typeof text, values: Record<string, string> = {}) =>
    escapeHtml(say(locale, text[key], values))
  const nameOf = ({ name }: Choice) => (name === '' ? tell('preferences-this') : escapeHtml(name))
  const box = (choice: Choice) =>
    `<label><input type="checkbox" name="off" value="${choice.id ?? 'this'}"${
      choice.isThis || choice.isOff ? ' checked' : ''
    }${choice.isOff ? ' disabled' : ''}><span>${nameOf(choice)}${
      choice.isOff ? ` <small>${tell('preferences-off')}</small>` : ''
    }</span></label>`
  const again = (choice: Choice) =>
    `<label><input type="checkbox" name="on" value="${choice.id ?? ''}"><span>${nameOf(choice)} <small>${tell('preferences-off')}</small></span></label>`
  const returning = choices.filter(({ isOff, mayReturn }) => isOff && mayReturn)
  return plainPage(
    locale,
    text['preferences-title'],
    `<p>${tell('preferences-intro', { address })}</p>
<form method="post" action="?lang=${locale}">
<fieldset><legend>${tell('preferences-ask')}</legend>
${choices
  .filter((choice) => !returning.includes(choice))
  .map(box)
  .join('\n')}
<label><input type="checkbox" name="off" value="all"><span>${tell('preferences-all')}</span></label></fieldset>${
      returning.length === 0
        ? ''
        : `
<fieldset class="again"><legend>${tell('preferences-again')}</legend>
${returning.map(again).join('\n')}</fieldset>`
    }
<button name="page" value="1">${tell('preferences-save')}</button>
<small>${tell('preferences-note')}</small>
</form>`,
    otherLanguage(locale, words[locale].language)
  )
}

/** Says what was done. */
export const donePage = (
  locale: Locale,
  { address, what }: { address: string; what: 'this' | 'all' | 'nothing' | 'again' | 'both' }
): string =>
  plainPage(
    locale,
    words[locale]['done-title'],
    `<p>${escapeHtml(say(locale, words[locale][`done-${what}`], { address }))}</p>`
  )

/** For whoever comes with a token that is none of ours. */
export const wrongPage = (locale: Locale): string =>
  plainPage(
    locale,
    words[locale]['wrong-title'],
    `<p>${escapeHtml(words[locale]['wrong-text'])}</p>`,
    otherLanguage(locale, words[locale].language)
  )
