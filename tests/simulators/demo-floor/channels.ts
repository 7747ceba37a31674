import { randomBytes } from 'node:crypto'
import type { ChannelAccount } from '@palabre/config/contract/account'
import type { HubClient } from '../demo/hub-client.ts'
import { openDemoLine, type DemoLine } from '../demo-call/demo-line.ts'
import { startGraph, type Graph } from '../graph/graph.ts'
import type { SimulatedPage } from '../graph/page-webhooks.ts'
import { startPages, type Pages } from '../graph/pages.ts'
import type { GraphNumber } from '../graph/webhooks.ts'
import type { XOwner } from '../x/world.ts'
import { startX, type X } from '../x/x.ts'
import { connect, type FloorHouse } from './house.ts'

/** The far sides of all channels, each known to an account of the hub. */
export interface Channels {
  chatAccountId: string
  mail: { address: string; port: number } | null
  whatsapp: { graph: Graph; number: GraphNumber }
  messenger: { pages: Pages; page: SimulatedPage }
  instagram: { pages: Pages; page: SimulatedPage }
  x: { far: X; owner: XOwner; hook: string }
  line: DemoLine
  stop(): Promise<void>
}

const mailAddress = 'demo-floor@banque-du-fleuve.example'
const secret = () => randomBytes(24).toString('hex')

/**
 * Plays the providers of all channels. Their secrets are made here, each time, and told to the hub as an administrator
 * would.
 */
export async function openChannels(hub: HubClient, house: FloorHouse): Promise<Channels> {
  const { queues } = house
  const hookOf = ({ id }: ChannelAccount) => `${hub.url}/hooks/${id}`
  const stops: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const one of stops.reverse()) await one()
  }
  try {
    const chat = await connect(hub, 'chat', 'Demo chat', queues.french, {
      title: { en: 'River Bank', fr: 'Banque du Fleuve' },
      form: true,
      formName: 'optional',
      formEmail: 'off'
    })
    const mail = await openMail(hub, queues.mail)

    const number: GraphNumber = {
      phoneNumberId: '106540352249001',
      wabaId: '102290129349001',
      display: '221338000002',
      accessToken: secret(),
      appSecret: secret()
    }
    const graph = await startGraph([number])
    stops.push(() => graph.stop())
    const { phoneNumberId, wabaId, accessToken, appSecret } = number
    graph.hook(
      hookOf(
        await connect(hub, 'whatsapp', 'Demo WhatsApp', queues.wolof, {
          phoneNumberId,
          wabaId,
          accessToken,
          appSecret,
          verifyToken: secret(),
          graphUrl: graph.url
        })
      )
    )

    const messenger = await openPage('messenger', 'Demo Messenger', queues.french)
    const instagram = await openPage('instagram', 'Demo Instagram', queues.social)

    const owner: XOwner = {
      id: '4337869901',
      name: 'Banque du Fleuve (demo)',
      username: 'demofleuve',
      consumerKey: secret(),
      consumerSecret: secret(),
      accessToken: `4337869901-${secret()}`,
      accessTokenSecret: secret(),
      bearerToken: secret()
    }
    const far = await startX([owner])
    stops.push(() => far.stop())
    const { id: _, name: __, username: ___, ...keys } = owner
    const xAccount = await connect(hub, 'x', 'Demo X', queues.social, {
      ...keys,
      knowsCost: true,
      apiUrl: far.url,
      inbound: 'webhook'
    })
    const line = await openDemoLine(hub)
    stops.push(() => line.close())
    return {
      chatAccountId: chat.id,
      mail,
      whatsapp: { graph, number },
      messenger,
      instagram,
      x: { far, owner, hook: hookOf(xAccount) },
      line,
      stop
    }
  } catch (error) {
    await stop()
    throw error
  }

  async function openPage(platform: SimulatedPage['platform'], name: string, queueId: string) {
    const pageId = platform === 'messenger' ? '682498171949001' : '682498171949002'
    const page: SimulatedPage = {
      platform,
      pageId,
      ownId: platform === 'messenger' ? pageId : '17841405726659002',
      appId: '4400',
      accessToken: secret(),
      appSecret: secret()
    }
    const pages = await startPages([page])
    stops.push(() => pages.stop())
    const account = await connect(hub, platform, name, queueId, {
      pageId,
      ...(platform === 'instagram' && { instagramId: page.ownId }),
      accessToken: page.accessToken,
      appSecret: page.appSecret,
      verifyToken: secret(),
      graphUrl: pages.url
    })
    pages.hook(hookOf(account))
    return { pages, page }
  }
}

/** The port of the hub's listener is told by the demo's own mail account, whose answers go to the port after it. */
async function openMail(hub: HubClient, queueId: string): Promise<Channels['mail']> {
  const { items } = await hub.get<{ items: ChannelAccount[] }>('/api/accounts')
  const known = items.find(({ channel, settings }) => channel === 'email' && settings['inbound'] === 'smtp')
  const smtpPort = known?.settings['smtpPort']
  if (typeof smtpPort !== 'number') return null
  await connect(hub, 'email', 'Demo letters', queueId, {
    address: mailAddress,
    displayName: 'Banque du Fleuve (demo)',
    inbound: 'smtp',
    smtpHost: '127.0.0.1',
    smtpPort,
    smtpSecurity: 'none'
  })
  return { address: mailAddress, port: smtpPort - 1 }
}
