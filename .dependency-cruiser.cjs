/** The architecture as rules: who may import whom. */

const testFile = '\\.test\\.ts$'
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

module.exports = {
  forbidden: [
    forbid(
      'config-acts-on-nothing',
      'config only declares',
      { path: '^config/', pathNot: testFile },
      {
        path: '^(channels|hub|workers|agent-app|tests)/'
      }
    ),
    forbid(
      'channels-know-no-hub',
      'data in, data out',
      { path: '^channels/', pathNot: testFile },
      {
        path: '^(hub|workers|agent-app|tests)/'
      }
    ),
    forbid(
      'channels-know-no-server',
      'nor its database, queue or web framework',
      { path: '^channels/' },
      {
        path: 'node_modules/(mongoose|mongodb|ioredis|bullmq|fastify|@fastify)/'
      }
    ),
    forbid(
      'hub-knows-no-worker',
      'work is handed over through jobs',
      { path: '^hub/', pathNot: testFile },
      {
        path: '^(workers|agent-app|tests)/'
      }
    ),
    forbid(
      'hub-knows-no-channel-by-name',
      'only the ports, with its settings, the registry, and the guards against what comes from outside',
      { path: '^hub/', pathNot: testFile },
      {
        path: '^channels/',
        pathNot: '^channels/(channel|bulk|call|clean-text|fetch-safely|registry|settings)\\.ts$'
      }
    ),
    forbid(
      'workers-know-no-app',
      '',
      { path: '^workers/', pathNot: testFile },
      { path: '^(agent-app|tests)/' }
    ),
    forbid(
      'app-knows-only-the-contract',
      'the API is its only way to the server',
      { path: '^agent-app/' },
      {
        path: '^(channels|hub|workers|tests)/'
      }
    ),
    forbid(
      'no-test-in-production',
      'a test is imported by nothing',
      { pathNot: testFile },
      { path: testFile }
    ),
    forbid(
      'no-cycles',
      'types may refer to each other, code may not',
      {},
      {
        circular: true,
        viaOnly: { dependencyTypesNot: ['type-only'] }
      }
    ),
    forbid(
      'no-drawer-folders',
      'a folder is named after what it holds',
      {},
      {
        path: '(^|/)(utils?|helpers?|common|services?|managers?)/',
        pathNot: 'node_modules'
      }
    ),
    forbid(
      'nothing-unresolvable',
      '',
      {},
      { couldNotResolve: true, pathNot: '^[$](app|env|lib|service-worker)' }
    )
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|build|\\.svelte-kit)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'svelte', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.svelte', '.json']
    }
  }
}
