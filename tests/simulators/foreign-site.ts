import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Site {
  origin: string
  close(): Promise<void>
}

interface Page {
  /** Inside the body, before the script tag. */
  body?: string
  /** A style sheet of the page, served as a file of its own. */
  css?: string
  lang?: string
  /** More attributes of the script tag. */
  attributes?: string
}

/**
 * A customer's web site on another origin than the hub, with as strict a Content-Security-Policy as the chat can live
 * with: it names the hub and nothing else, forbids inline styles and scripts, and every Trusted Types policy.
 */
export async function openSite(
  hub: { origin: string; account: { id: string } },
  page: Page = {}
): Promise<Site> {
  const {
    body = '<h1>Another site</h1><p>Words of the page.</p>',
    css = '',
    lang = 'en',
    attributes = ''
  } = page
  const policy = [
    "default-src 'none'",
    `script-src ${hub.origin}`,
    `connect-src ${hub.origin} ${hub.origin.replace('http', 'ws')}`,
    `img-src ${hub.origin}`,
    "style-src 'self'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'"
  ].join('; ')
  const server: Server = createServer((request, response) => {
    if (request.url === '/site.css') return void response.setHeader('Content-Type', 'text/css').end(css)
    response.setHeader('Content-Type', 'text/html; charset=utf-8')
    response.setHeader('Content-Security-Policy', policy)
    response.end(`<!doctype html>
<html lang="${lang}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
    <title>Another site</title>
    <link rel="stylesheet" href="/site.css" />
    <script src="${hub.origin}/channels/chat/widget.js" data-account="${hub.account.id}" ${attributes} async></script>
  </head>
  <body>
    <main>${body}</main>
  </body>
</html>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}
