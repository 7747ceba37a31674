import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import adapter from '@sveltejs/adapter-static'
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte'

// The script of app.html runs before the first paint; SvelteKit hashes its own scripts, this one is ours.
const template = readFileSync(new URL('./src/app.html', import.meta.url), 'utf8')
const ownScripts = [...template.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
  ([, source]) => /** @type {const} */ (`sha256-${createHash('sha256').update(source).digest('base64')}`)
)

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true) },
  kit: {
    adapter: adapter({ pages: 'build', assets: 'build', fallback: 'index.html', precompress: true }),
    // Sources of our own workspace. Not by the condition 'source': other packages publish theirs under that name too.
    alias: { '@palabre/config': '../config' },
    csp: {
      mode: 'auto',
      directives: {
        'default-src': ['self'],
        'script-src': ['self', ...ownScripts],
        // Positions of floating parts and mail in sandboxed frames (which inherit this policy) are inline styles.
        'style-src': ['self', 'unsafe-inline'],
        // https: is for remote pictures of a mail once the agent asks for them; the frame itself blocks them before.
        'img-src': ['self', 'data:', 'blob:', 'https:'],
        'media-src': ['self', 'blob:'],
        // The browser's phone registers at the media server, wherever that is; without TLS only on this machine (demo).
        'connect-src': ['self', 'wss:', 'ws://127.0.0.1:*', 'ws://localhost:*'],
        'object-src': ['none'],
        'base-uri': ['none'],
        'form-action': ['self']
      }
    }
  }
}
