import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { TestReport } from '../channel.ts'
import { failed, look, passed, testPage, type Look } from '../meta/page/test.ts'
import { pageOf, type InstagramAccount } from './settings.ts'

const Linked = Type.Object({
  instagram_business_account: Type.Object({ id: Type.String(), username: Type.Optional(Type.String()) })
})

/** The account has to be the one that the page is linked to: answers leave through the page. */
const linked: Look = async (page, signal) => {
  const fields = 'instagram_business_account{id,username}'
  const found = await look(page, signal, page.pageId, { fields })
  if (!Value.Check(Linked, found))
    return failed('The page is linked to no professional account of Instagram.')
  const { id, username = '' } = found.instagram_business_account
  return id === page.ownId ? passed(`@${username}`) : failed(`The page is linked to another account: ${id}.`)
}

/** Looks at what would keep messages from coming and going; writes to nobody. */
export const test = (account: InstagramAccount, signal: AbortSignal): Promise<TestReport> =>
  testPage(pageOf(account), ['Instagram account', linked], signal)
