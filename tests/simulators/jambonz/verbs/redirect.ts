import type { Run } from '../stage.ts'

export const redirect: Run = (stage, verb) => stage.ask('session:redirect', verb['actionHook'], stage.about())
