import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig, type Plugin } from 'vite'

/**
 * Puts the style sheet into the script: the widget is one file, and gives its styles to its shadow root itself
 * (a page's Content-Security-Policy forbids style elements, but not constructed sheets).
 */
const stylesInside = (): Plugin => ({
  name: 'palabre:styles-inside',
  enforce: 'post',
  generateBundle(_options, bundle) {
    let sheet = ''
    for (const [name, part] of Object.entries(bundle)) {
      if (part.type !== 'asset' || !name.endsWith('.css')) continue
      sheet += String(part.source)
      delete bundle[name]
    }
    for (const part of Object.values(bundle)) {
      if (part.type === 'chunk') {
        part.code = part.code.replace(/(["'`])__PALABRE_STYLES__\1/, () => JSON.stringify(sheet.trim()))
      }
    }
  }
})

export default defineConfig({
  plugins: [svelte(), stylesInside()],
  build: {
    target: 'es2022',
    cssTarget: ['chrome97', 'safari15.4', 'firefox104'],
    cssCodeSplit: false,
    reportCompressedSize: true,
    lib: { entry: 'src/main.ts', formats: ['iife'], name: 'PalabreWidget', fileName: () => 'widget.js' }
  }
})
