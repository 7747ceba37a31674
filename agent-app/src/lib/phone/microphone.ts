import { devices } from './devices.svelte.ts'
import { NoMicrophone } from './phone.ts'

const why = (error: unknown): NoMicrophone['why'] => {
  // Names of https://w3c.github.io/mediacapture-main/#dom-mediadevices-getusermedia
  const name = error instanceof Error || error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'mic-denied'
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'mic-missing' : 'mic-busy'
}

/**
 * The microphone that was chosen, else the usual one.
 * @throws {NoMicrophone}
 */
export async function openMicrophone(): Promise<MediaStream> {
  const media = navigator.mediaDevices as MediaDevices | undefined
  if (!media) throw new NoMicrophone('mic-insecure')
  const sound = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
  try {
    return await media.getUserMedia({
      // Not `exact`: a headset that was unplugged must not cost a call.
      audio: devices.microphone ? { ...sound, deviceId: { ideal: devices.microphone } } : sound
    })
  } catch (error) {
    throw new NoMicrophone(why(error))
  } finally {
    // Names are known from now on.
    void devices.list()
  }
}

/** What is wrong with the microphone, as far as it can be told without using it; null when nothing is. */
export async function lookForMicrophone(): Promise<NoMicrophone['why'] | null> {
  const media = navigator.mediaDevices as MediaDevices | undefined
  if (!media) return 'mic-insecure'
  if ((await permission()) === 'denied') return 'mic-denied'
  return (await media.enumerateDevices()).some(({ kind }) => kind === 'audioinput') ? null : 'mic-missing'
}

/** `prompt`: the browser has not asked yet; null where it does not tell. */
export async function permission(): Promise<PermissionState | null> {
  try {
    return (await navigator.permissions.query({ name: 'microphone' as PermissionName })).state
  } catch {
    return null
  }
}
