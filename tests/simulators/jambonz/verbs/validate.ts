import { isFields, type Fields, type Verb } from '../frame.ts'
import { specifications, type Specification } from './specification.ts'

export class InvalidVerb extends Error {}

/** Properties that any verb may have. */
const anyVerb = ['verb', 'id', '_']

/**
 * What jambonz does with an array of verbs before it runs them: throws InvalidVerb at the first mistake.
 * The whole of 0.9.8's rules is `validate(logger, verbs)` of `@jambonz/verb-specifications`; this is where to call it.
 */
export function validate(verbs: unknown): Verb[] {
  if (!Array.isArray(verbs)) throw new InvalidVerb('verbs are an array')
  return verbs.map((verb: unknown) => {
    if (!isFields(verb) || typeof verb['verb'] !== 'string') throw new InvalidVerb('a verb has a name')
    const specification = verb['verb'].startsWith('#') ? undefined : specifications[verb['verb']]
    if (!specification) throw new InvalidVerb(`invalid verb ${verb['verb']}`)
    checkAll(verb['verb'], verb, specification, anyVerb)
    return verb as Verb
  })
}

function checkAll(
  name: string,
  value: Fields,
  { properties, required = [] }: Specification,
  also: string[] = []
) {
  for (const property of required)
    if (value[property] === undefined) throw new InvalidVerb(`${name}: missing ${property}`)
  for (const [property, part] of Object.entries(value)) {
    if (also.includes(property)) continue
    const rule = properties[property]
    if (!rule) throw new InvalidVerb(`${name}: unknown property ${property}`)
    check(`${name}.${property}`, part, rule)
  }
}

function check(name: string, value: unknown, rule: Specification['properties'][string]) {
  if (typeof rule === 'string' || Array.isArray(rule)) {
    const kinds = Array.isArray(rule) ? rule : [rule]
    if (!kinds.some((kind) => isKind(value, kind)))
      throw new InvalidVerb(`${name} is no ${kinds.join(' or ')}`)
  } else if ('enum' in rule) {
    if (!rule.enum.includes(value as string))
      throw new InvalidVerb(`${name} is none of ${rule.enum.join(', ')}`)
  } else if ('list' in rule) {
    if (!Array.isArray(value) || value.length === 0) throw new InvalidVerb(`${name} is no list`)
    for (const one of value as unknown[]) checkNested(name, one, rule.list)
  } else checkNested(name, value, rule.nested)
}

function checkNested(name: string, value: unknown, of: string) {
  const specification = specifications[of]
  if (!isFields(value) || !specification) throw new InvalidVerb(`${name} is no object`)
  checkAll(name, value, specification, anyVerb)
}

function isKind(value: unknown, kind: string): boolean {
  if (kind === 'array') return Array.isArray(value)
  if (kind === 'object') return isFields(value)
  if (kind === 'hook')
    return typeof value === 'string' || (isFields(value) && typeof value['url'] === 'string')
  return typeof value === kind
}
