import type { Interaction } from '@palabre/config/contract/interaction'
import { media } from '../media.ts'
import { session } from '../session.svelte.ts'
import { playSound } from '../sound.ts'
import { toasts } from '../toasts.svelte.ts'
import { t } from '../words.svelte.ts'

const repeatMs = 5000
const asked = 'palabre:asked-to-notify'

function play(): void {
  const { offerSound, offerVolume } = session.preferences ?? { offerSound: 'none' as const, offerVolume: 0 }
  void playSound(offerSound, offerVolume)
}

/** Rings until the function that it gives is called: at once, and again every five seconds. */
export function ring(): () => void {
  play()
  const timer = setInterval(play, repeatMs)
  return () => clearInterval(timer)
}

/** Something came into the agent's hands without her doing: sounds once, and shows it on the desktop for a while. */
export function ringTaken(interaction: Interaction, open: () => void): void {
  play()
  notify(interaction, open, false)
}

const shown = new Map<string, Notification>()

/** Shows an offer on the desktop when the person wants that and looks elsewhere. `stays` until it is answered. */
export function notify(
  { id, medium, contactName, preview }: Interaction,
  open: () => void,
  stays = true
): void {
  const title = t('offer.notify-title', { medium: t(media[medium].label), name: contactName })
  const notification = notifyOf(`offer-${id}`, title, preview, open, stays)
  if (notification) shown.set(id, notification)
}

/** Shows something on the desktop when the person wants that and looks elsewhere; one of a tag at a time. */
export function notifyOf(
  tag: string,
  title: string,
  body: string,
  open: () => void,
  stays = false
): Notification | null {
  if (!session.preferences?.notifications || typeof Notification === 'undefined') return null
  if (
    Notification.permission !== 'granted' ||
    (document.visibilityState === 'visible' && document.hasFocus())
  )
    return null
  try {
    const notification = new Notification(title, { body, tag, requireInteraction: stays })
    notification.onclick = () => {
      window.focus()
      open()
      notification.close()
    }
    return notification
  } catch {
    // Some phones only allow notifications from a service worker.
    return null
  }
}

/** Takes the notification of an offer away. */
export function unnotify(id: string): void {
  shown.get(id)?.close()
  shown.delete(id)
}

/** Asks once, in our own words first, whether offers may show themselves on the desktop. */
export function askOnce(): void {
  if (typeof Notification === 'undefined' || Notification.permission !== 'default') return
  try {
    if (localStorage.getItem(asked)) return
    localStorage.setItem(asked, 'yes')
  } catch {
    return
  }
  toasts.add(t('presence.ask-notify'), {
    ms: 20_000,
    action: {
      label: t('presence.ask-notify-yes'),
      run: () =>
        void Notification.requestPermission().then((answer) => {
          if (answer === 'granted') void session.savePreferences({ notifications: true }).catch(() => {})
        })
    }
  })
}
