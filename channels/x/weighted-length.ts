import { limits } from './limits.ts'

/** Code points that count one; all others count two (twitter-text, configuration version 3). */
const light: [first: number, last: number][] = [
  [0x0000, 0x10ff],
  [0x2000, 0x200d],
  [0x2010, 0x201f],
  [0x2032, 0x2037]
]

/** Countries' domains, and the others that are met: what ends in one of them X makes a link, also without https. */
const countries =
  'ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw'
const others =
  'com org net edu gov mil int info biz name pro aero coop museum mobi jobs travel asia cat tel app dev xyz online site shop store blog cloud tech club live news bank agency africa paris'

const host = '(?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?\\.)+'
const rest = '(?::\\d+)?(?:[/?#][^\\s]*)?'
const link = new RegExp(
  `https?://[^\\s/?#]+\\.[^\\s/?#]{2,}${rest}|(?<![\\w@#$./-])${host}(?:${[...countries.split(' '), ...others.split(' ')].join('|')})(?![\\w-]|\\.\\w)${rest}`,
  'giu'
)
/** What ends a sentence does not belong to the link before it. */
const trailing = /[.,:;!?'")\]}»…]+$/u

const emoji = new RegExp('^\\p{RGI_Emoji}$', 'v')
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * How long X takes a post to be (docs.x.com, "Counting characters"): 23 for a link, 2 for an emoji however it is put
 * together, 2 for what is wide, 1 for the rest, composed (NFC).
 */
export function weightedLength(text: string): number {
  const composed = text.normalize('NFC')
  let length = 0
  let at = 0
  for (const found of composed.matchAll(link)) {
    const words = found[0].replace(trailing, '')
    length += weigh(composed.slice(at, found.index)) + limits.linkChars
    at = found.index + words.length
  }
  return length + weigh(composed.slice(at))
}

function weigh(text: string): number {
  let length = 0
  for (const { segment } of graphemes.segment(text)) {
    if (emoji.test(segment)) length += 2
    else for (const sign of segment) length += isLight(sign.codePointAt(0) ?? 0) ? 1 : 2
  }
  return length
}

const isLight = (code: number) => light.some(([first, last]) => code >= first && code <= last)
