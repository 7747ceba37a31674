import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

/** The widget's own tests: its state lives in runes, which only run compiled for the browser. */
export default defineConfig({
  plugins: [svelte()],
  resolve: { conditions: ['source', 'browser', 'module', 'node', 'development|production'] },
  test: { name: 'widget', include: ['src/**/*.test.ts'], environment: 'node' }
})
