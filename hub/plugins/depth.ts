import type { FastifyInstance } from 'fastify'
import { refuse } from '../refuse.ts'

/** No body of ours is nested deeper; what walks a value by recursion would run out of stack. */
const deepest = 50

/** Is the JSON text nested deeper than allowed? Looks at brackets outside strings only, and parses nothing. */
export function isTooDeep(text: string): boolean {
  if (text.length < 2 * deepest) return false
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const sign = text.charCodeAt(i)
    if (inString) {
      if (sign === 0x5c) i++
      else if (sign === 0x22) inString = false
    } else if (sign === 0x22) inString = true
    else if (sign === 0x5b || sign === 0x7b) {
      if (++depth > deepest) return true
    } else if (sign === 0x5d || sign === 0x7d) depth--
  }
  return false
}

/** JSON bodies as Fastify reads them, without prototype keys, and not too deep (`malformed-body`). */
export function readJsonBodies(app: FastifyInstance) {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (isTooDeep(body)) return refuse('malformed-body', 'It is nested too deep')
    return parse(request, body, done)
  })
}
