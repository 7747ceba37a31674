import { sveltekit } from '@sveltejs/kit/vite'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'

const hub = process.env['PALABRE_HUB'] ?? 'http://localhost:8080'

/** The frame of the app and its first screen, with all that they stand on: one file instead of eighty. */
const first = { name: 'first', test: /\/src\/routes\/\(app\)\/(\+layout\.svelte|inbox\/)/ }

export default defineConfig({
  plugins: [tailwindcss(), sveltekit()],
  server: { proxy: { '/api': { target: hub, ws: true } } },
  build: { target: 'es2022', rolldownOptions: { output: { codeSplitting: { groups: [first] } } } }
})
