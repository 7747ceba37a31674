import type { Fields, Frame } from './frame.ts'
import { Jambonz } from './jambonz.ts'
import type { JambonzOptions } from './options.ts'
import { ScriptedApp, type Line, type Script } from './scripted-app.ts'

export interface Scene {
  app: ScriptedApp
  jambonz: Jambonz
  close: () => Promise<void>
}

/** A simulator and an application for it. By default the application acks everything with no verbs. */
export async function openScene(
  script: Script = (frame, line) => line.ack(frame, []),
  options: Partial<JambonzOptions> = {}
): Promise<Scene> {
  const app = await ScriptedApp.start(script)
  const jambonz = new Jambonz({ appUrl: app.url, ...options })
  await jambonz.start()
  const close = async () => {
    await jambonz.stop()
    await app.stop()
  }
  return { app, jambonz, close }
}

/** Acks by hook, or by type for frames without one; all else with no verbs. */
export const answering =
  (answers: Record<string, unknown>): Script =>
  (frame, line) =>
    line.ack(frame, answers[frame.hook ?? frame.type] ?? [])

/** Waits for a frame of any line. */
export async function frameOf(
  app: ScriptedApp,
  wanted: (frame: Frame, data: Fields) => boolean,
  ms = 8000
): Promise<{ frame: Frame; data: Fields; line: Line }> {
  const until = performance.now() + ms
  for (;;) {
    for (const line of app.lines)
      for (const frame of line.frames) {
        const data = frame.data as Fields
        if (wanted(frame, data)) return { frame, data, line }
      }
    if (performance.now() > until)
      throw new Error(`No such frame among ${JSON.stringify(app.entries.slice(-20))}`)
    await sleep(10)
  }
}

export const statusIs = (status: string, more: (data: Fields) => boolean = () => true) => {
  return (frame: Frame, data: Fields) =>
    frame.type === 'call:status' && data['call_status'] === status && more(data)
}

export const hookIs = (hook: string) => (frame: Frame) => frame.hook === hook

export async function eventually(holds: () => boolean, ms = 8000) {
  const until = performance.now() + ms
  while (!holds()) {
    if (performance.now() > until) throw new Error(`Not so within ${ms} ms: ${holds}`)
    await sleep(10)
  }
}

export const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
