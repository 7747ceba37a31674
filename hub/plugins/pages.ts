import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { channels } from '@palabre/channels/registry'
import { refuse } from '../refuse.ts'
import { ChannelAccountModel } from '../accounts/account.model.ts'

const compiled = import.meta.url.includes('/dist/')
/** Folder of a workspace beside this one, from the source as well as from the compiled code. */
const beside = (path: string) =>
  fileURLToPath(new URL(`${compiled ? '../../../' : '../../'}${path}`, import.meta.url))

const week = 7 * 86_400

/** The app, the customers' clients, and the demo page. */
export async function pages(app: FastifyInstance) {
  for (const { name, visitor } of channels) {
    if (!visitor) continue
    await app.register(fastifyStatic, {
      root: fileURLToPath(visitor.assets),
      prefix: `/channels/${name}/`,
      decorateReply: false,
      index: false,
      maxAge: '5m',
      setHeaders(reply) {
        reply.header('access-control-allow-origin', '*')
        reply.header('cross-origin-resource-policy', 'cross-origin')
      }
    })
    await demoPage(app, name, fileURLToPath(visitor.demo))
  }
  await appPages(app, beside('agent-app/build/'))
}

/** An imaginary bank's web site with the widget of the demo account; the script tag's account is filled in. */
async function demoPage(app: FastifyInstance, channel: string, root: string) {
  if (!existsSync(root)) return
  await app.register(fastifyStatic, { root, prefix: '/demo/', decorateReply: false, index: false })
  app.get('/demo', { schema: { hide: true } }, async (_request, reply) => {
    const accountId = (await firstAccount(channel)) ?? ''
    const html = readFileSync(`${root}index.html`, 'utf8').replaceAll('{{accountId}}', accountId)
    return reply.type('text/html; charset=utf-8').header('content-security-policy', demoPolicy).send(html)
  })
  app.get('/demo/', { schema: { hide: true } }, (_request, reply) => reply.redirect('/demo'))
}

async function firstAccount(channel: string): Promise<string | null> {
  const doc = await ChannelAccountModel.findOne({ channel, archived: false }).sort({ _id: 1 }).lean()
  return doc?._id.toHexString() ?? null
}

const demoPolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' ws: wss:"

/** The agent app: files with a hash in their name for ever, everything else is the one page. */
async function appPages(app: FastifyInstance, root: string) {
  const built = existsSync(`${root}index.html`)
  const page = built ? readFileSync(`${root}index.html`) : null
  app.setNotFoundHandler((request, reply) => {
    const wantsPage = built && request.method === 'GET' && !/^\/(api|channels|demo)\//.test(request.url)
    if (!wantsPage) return refuse('not-found')
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page)
  })
  if (!built) return
  await app.register(fastifyStatic, {
    root,
    prefix: '/',
    wildcard: false,
    index: false,
    maxAge: week * 1000,
    // Made by the build, so that nobody's first visit costs the hub a compression.
    preCompressed: true,
    globIgnore: ['**/*.br', '**/*.gz'],
    setHeaders(reply, path) {
      if (path.includes('/immutable/')) reply.header('cache-control', 'public, max-age=31536000, immutable')
    }
  })
}
