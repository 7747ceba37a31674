import { channels } from '@palabre/channels/registry'
import { ChannelAccountModel, openAccount, type AccountDoc } from '@palabre/hub/accounts/account.model'
import { receive } from '@palabre/hub/conversations/receive'
import type { Hub } from '@palabre/hub/hub'

const retryMs = 2000

/** Runs the servers of channels that have a protocol of their own (the SMTP listener), until stopped. */
export function openGateways(hub: Hub): { stop(): Promise<void> } {
  const abort = new AbortController()
  const { SMTP_HOST: host, SMTP_PORT: port } = hub.env
  const running =
    port < 0
      ? []
      : channels
          .filter(({ gateway }) => gateway)
          .map(async (channel) => {
            while (!abort.signal.aborted) {
              try {
                hub.log.info({ channel: channel.name, host, port }, 'gateway listening')
                await channel.gateway?.({
                  host,
                  port,
                  accounts: () => accountsOf(hub, channel.name, false),
                  resting: () => accountsOf(hub, channel.name, true),
                  report: (accountId, event) => receive(hub, accountId, event),
                  signal: abort.signal
                })
              } catch (error) {
                // Another worker on this machine may hold the port; this one stands by.
                hub.log.warn(
                  { err: error, channel: channel.name, port },
                  'the gateway could not listen; trying again'
                )
                await new Promise((resolve) => setTimeout(resolve, retryMs))
              }
            }
          })
  return {
    async stop() {
      abort.abort()
      await Promise.all(running)
    }
  }
}

async function accountsOf(hub: Hub, channel: string, paused: boolean) {
  const docs = (await ChannelAccountModel.find({ channel, archived: false, paused }).lean()) as AccountDoc[]
  return docs.map((doc) => openAccount(hub, doc))
}
