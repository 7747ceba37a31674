import type { MessageTemplate } from '@palabre/config/contract/template'

/** An approved template for tests, with what matters to them. */
export const templateOf = (change: Partial<MessageTemplate>): MessageTemplate => ({
  id: '0000000000000000000000a1',
  accountId: '0000000000000000000000b1',
  name: 'greeting',
  language: 'en',
  category: 'UTILITY',
  state: 'approved',
  reason: '',
  header: null,
  body: 'Hello',
  footer: '',
  buttons: [],
  variables: [],
  syncedAt: '2026-11-23T12:00:00.000Z',
  ...change
})
