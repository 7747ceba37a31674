import { Liquid, LiquidError, type Template } from 'liquidjs'
import { refuse } from '../refuse.ts'

/** What a template may cost: characters to read, milliseconds and units of memory to write. */
const limits = { parseLimit: 400_000, renderLimit: 250, memoryLimit: 2_000_000 }

const options = {
  ...limits,
  ownPropertyOnly: true,
  strictFilters: true,
  // Partials come from this empty list: nothing is ever read from a disk.
  templates: {},
  relativeReference: false,
  jsTruthy: false
} as const

const engines = { html: new Liquid({ ...options, outputEscape: 'escape' }), words: new Liquid(options) }
/** HTML has what is filled in escaped; words are put as they are. */
export type Kind = keyof typeof engines

/** What a template may say of the recipient and of the campaign. */
export interface Variables {
  contact: Record<string, string>
  [name: string]: string | Record<string, string>
}

/** A template that was read once and is written for each recipient. */
export interface Written {
  /** Throws LiquidError past its limits. */
  write(variables: Variables): string
  /** Paths of what it takes from outside: `contact.name`. */
  names: string[]
}

/** Where a template is wrong, in words for its author. */
export interface TemplateFault {
  message: string
  line: number | null
}

/** Reads a template. Throws LiquidError when it is none. */
export function readTemplate(source: string, kind: Kind): Written {
  const engine = engines[kind]
  const templates: Template[] = engine.parse(source)
  const names = engine
    .globalVariableSegmentsSync(templates, { partials: false })
    .map((segments) => segments.filter((one) => typeof one !== 'object').join('.'))
  return {
    write: (variables) => engine.renderSync(templates, variables, { sync: true }) as string,
    names: [...new Set(names)]
  }
}

/** What liquidjs says, in a sentence: its messages end with file, line and column. */
export function faultOf(error: unknown): TemplateFault | null {
  if (!LiquidError.is(error as object)) return null
  const { message, token } = error as LiquidError & { token?: { getPosition?(): [number, number] } }
  const line = token?.getPosition?.()[0] ?? (Number(/line:(\d+)/.exec(message)?.[1] ?? 0) || null)
  return { message: message.replace(/,? ?(file:[^,]*, ?)?line:\d+, col:\d+/, '').slice(0, 300), line }
}

/** Reads a template of an author; refuses `invalid-input` with where it is wrong. */
export function readOrRefuse(source: string, kind: Kind, path: string): Written {
  try {
    return readTemplate(source, kind)
  } catch (error) {
    const fault = faultOf(error)
    if (!fault) throw error
    return refuse('invalid-input', undefined, [{ path, message: sentenceOf(fault) }])
  }
}

export const sentenceOf = ({ message, line }: TemplateFault): string =>
  line === null ? message : `Line ${String(line)}: ${message}`

const tags = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g
const masked = /LQ(\d+)QL/g

/** A source whose Liquid is out of the way of those who read XML, HTML and addresses. */
export interface Masked {
  text: string
  /** Puts the Liquid of any part of it back. */
  unmask(text: string): string
  /** Numbers of tags that stand in a text. */
  within(text: string): number[]
  /** Lines of the source that stand inside the first `count` tags. */
  linesWithin(count: number): number
}

/** Puts a mark in place of each Liquid tag. */
export function mask(source: string): Masked {
  const kept: string[] = []
  const text = source
    .replace(/LQ(?=\d+QL)/g, 'LQ ')
    .replace(tags, (tag) => `LQ${String(kept.push(tag) - 1)}QL`)
  return {
    text,
    unmask: (part) => part.replace(masked, (_, index: string) => kept[Number(index)] ?? ''),
    within: (part) => [...part.matchAll(masked)].map(([, index]) => Number(index)),
    linesWithin: (count) => kept.slice(0, count).join('').split('\n').length - 1
  }
}
