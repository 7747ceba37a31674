import svelte from 'eslint-plugin-svelte'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'
import svelteConfig from './agent-app/svelte.config.js'

const nodeGlobals = [
  'process',
  'console',
  'Buffer',
  'URL',
  'URLSearchParams',
  'AbortController',
  'fetch',
  'performance'
]
const timers = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'queueMicrotask'
]

/** ESLint's own recommendations, as far as TypeScript does not make them already. */
const plainMistakes = [
  'no-async-promise-executor',
  'no-case-declarations',
  'no-cond-assign',
  'no-constant-binary-expression',
  'no-control-regex',
  'no-dupe-else-if',
  'no-empty',
  'no-fallthrough',
  'no-loss-of-precision',
  'no-misleading-character-class',
  'no-prototype-builtins',
  'no-self-assign',
  'no-unsafe-finally',
  'no-unsafe-optional-chaining',
  'no-useless-catch',
  'no-useless-escape',
  'use-isnan'
]

const serverCode = [
  'config/**/*.ts',
  'channels/**/*.ts',
  'hub/**/*.ts',
  'workers/**/*.ts',
  'tests/**/*.ts',
  '*.ts'
]
const browserCode = ['agent-app/**/*.ts', 'channels/chat/widget/**/*.ts']
const svelteCode = ['**/*.svelte', '**/*.svelte.ts']

export default defineConfig(
  globalIgnores(['**/dist/', '**/build/', '**/.svelte-kit/', '**/fixtures/', 'data/', 'test-results/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  tseslint.configs.recommended,
  {
    rules: {
      ...Object.fromEntries(plainMistakes.map((name) => [name, 'error'])),
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a const object or a union' }
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }]
    }
  },

  {
    files: serverCode,
    ignores: browserCode,
    languageOptions: {
      parserOptions: { project: 'tests/tsconfig.json', tsconfigRootDir: import.meta.dirname }
    },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true }
      ]
    }
  },

  svelte.configs.recommended,
  svelte.configs.prettier,
  {
    rules: {
      'svelte/no-navigation-without-resolve': 'off', // the app always lives at the root of its host
      'svelte/no-useless-mustaches': 'off' // a string in braces keeps its spaces where the formatter breaks lines
    }
  },
  {
    files: svelteCode,
    languageOptions: {
      parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.svelte'], svelteConfig }
    },
    rules: {
      'no-undef': 'off', // svelte-check knows the names
      'svelte/no-at-html-tags': 'error',
      'svelte/prefer-svelte-reactivity': 'off' // takes every local Map and Date for state
    }
  },

  {
    files: ['**/*.mjs', '**/*.cjs', '*.js'],
    languageOptions: {
      globals: Object.fromEntries([...nodeGlobals, ...timers, 'module'].map((name) => [name, 'readonly']))
    },
    rules: { 'no-undef': 'error' }
  },
  {
    files: ['hub/launch/**', 'hub/engines/*.mjs', 'tests/**', '.dependency-cruiser.cjs'],
    rules: { 'no-console': 'off' }
  }
)
