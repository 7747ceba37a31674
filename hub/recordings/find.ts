import type { Types } from 'mongoose'
import { openKeyOf, Recording, type RecordingDoc } from './recording.model.ts'

/** By id; null when there is none. */
export const loadRecording = async (id: Types.ObjectId | string) =>
  (await Recording.findById(id).lean()) as RecordingDoc | null

/** The recording of this use that is open for a call; null when none is. */
export const openRecordingOf = async (callId: Types.ObjectId, use: RecordingDoc['use']) =>
  (await Recording.findOne({
    openKey: { $eq: openKeyOf(use, callId), $type: 'string' }
  }).lean()) as RecordingDoc | null

/** Recordings of talks that are open for these calls. */
export const openRecordingsOf = async (callIds: Types.ObjectId[]) =>
  (await Recording.find({
    openKey: { $in: callIds.map((id) => openKeyOf('call', id)), $type: 'string' }
  }).lean()) as RecordingDoc[]
