import verbSpecifications from '@jambonz/verb-specifications'
import { ChannelError } from '../channel.ts'
import type { Verb } from './frames.ts'
import { limits } from './limits.ts'

const quiet = { info: () => undefined }

/**
 * The verbs, when jambonz 0.9.8 takes them: it runs the same check, and loses what does not pass without a word. Throws
 * ChannelError('refused').
 */
export function valid(verbs: Verb[]): Verb[] {
  try {
    verbSpecifications.validate(quiet, verbs)
  } catch (error) {
    throw new ChannelError('refused', `jambonz would not take it: ${messageOf(error)}`, { cause: error })
  }
  return verbs
}

/** A frame as text. Throws ChannelError('refused') when jambonz would close the socket over its size. */
export function written(frame: object): string {
  const text = JSON.stringify(frame)
  const bytes = Buffer.byteLength(text)
  if (bytes > limits.frameBytes)
    throw new ChannelError('refused', `A frame of ${bytes} bytes is more than jambonz takes`)
  return text
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
