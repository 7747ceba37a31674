import { svelte } from '@sveltejs/vite-plugin-svelte'
import { build, defineConfig, type BuildOptions, type Plugin } from 'vite'

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

const output: BuildOptions = {
  target: 'es2022',
  cssTarget: ['chrome97', 'safari15.4', 'firefox104'],
  cssCodeSplit: false,
  reportCompressedSize: true
}

/** The form for being called back, which knows the world's telephone numbers: a script of its own, fetched on demand. */
const callbackBeside = (): Plugin => ({
  name: 'palabre:callback-beside',
  apply: 'build',
  closeBundle: async () => {
    await build({
      configFile: false,
      root: import.meta.dirname,
      plugins: [svelte(), stylesInside()],
      build: {
        ...output,
        emptyOutDir: false,
        modulePreload: false,
        // As a library of modules it would keep its white space.
        rolldownOptions: {
          input: 'src/callback/main.ts',
          preserveEntrySignatures: 'strict',
          output: { format: 'es', entryFileNames: 'callback.js' }
        }
      }
    })
  }
})

export default defineConfig({
  plugins: [svelte(), stylesInside(), callbackBeside()],
  build: {
    ...output,
    lib: { entry: 'src/main.ts', formats: ['iife'], name: 'PalabreWidget', fileName: () => 'widget.js' }
  }
})
