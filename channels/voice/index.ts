import { defineChannel } from '../channel.ts'
import { admits } from './admits.ts'
import { hear } from './audio.ts'
import { attend } from './line.ts'
import { countryOf, numberOf } from './numbers.ts'
import { policy } from './policy.ts'
import { proves, registration } from './register.ts'
import { end, parties, place } from './rest.ts'
import { voiceSettings } from './settings.ts'
import { setup } from './setup.ts'
import { test } from './test.ts'
import { hook } from './webhook.ts'

/**
 * Telephone, by jambonz (open source, 0.9.8): it holds SIP and media, and asks us over one WebSocket a call what to
 * do. Sound comes over sockets of its own; agents' phones register there, and are vouched for by us.
 */
export const voice = defineChannel({
  name: 'voice',
  medium: 'voice',
  point: 'phone',
  settings: voiceSettings,
  setup,
  abilities: {
    html: false,
    subject: false,
    typing: false,
    receipts: false,
    undoMs: 0,
    attachments: null,
    // Nothing is written to a caller; notes on a call are the hub's own.
    maxText: 1
  },
  test,
  calls: {
    policy,
    protocols: {
      line: ['ws.jambonz.org'],
      // What FreeSWITCH's module says by default, and what jambonz's documentation says; some say none.
      sound: ['audio.drachtio.org', 'audio.jambonz.org']
    },
    admits,
    attend: (socket, account, desk) => attend(socket, account, desk),
    hear: (socket, account, open) => hear(socket, account, open),
    hook,
    registration,
    proves,
    place,
    end,
    parties,
    number: numberOf,
    country: countryOf
  }
})
