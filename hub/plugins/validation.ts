import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import type { FastifyInstance } from 'fastify'

const options = { strict: false, allErrors: false, removeAdditional: false, useDefaults: true } as const

/**
 * Bodies are taken as they are: a number sent as text, or a field too many, is refused. Only queries and params, which
 * are text by nature, are converted.
 */
export function validateStrictly(app: FastifyInstance) {
  const exact = new Ajv({ ...options, coerceTypes: false })
  const converting = new Ajv({ ...options, coerceTypes: true })
  for (const ajv of [exact, converting]) addFormats.default(ajv)
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'body' ? exact : converting).compile(schema as object)
  )
}
