import { clock } from '../clock.svelte.ts'
import type { OpenConversation } from '../conversation/conversation.svelte.ts'
import { leavesLate, replyWindow } from '../conversation/reply-window.ts'
import { sayEnd } from '../conversation/say-end.ts'
import { directory } from '../inbox/directory.svelte.ts'
import { session } from '../session.svelte.ts'
import { t, words } from '../words.svelte.ts'
import { addresseeOf, lastOf, standsInPublic } from './addressee.ts'
import { choicesFault } from './choices.ts'
import { compose } from './compose.ts'
import { draftOf, isAddress, type Mode } from './draft.svelte.ts'
import type { Outgoing } from './outbox.svelte.ts'

const longestNote = 10_000
const largestFile = 25_000_000

/** What may be written into a conversation at this moment, to whom, and why not: the rules of its composer. */
export class Composing {
  #conversation: () => OpenConversation

  constructor(conversation: () => OpenConversation) {
    this.#conversation = conversation
  }

  readonly conversation = $derived.by(() => this.#conversation())
  readonly interaction = $derived.by(() => this.conversation.interaction!)
  readonly draft = $derived.by(() => draftOf(this.conversation.id))
  readonly channel = $derived.by(() => directory.channel(this.interaction.channel))
  readonly abilities = $derived.by(() => this.channel?.abilities)
  readonly name = $derived.by(
    () => this.conversation.contact?.name || this.interaction.contactName || t('inbox.no-name')
  )
  readonly locale = $derived.by(() => this.conversation.contact?.locale?.slice(0, 2) ?? words.locale)

  /** Who is asked about a colleague's work answers the colleague, and who talks on the telephone writes to nobody. */
  readonly notesOnly = $derived.by(() => {
    const { medium } = this.interaction
    const isSpoken = medium === 'voice' || medium === 'callback' || this.channel?.medium === 'voice'
    return this.conversation.isAsked || isSpoken
  })
  readonly modes: readonly Mode[] = $derived.by(() => (this.notesOnly ? ['note'] : ['reply', 'note']))
  readonly isNote = $derived.by(() => this.notesOnly || this.draft.mode === 'note')
  readonly isRich = $derived.by(() => !this.isNote && this.abilities?.html === true)
  readonly most = $derived.by(() => (this.isNote ? longestNote : (this.abilities?.maxText ?? 100_000)))
  readonly maxBytes = $derived.by(() =>
    this.isNote ? largestFile : (this.abilities?.attachments?.maxBytes ?? largestFile)
  )
  readonly canAttach = $derived.by(() => this.isNote || !!this.abilities?.attachments)
  /** Channels with our own client show a message at once; everywhere else it can wait here. */
  readonly canSendLater = $derived.by(() => this.channel?.visitors === false)

  readonly whyNotReply = $derived.by(() => {
    if (this.conversation.isMine) return null
    const { state, agentId } = this.interaction
    if (state === 'closed') return t('conversation.why-closed')
    if (state === 'queued') return t('conversation.why-queued')
    if (state === 'offered') return t('conversation.why-offered')
    if (state === 'wrapup' && agentId === session.me?.agent?.id) return t('conversation.why-wrapup')
    return t('conversation.why-not-yours')
  })
  readonly isBlocked = $derived.by(() => !this.isNote && this.whyNotReply !== null)

  /** Why free words cannot be sent, in words; null while they can. */
  readonly whyShut = $derived.by(() => {
    const shut = this.#window
    if (shut.isOpen) return null
    const how = this.abilities?.templates ? 'templates' : 'wait'
    return shut.why === 'over'
      ? t(`conversation.window-over-${how}`, {
          name: this.name,
          when: sayEnd(shut.until)
        })
      : t(`conversation.window-unheard-${how}`, { name: this.name })
  })
  /** The field for the answer is closed; notes are always written. */
  readonly isShut = $derived.by(() => !this.isNote && !this.isBlocked && this.whyShut !== null)
  /** Until when free words may leave; ms since 1970. */
  readonly until = $derived.by(() => this.#window.until)
  // Reads the clock each second and is new only when the window opens or shuts.
  readonly #isOver = $derived.by(() => {
    const { windowUntil } = this.interaction
    return windowUntil !== null && Date.parse(windowUntil) <= clock.now
  })
  readonly #window = $derived.by(() => {
    // The window is of private words: what stands in public is answered as long as it stands.
    if (standsInPublic(this.addressee.answered)) return { isOpen: true as const, until: null }
    const { windowUntil } = this.interaction
    const end = windowUntil === null ? 0 : Date.parse(windowUntil)
    return replyWindow(this.abilities, this.interaction, this.#isOver ? end : end - 1)
  })

  readonly addressee = $derived.by(() =>
    addresseeOf(this.abilities, this.conversation.messages, {
      answersId: this.draft.answersId ?? this.draft.heldId,
      audience: this.draft.audience
    })
  )
  /** Everybody will read it. */
  readonly isPublic = $derived.by(() => !this.isNote && this.addressee.audience === 'public')

  readonly whyNotSend = $derived.by(() => {
    const { draft, isNote } = this
    if (!isNote && this.whyNotReply) return this.whyNotReply
    if (!isNote && this.whyShut) return this.whyShut
    if (!isNote && draft.choices) {
      const fault = choicesFault(
        draft.choices,
        draft.text,
        this.abilities?.choices ?? { buttons: 0, list: 0 }
      )
      if (fault) return t(`conversation.choices-fault-${fault}`)
    }
    if (isNote ? !draft.note.trim() : draft.isEmpty) return t('conversation.why-empty')
    if (draft.text.length > this.most) return t('conversation.why-too-long')
    if (draft.uploads.some(({ error }) => !error)) return t('conversation.why-uploading')
    const wrong = isNote ? undefined : [...draft.to, ...draft.cc, ...draft.bcc].find((one) => !isAddress(one))
    return wrong ? t('conversation.address-wrong', { address: wrong }) : null
  })

  /** Why an answer that leaves then cannot be sent in free words; null when it can. */
  whyTooLate(leavesAt: number): string | null {
    const { until } = this
    return !this.isNote && until !== null && leavesLate(leavesAt, until)
      ? t('conversation.window-late', { when: sayEnd(until) })
      : null
  }

  /** Something is being written: whom it is for stays as it is, whoever writes meanwhile. */
  hold(): void {
    const { draft, abilities, isNote } = this
    if (isNote || !abilities?.public) return
    if (draft.isEmpty) draft.heldId = null
    else if (draft.answersId === null) draft.heldId ??= lastOf(this.conversation.messages)?.id ?? null
  }

  /** The draft as it is to be sent. */
  outgoing(more: Partial<Outgoing>): Outgoing {
    const signature = session.preferences?.signature ?? ''
    const { answered, audience } = this.addressee
    const isFor = this.isNote
      ? {}
      : { answersId: answered?.id ?? this.draft.answersId, audience: answered?.public ? audience : null }
    return compose(this.draft, { isRich: this.isRich, signature }, { ...isFor, ...more })
  }
}
