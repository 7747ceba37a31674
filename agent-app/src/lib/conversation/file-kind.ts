import type { Attachment } from '@palabre/config/contract/message'

export type FileKind = 'kept-out' | 'picture' | 'voice' | 'film' | 'file'

/** How a file is shown in the thread. What the scanner has not let pass has no address that answers. */
export function kindOf({ check, picture, type }: Attachment): FileKind {
  if (check) return 'kept-out'
  if (picture) return 'picture'
  if (type.startsWith('audio/')) return 'voice'
  return type.startsWith('video/') ? 'film' : 'file'
}

/** The size at which a picture stands in the thread: as it is, or fitted into the box. */
export function fitted(
  { width, height }: { width: number; height: number },
  box: { width: number; height: number }
): { width: number; height: number } {
  const scale = Math.min(1, box.width / width, box.height / height)
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}
