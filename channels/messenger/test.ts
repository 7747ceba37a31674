import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { TestReport } from '../channel.ts'
import { failed, look, passed, testPage, type Look } from '../meta/page/test.ts'
import { pageOf, type MessengerAccount } from './settings.ts'

const Described = Type.Object({ name: Type.String() })

const page: Look = async (one, signal) => {
  const found = await look(one, signal, one.pageId, { fields: 'name' })
  return Value.Check(Described, found) ? passed(found.name) : failed('Meta does not describe the page.')
}

/** Looks at what would keep messages from coming and going; writes to nobody. */
export const test = (account: MessengerAccount, signal: AbortSignal): Promise<TestReport> =>
  testPage(pageOf(account), ['Facebook page', page], signal)
