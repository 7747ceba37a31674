import type {
  VisitorFrame,
  VisitorMessage,
  VisitorServerFrame,
  VisitorState
} from '@palabre/config/contract/visitor'
import { vi } from 'vitest'
import { Hub } from './hub.ts'
import { Memory, pageStore } from './memory.ts'
import { Visit } from './visit.svelte.ts'

export const accountId = 'a1b2c3d4e5f6a1b2c3d4e5f6'

export const standing: VisitorState = {
  phase: 'new',
  name: '',
  email: '',
  agentName: null,
  position: null,
  estimatedWaitS: null,
  suggestion: null,
  opensAt: null,
  rating: null,
  canTranscript: false
}

export const message = (number: number, change: Partial<VisitorMessage> = {}): VisitorMessage => ({
  id: number.toString(16).padStart(24, '0'),
  clientId: null,
  mine: false,
  authorName: 'Fatou',
  text: `message ${number}`,
  attachments: [],
  state: 'sent',
  at: new Date(Date.UTC(2026, 10, 23, 9, 0, number)).toISOString(),
  ...change
})

/** The hub's end of one socket. */
export class FarSocket extends EventTarget {
  static all: FarSocket[] = []
  readonly url: string
  readyState = 0
  sent: VisitorFrame[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null

  constructor(url: string) {
    super()
    this.url = url
    FarSocket.all.push(this)
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data) as VisitorFrame)
  }

  close(): void {
    this.readyState = 3
  }

  /** The hub takes the line and says where the visitor stands. */
  accept(state: Partial<VisitorState> = {}, messages: VisitorMessage[] = []): this {
    this.readyState = 1
    this.onopen?.()
    this.tell({ type: 'ready', state: { ...standing, ...state }, messages })
    return this
  }

  tell(frame: VisitorServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }

  /** The line is cut. */
  cut(code = 1006): void {
    this.readyState = 3
    this.onclose?.({ code })
  }

  of<T extends VisitorFrame['type']>(type: T): Extract<VisitorFrame, { type: T }>[] {
    return this.sent.filter((frame): frame is Extract<VisitorFrame, { type: T }> => frame.type === type)
  }
}

/** One tab of a browser at a hub that answers `open` with what `reply` gives. Storage is shared by giving the same one. */
export function openTab(
  reply: (body: { token?: string; identity?: unknown }) => unknown = ({ token = 'token-1' }) => ({
    token,
    appearance: { accent: '#0f6b5c' },
    state: standing,
    messages: []
  }),
  store = pageStore()
) {
  FarSocket.all = []
  const opened: { token?: string; identity?: unknown }[] = []
  const page = new EventTarget()
  vi.stubGlobal('WebSocket', FarSocket)
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  vi.stubGlobal('document', { visibilityState: 'hidden' })
  vi.stubGlobal('fetch', async (_url: string, { body }: { body: string }) => {
    const given = JSON.parse(body) as { token?: string }
    opened.push(given)
    const answer = reply(given)
    if (answer instanceof Error) throw answer
    const [status, value] = Array.isArray(answer) ? (answer as [number, unknown]) : [200, answer]
    return new Response(JSON.stringify(value), { status })
  })
  const memory = new Memory(accountId, store)
  const visit = new Visit(new Hub(new URL('https://hub.example/'), accountId), memory, () => ({}))
  /** What another tab has written. */
  const hear = (name: string) =>
    page.dispatchEvent(Object.assign(new Event('storage'), { key: `palabre:${accountId}:${name}` }))
  return {
    visit,
    memory,
    store,
    opened,
    hear,
    /** The newest socket. */
    get socket(): FarSocket {
      return FarSocket.all.at(-1)!
    }
  }
}
