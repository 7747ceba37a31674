import { untrack } from 'svelte'
import type { Draft } from '../composer/draft.svelte.ts'
import { live } from '../live.svelte.ts'
import { watched } from './watched.svelte.ts'
import { WritingNotice, type Written } from './writing-notice.ts'

/** Of a text that was written here so long ago, the hub knows by now. */
const newsMs = 10_000

const writtenIn = ({ mode, text, subject }: Draft): Written => ({
  mode,
  text,
  subject: mode === 'reply' ? subject : null
})

/**
 * While a supervisor looks on, tells what is written in a composer as it is written. What another tab wrote and this one
 * only loaded is not told. Call while a component is made; it ends with it.
 */
export function tellWriting(composing: () => { draft: Draft; isMine: boolean }): void {
  $effect(() => {
    const { draft, isMine } = composing()
    const id = draft.interactionId
    if (!isMine || !watched.isOn(id)) return
    const notice = new WritingNotice(({ subject, ...written }) =>
      live.writing({ interactionId: id, ...written, ...(subject === null ? {} : { subject }) })
    )
    let known: string | null = null
    $effect(() => {
      const written = writtenIn(draft)
      const next = JSON.stringify(written)
      untrack(() => {
        if (known === null ? Date.now() - draft.touchedAt < newsMs : known !== next && isOwn(draft, written))
          notice.tell(written)
        known = next
      })
    })
    return () => notice.stop()
  })
}

const isOwn = ({ touchedAt }: Draft, { text }: Written) => touchedAt > 0 || text === ''
