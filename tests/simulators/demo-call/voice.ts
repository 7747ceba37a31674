import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { rate, type Samples } from '../jambonz/audio/pcm.ts'
import { readWav } from '../jambonz/audio/wav.ts'
import { murmur } from './murmur.ts'

const usualSpeed = 160 // words a minute
const fastest = 380
const wordsPerSecond = 2.5

export interface Speaker {
  /** Hertz. */
  pitch: number
  /** Of espeak-ng: `fr`, `fr+f3`. */
  voice: string
}

export const caller: Speaker = { pitch: 190, voice: 'fr+f3' }
export const machine: Speaker = { pitch: 120, voice: 'fr' }

/** Where espeak-ng is on this machine; null: texts are hummed. */
export const synthesiser = (path = process.env['PATH'] ?? ''): string | null =>
  path
    .split(delimiter)
    .map((folder) => join(folder, 'espeak-ng'))
    .find(isProgram) ?? null

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** A text as sound, 8 kHz. With `seconds` it takes no longer. */
export async function speak(
  text: string,
  { pitch, voice }: Speaker,
  { seconds, program = synthesiser() }: { seconds?: number; program?: string | null } = {}
): Promise<Samples> {
  if (program === null) return murmur(text, { seconds: seconds ?? lengthOf(text), pitch })
  const first = await synthesise(program, text, voice, usualSpeed)
  const tooLong = seconds === undefined ? 1 : first.length / rate / seconds
  if (tooLong <= 1) return first
  return synthesise(program, text, voice, Math.min(fastest, Math.ceil(usualSpeed * tooLong * 1.05)))
}

const lengthOf = (text: string) => Math.max(0.4, text.split(/\s+/).length / wordsPerSecond)

function synthesise(program: string, text: string, voice: string, speed: number): Promise<Samples> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['--stdin', '--stdout', '-v', voice, '-s', String(speed)], {
      stdio: ['pipe', 'pipe', 'ignore']
    })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', reject)
    child.once('close', (code) => {
      if (code !== 0) return reject(new Error(`espeak-ng ended with ${String(code)}`))
      resolve(readWav(streamed(Buffer.concat(chunks))))
    })
    child.stdin.end(text)
  })
}

/** A WAVE file that was written to a pipe says a length that nobody knew; what is there counts. */
function streamed(wav: Buffer): Buffer {
  const at = wav.indexOf('data', 12, 'latin1')
  if (at > 0) wav.writeUInt32LE(wav.length - at - 8, at + 4)
  return wav
}
