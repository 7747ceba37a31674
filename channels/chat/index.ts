import { defineChannel } from '../channel.ts'
import { admits } from './admits.ts'
import { appearance } from './appearance.ts'
import { assets, demo } from './assets.ts'
import { identify } from './identify.ts'
import { limits } from './limits.ts'
import { policy } from './policy.ts'
import { chatSettings } from './settings.ts'
import { setup } from './setup.ts'
import { test } from './test.ts'

/**
 * Chat on web sites. It neither sends nor listens: its customers come with Palabre's own widget, over the visitor's
 * socket of the hub. What is particular to it is who may come in, who they are, and what they see.
 */
export const chat = defineChannel({
  name: 'chat',
  medium: 'chat',
  point: 'visitor',
  settings: chatSettings,
  setup,
  abilities: {
    html: false,
    subject: false,
    typing: true,
    receipts: true,
    undoMs: 0,
    attachments: { maxBytes: limits.fileBytes, maxTotalBytes: limits.fileBytes * limits.filesAMessage },
    maxText: limits.textChars
  },
  test,
  visitor: { admits, identify, appearance, policy, assets, demo }
})
