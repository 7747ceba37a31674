import type { FastifyInstance } from 'fastify'
import * as route from '@palabre/config/contract/account'
import { channels } from '@palabre/channels/registry'
import type { Hub } from '../hub.ts'
import { serve } from '../plugins/serve.ts'
import { found, refuse } from '../refuse.ts'
import { actorOf } from '../sessions/who.ts'
import { ChannelAccountModel, openAccount, presentAccount, type AccountDoc } from './account.model.ts'
import { countHeld } from './held.ts'
import {
  checkSettings,
  createAccountOf,
  keepSecrets,
  knownChannel,
  setAccountArchived,
  updateAccountOf
} from './keep.ts'
import { countWaitingOf, moveAccount } from './move.ts'
import { pairingOf } from './pairing.ts'
import { presentKind } from './present-kind.ts'
import { sendTestOf } from './send-test.ts'

const testMs = 20_000

export function accountRoutes(app: FastifyInstance, hub: Hub) {
  serve(app, hub, route.listChannels, () =>
    Promise.resolve({
      items: channels.map((channel) => presentKind(channel, hub.env.PUBLIC_URL))
    })
  )

  serve(app, hub, route.listAccounts, async ({ input }) => {
    const docs = (await ChannelAccountModel.find(input.query.archived ? {} : { archived: false })
      .sort({ name: 1 })
      .lean()) as AccountDoc[]
    const held = await countHeld(docs)
    return { items: docs.map((doc) => presentAccount(doc, held.get(doc._id.toHexString()))) }
  })

  serve(app, hub, route.createAccount, async ({ input, who }) =>
    presentAccount(await createAccountOf(hub, actorOf(who), input.body))
  )
  serve(app, hub, route.updateAccount, async ({ input, who }) =>
    presentAccount(
      await updateAccountOf(hub, actorOf(who), input.params.id, input.body.version, input.body.change)
    )
  )
  serve(app, hub, route.archiveAccount, async ({ input, who }) =>
    presentAccount(await setAccountArchived(hub, actorOf(who), input.params.id, true))
  )
  serve(app, hub, route.restoreAccount, async ({ input, who }) =>
    presentAccount(await setAccountArchived(hub, actorOf(who), input.params.id, false))
  )

  serve(app, hub, route.readPairing, async ({ input }) => {
    const doc = found((await ChannelAccountModel.findById(input.params.id).lean()) as AccountDoc | null)
    const pairing = pairingOf(hub, doc)
    return pairing && { qr: pairing.qr, expiresAt: pairing.expiresAt.toISOString() }
  })
  serve(app, hub, route.moveAccount, async ({ input, who }) => {
    const { account, moved } = await moveAccount(hub, who, input.params.id, input.body)
    return { account: presentAccount(account), moved }
  })
  serve(app, hub, route.countWaiting, async ({ input }) => ({
    waiting: await countWaitingOf(input.params.id)
  }))
  serve(app, hub, route.sendTest, async ({ input, who }) => ({
    externalId: await sendTestOf(hub, who, input.params.id, input.body)
  }))

  serve(app, hub, route.testAccount, async ({ input }) => {
    const { channel: name, accountId, settings: given = {} } = input.body
    const channel = knownChannel(name)
    if (!channel.test) return refuse('not-deliverable', 'This channel has nothing to test')
    const doc = accountId
      ? found(
          (await ChannelAccountModel.findOne({ _id: accountId, channel: name }).lean()) as AccountDoc | null
        )
      : null
    const before = doc ? openAccount(hub, doc) : null
    const settings = checkSettings(
      name,
      keepSecrets(name, given, (before?.settings ?? {}) as Record<string, unknown>)
    )
    return channel.test(
      {
        id: doc?._id.toHexString() ?? '000000000000000000000000',
        name: doc?.name ?? '',
        settings,
        signingKey: hub.vault.signingKey('account:test')
      },
      AbortSignal.timeout(testMs)
    )
  })
}
