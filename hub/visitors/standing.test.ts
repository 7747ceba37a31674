import { describe, expect, it } from 'vitest'
import { newerStanding, nowhere, type Standing, type VisitInteraction } from './standing.ts'

const interaction = (more: Partial<VisitInteraction> = {}): VisitInteraction => ({
  id: 'i1',
  conversationId: 'c1',
  logged: 3,
  state: 'active',
  queueId: 'q',
  agentId: 'a',
  contactName: 'Visitor',
  queuedAt: 1000,
  createdAt: 1000,
  rating: null,
  suggestion: null,
  ...more
})
const at = (one: VisitInteraction): Standing => ({ conversationId: one.conversationId, interaction: one })

describe('where a visitor stands', () => {
  const known = at(interaction())

  it('goes on with the interaction, and not back', () => {
    const closed = at(interaction({ logged: 4, state: 'closed' }))
    expect(newerStanding(known, closed)).toBe(closed)
    expect(newerStanding(closed, known)).toBe(closed)
  })

  it('moves to the next interaction of the conversation, and stays there when the former one changes', () => {
    const next = at(interaction({ id: 'i2', logged: 1, createdAt: 2000, state: 'queued' }))
    const rated = at(interaction({ logged: 9, state: 'closed', rating: 5 }))
    expect(newerStanding(known, next)).toBe(next)
    expect(newerStanding(next, rated)).toBe(next)
  })

  it('follows into another conversation, however old the interaction there is', () => {
    const merged = at(interaction({ id: 'i0', conversationId: 'c0', logged: 1, createdAt: 500 }))
    expect(newerStanding(known, merged)).toBe(merged)
  })

  it('keeps what is known when a read finds nothing, or began before something was heard', () => {
    expect(newerStanding(known, nowhere)).toBe(known)
    expect(newerStanding(known, { conversationId: 'c1', interaction: null })).toBe(known)
    expect(newerStanding(nowhere, known)).toBe(known)
  })
})
