import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { Account } from '../channel.ts'
import { MetaId } from '../meta/app-fields.ts'
import { pageFields } from '../meta/page/fields.ts'
import type { Page } from '../meta/page/page.ts'
import { field } from '../settings.ts'
import { instagramPlatform } from './platform.ts'

/** What an administrator fills in for one professional account of Instagram and the page that it is linked to. */
export const instagramSettings = Type.Object({
  instagramId: field(MetaId, {
    group: 'Instagram / Instagram',
    label: { en: 'Instagram account ID', fr: 'Identifiant du compte Instagram' },
    help: {
      en: 'Of the professional account, as its page knows it (instagram_business_account); not its name.',
      fr: 'Du compte professionnel, tel que sa page le connaît (instagram_business_account) ; pas son nom.'
    }
  }),
  ...pageFields(instagramPlatform.scopes)
})

export type InstagramSettings = Static<typeof instagramSettings>
export type InstagramAccount = Account<typeof instagramSettings>

/** The account's settings with defaults filled in. */
export const settingsOf = (account: InstagramAccount): InstagramSettings =>
  Value.Default(instagramSettings, structuredClone(account.settings)) as InstagramSettings

export function pageOf(account: InstagramAccount): Page {
  const { instagramId, pageId, accessToken, appSecret, language, graphUrl, graphVersion } =
    settingsOf(account)
  return {
    platform: instagramPlatform,
    graph: { baseUrl: graphUrl, version: graphVersion, accessToken },
    pageId,
    ownId: instagramId,
    appSecret,
    language
  }
}
