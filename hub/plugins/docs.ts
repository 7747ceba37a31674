import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import fp from 'fastify-plugin'
import { sessionCookie } from './serve.ts'

/** OpenAPI from the mounted routes, at /api/docs/json, and a reference page at /api/docs. */
export const docsPlugin = fp(
  async (app) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Palabre',
          version: '0.1.0',
          description:
            'Everything that the app can do. Sign in with POST /api/session; send the `csrf` of the reply as the header `x-csrf-token` with every change.'
        },
        components: {
          securitySchemes: {
            session: { type: 'apiKey', in: 'cookie', name: sessionCookie },
            visitor: { type: 'http', scheme: 'bearer' }
          }
        }
      }
    })
    await app.register(swaggerUi, {
      routePrefix: '/api/docs',
      uiConfig: { docExpansion: 'none', deepLinking: true }
    })
  },
  { name: 'docs' }
)
