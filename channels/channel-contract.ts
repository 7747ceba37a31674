import type { TObject } from 'typebox'
import { describe, expect, it } from 'vitest'
import type { ContractCases } from './channel-contract/cases.ts'
import { holdsDefinition } from './channel-contract/definition.ts'
import { holdsGateway } from './channel-contract/gateway.ts'
import { holdsListen } from './channel-contract/listen.ts'
import { holdsReceive } from './channel-contract/receive.ts'
import { holdsSend } from './channel-contract/send.ts'
import { holdsTest } from './channel-contract/test.ts'
import { holdsVisitor } from './channel-contract/visitor.ts'
import type { Channel } from './channel.ts'

/** What every channel must do. Each channel's own test calls it. */
export function channelContract<S extends TObject>(channel: Channel<S>, cases: ContractCases<S>): void {
  describe(`channel contract: ${channel.name}`, () => {
    holdsDefinition(channel, cases)
    if (channel.test) holdsTest(channel, cases)
    for (const part of ['listen', 'gateway', 'send', 'visitor'] as const) {
      if (channel[part]) it(`brings a case for ${part}`, () => expect(cases[part]).toBeDefined())
    }
    if (channel.receive) it('brings a case for receive', () => expect(cases.webhook).toBeDefined())
    if (channel.receive && cases.webhook) holdsReceive(channel, cases, cases.webhook)
    if (channel.listen && cases.listen) holdsListen(channel, cases, cases.listen)
    if (channel.gateway && cases.gateway) holdsGateway(channel, cases, cases.gateway)
    if (channel.send && cases.send) holdsSend(channel, cases, cases.send)
    if (channel.visitor && cases.visitor) holdsVisitor(channel, cases, cases.visitor)
  })
}
