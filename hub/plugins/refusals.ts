import fp from 'fastify-plugin'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ChannelError, type ChannelFailure } from '@palabre/channels/channel'
import { refusals, type RefusalName, type RefusalReply } from '@palabre/config/contract/errors'
import { Refusal } from '../refuse.ts'

interface FastifyFailure extends Error {
  code?: string
  statusCode?: number
  validation?: { instancePath: string; message?: string; params?: Record<string, unknown> }[]
  validationContext?: string
}

/** Fastify's own codes in the contract's names. */
const byCode: Record<string, RefusalName> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_REQ_FILE_TOO_LARGE: 'too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'wrong-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-body',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-body',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-body',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'wrong-type',
  FST_UNDER_PRESSURE: 'starting-up',
  FST_ERR_BAD_URL: 'invalid-input',
  FST_ERR_MAX_PARAM_LENGTH: 'invalid-input'
}
const byReason: Record<ChannelFailure, RefusalName> = {
  rejected: 'visitor-rejected',
  refused: 'not-deliverable',
  unauthorized: 'channel-failed',
  unreachable: 'channel-failed',
  'rate-limited': 'channel-failed'
}
const byStatus: Record<number, RefusalName> = {
  400: 'malformed-body',
  403: 'not-found',
  404: 'not-found',
  413: 'too-large',
  415: 'wrong-type',
  429: 'too-many-requests',
  503: 'starting-up'
}

function refusalOf(error: FastifyFailure): { name: RefusalName; reply: RefusalReply } {
  if (error instanceof Refusal) {
    const { refusal, message, detail, fields } = error
    return {
      name: refusal,
      reply: { error: refusal, message, ...(detail && { detail }), ...(fields && { fields }) }
    }
  }
  if (error.validation) {
    const fields = error.validation.map(({ instancePath, message = 'is wrong', params }) => ({
      path: `${error.validationContext ?? ''}${instancePath}`,
      message:
        typeof params?.['additionalProperty'] === 'string'
          ? `${message}: ${params['additionalProperty']}`
          : message
    }))
    return {
      name: 'invalid-input',
      reply: { error: 'invalid-input', message: refusals['invalid-input'][1], fields }
    }
  }
  if (error instanceof ChannelError) {
    const name = byReason[error.reason]
    return { name, reply: { error: name, message: refusals[name][1], detail: error.message } }
  }
  if (/^Mongo(Network|ServerSelection|NotConnected|PoolCleared|TopologyClosed)/.test(error.name))
    return { name: 'starting-up', reply: { error: 'starting-up', message: refusals['starting-up'][1] } }
  const status = error.statusCode ?? 500
  const name =
    byCode[error.code ?? ''] ??
    byStatus[status] ??
    (status >= 400 && status < 500 ? 'invalid-input' : 'unexpected')
  return { name, reply: { error: name, message: refusals[name][1] } }
}

/** Every refusal becomes HTTP, and is logged, here. Fastify asks it too about addresses that it cannot route. */
export function answerRefusal(error: FastifyFailure, request: FastifyRequest, reply: FastifyReply) {
  const { name, reply: body } = refusalOf(error)
  if (name === 'unexpected') request.log.error({ err: error }, 'unexpected failure')
  else request.log.debug({ refusal: name, fields: body.fields }, 'refused')
  return reply.status(refusals[name][0]).send(body)
}

export const refusalsPlugin = fp(
  (app, _options, done) => {
    app.setErrorHandler(answerRefusal)
    done()
  },
  { name: 'refusals' }
)
