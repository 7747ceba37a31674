import { sveltekit } from '@sveltejs/kit/vite'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'

const hub = process.env['PALABRE_HUB'] ?? 'http://localhost:8080'

export default defineConfig({
  plugins: [tailwindcss(), sveltekit()],
  server: { proxy: { '/api': { target: hub, ws: true } } },
  build: { target: 'es2022' }
})
