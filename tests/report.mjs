import { readFileSync, writeFileSync } from 'node:fs'

/**
 * A vitest reporter that writes the outcome of a run to the file named by PALABRE_REPORT:
 * `{ passed: number, failed: string[], skipped: { test: string, reason: string }[] }`.
 */
export default class Report {
  onTestRunEnd(modules, unhandledErrors) {
    const outcome = { passed: 0, failed: [], skipped: [] }
    for (const module of modules) {
      const file = module.relativeModuleId
      const suites = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0)
      if (module.errors().length > 0) outcome.failed.push(`${file} (could not be run)`)
      outcome.failed.push(...suites.map((suite) => `${file} › ${suite.fullName} (its setup or clean-up)`))
      for (const test of module.children.allTests()) {
        const name = `${file} › ${test.fullName}`
        const { state, note } = test.result()
        if (state === 'passed') outcome.passed += 1
        else if (state === 'failed') outcome.failed.push(name)
        else outcome.skipped.push({ test: name, reason: note || reasonFor(test, module.moduleId) })
      }
    }
    outcome.failed.push(...unhandledErrors.map((error) => `outside any test: ${error.message}`))
    if (process.env.PALABRE_REPORT) writeFileSync(process.env.PALABRE_REPORT, JSON.stringify(outcome))
  }
}

/** A test without a reason of its own: its setup failed, or a program that its file asks for is not here. */
function reasonFor(test, path) {
  for (let suite = test.parent; suite?.type === 'suite'; suite = suite.parent) {
    if (suite.errors().length > 0) return 'its setup failed'
  }
  const source = readFileSync(path, 'utf8')
  if (source.includes('PALABRE_CHROMIUM') && !process.env.PALABRE_CHROMIUM) return 'Chromium is not installed'
  if (source.includes('PALABRE_DOVECOT') && !process.env.PALABRE_DOVECOT)
    return 'dovecot-imapd is not installed'
  if (source.includes('PALABRE_CHAOS_CALLS') && process.env.PALABRE_CHAOS_CALLS !== 'all')
    return 'the long form of it: PALABRE_CHAOS_CALLS=all'
  return 'its file gives no reason'
}
