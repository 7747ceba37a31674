import { existsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { programs } from './tests/programs.mjs'

/** Workspaces are imported from their source, so nothing has to be built before testing. */
const conditions = ['source', 'module', 'node', 'development|production']
const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['source', 'node'] } }
}

/** Browser code is compiled its own way and brings its own configuration. */
const ownConfig = ['agent-app', 'channels/chat/widget'].filter((dir) => existsSync(`${dir}/vitest.config.ts`))
const ignored = ['**/node_modules/**', '**/dist/**', '**/build/**', ...ownConfig.map((dir) => `${dir}/**`)]

/** Two cores are what everybody has; what measures time or kills processes runs alone, after the rest. */
const project = (name: string, include: string[], groupOrder: number, alone = false) => ({
  ...shared,
  test: {
    name,
    include,
    exclude: ignored,
    env: programs(),
    sequence: { groupOrder },
    maxWorkers: alone ? 1 : 2,
    testTimeout: alone ? 60_000 : 30_000,
    hookTimeout: 60_000
  }
})

export default defineConfig({
  ...shared,
  test: {
    globalSetup: 'tests/shared-engines.ts',
    maxWorkers: 2,
    projects: [
      ...ownConfig,
      project('unit', ['{config,channels,hub,workers,agent-app}/**/*.test.ts'], 0),
      project('flows', ['tests/flows/**/*.test.ts', 'tests/simulators/**/*.test.ts'], 1),
      project('browser', ['tests/browser/**/*.test.ts'], 2, true),
      project('chaos', ['tests/chaos/**/*.test.ts'], 3, true)
    ]
  }
})
