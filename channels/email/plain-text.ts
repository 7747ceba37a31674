import { convert } from 'html-to-text'
import { limits } from './limits.ts'
import { within } from './within.ts'

/**
 * HTML as plain text: links with their address, pictures left out, quotations with `> `. Throws when it takes too
 * long (see `tookTooLong`).
 */
export const plainText = (html: string): string =>
  within(limits.htmlToTextMs, () =>
    convert(html.slice(0, limits.inlineTextBytes), {
      wordwrap: false,
      // The library writes to the console when it has to shorten: it gets nothing to shorten.
      limits: { maxDepth: limits.htmlDepth, maxInputLength: limits.inlineTextBytes },
      selectors: [
        { selector: 'a', options: { hideLinkHrefIfSameAsText: true, noAnchorUrl: true } },
        { selector: 'img', format: 'skip' },
        ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({
          selector,
          options: { uppercase: false }
        }))
      ]
    })
  )

/** The words of HTML that cannot be converted in time, whatever their order on the page; linear in its length. */
export const bareWords = (html: string): string =>
  html
    .replace(/<[^<>]*>/g, ' ')
    .replace(/[ \t]+/g, ' ')
    .trim()
