import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/recording'
import type { Hub } from '../hub.ts'
import { serve, sessionCookie } from '../plugins/serve.ts'
import { eraseRecording } from './erase.ts'
import { sendLive } from './hear-live.ts'
import { sendSound } from './hear.ts'
import { recordingsOf } from './list.ts'
import { removeNote, writeNote } from './notes.ts'
import { readPeaks } from './read-peaks.ts'
import { presentRecording } from './recording.model.ts'

/** Recordings, for those who may hear them. */
export function recordingRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.listRecordings, async ({ who, input }) => ({
    items: (await recordingsOf(hub, who, input.params.id)).map(presentRecording)
  }))
  serve(app, hub, route.readPeaks, ({ who, input }) => readPeaks(hub, who, input.params.id))
  serve(app, hub, route.hearRecording, ({ who, input, request, reply }) =>
    sendSound(hub, who, input.params.id, input.query.download === '1', request, reply)
  )
  serve(app, hub, route.hearLive, ({ who, input, request, reply }) =>
    sendLive(hub, who, request.cookies[sessionCookie] ?? '', input.params.id, reply)
  )
  serve(app, hub, route.writeRecordingNote, async ({ who, input }) =>
    presentRecording(await writeNote(hub, who, input.params.id, input.body))
  )
  serve(app, hub, route.removeRecordingNote, async ({ who, input }) =>
    presentRecording(await removeNote(hub, who, input.params.id, input.params.noteId))
  )
  serve(app, hub, route.eraseRecording, async ({ who, input }) => {
    await eraseRecording(hub, who, input.params.id)
    return { ok: true as const }
  })
}
