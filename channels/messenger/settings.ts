import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Account } from '../channel.ts'
import { pageFields } from '../meta/page/fields.ts'
import type { Page } from '../meta/page/page.ts'
import { messengerPlatform } from './platform.ts'

/** What an administrator fills in for one Facebook page. */
export const messengerSettings = Type.Object(pageFields(messengerPlatform.scopes))

export type MessengerSettings = Static<typeof messengerSettings>
export type MessengerAccount = Account<typeof messengerSettings>

/** The account's settings with defaults filled in. */
export const settingsOf = (account: MessengerAccount): MessengerSettings =>
  Value.Default(messengerSettings, structuredClone(account.settings)) as MessengerSettings

export function pageOf(account: MessengerAccount): Page {
  const { pageId, accessToken, appSecret, language, graphUrl, graphVersion } = settingsOf(account)
  return {
    platform: messengerPlatform,
    graph: { baseUrl: graphUrl, version: graphVersion, accessToken },
    pageId,
    ownId: pageId,
    appSecret,
    language
  }
}
