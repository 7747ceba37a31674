import { listTemplates, type MessageTemplate } from '@palabre/config/contract/template'
import { call } from '../call.ts'
import { live } from '../live.svelte.ts'

const kept = 'palabre:templates'
const mostRecent = 8

/** The approved templates of one channel account, kept true while somebody looks. */
export class Templates {
  readonly accountId: string
  items = $state.raw<MessageTemplate[]>([])
  state = $state<'loading' | 'ready' | 'failed'>('loading')
  error = $state.raw<unknown>()
  recent = $state.raw<string[]>([])

  constructor(accountId: string) {
    this.accountId = accountId
    this.recent = readRecent()[accountId] ?? []
  }

  /** Reads them, and again when the platform had something new, until the function that it gives is called. */
  start(): () => void {
    void this.read()
    return live.on('setting.changed', ({ resource, id }) => {
      if (resource === 'template' && id === this.accountId) void this.read()
    })
  }

  read = async (): Promise<void> => {
    if (this.state === 'failed') this.state = 'loading'
    try {
      const { items } = await call(listTemplates, { query: { accountId: this.accountId, approved: true } })
      this.items = items
      this.state = 'ready'
    } catch (error) {
      // What is on screen stays; the next opening asks again.
      if (this.state === 'ready') return
      this.error = error
      this.state = 'failed'
    }
  }

  /** It was sent: the next time it stands first. */
  sent(templateId: string): void {
    this.recent = [templateId, ...this.recent.filter((id) => id !== templateId)].slice(0, mostRecent)
    try {
      localStorage.setItem(kept, JSON.stringify({ ...readRecent(), [this.accountId]: this.recent }))
    } catch {
      // Without storage the order is kept for this page only.
    }
  }
}

function readRecent(): Record<string, string[]> {
  try {
    return JSON.parse(localStorage.getItem(kept) ?? '{}') as Record<string, string[]>
  } catch {
    return {}
  }
}

const known = new Map<string, Templates>()

/** Those of an account; the same each time, so that they show at once when they are looked at again. */
export function templatesOf(accountId: string): Templates {
  let templates = known.get(accountId)
  if (!templates) known.set(accountId, (templates = new Templates(accountId)))
  return templates
}
