import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { ChannelError, type Profile } from '../channel.ts'
import { cleanLine } from '../clean-text.ts'
import { limits } from './limits.ts'
import { download } from './media.ts'
import { ensurePaidFor, settingsOf, type XAccount } from './settings.ts'
import { isSnowflake } from './snowflake.ts'
import { portOf } from './twit-port.ts'

const Described = Type.Object({
  data: Type.Object({
    id: Type.String(),
    name: Type.Optional(Type.String()),
    username: Type.Optional(Type.String()),
    profile_image_url: Type.Optional(Type.String({ maxLength: 2000 }))
  })
})
type Person = Static<typeof Described>['data']

/** Whose keys these are. Throws ChannelError. */
export const ourselves = (
  account: XAccount,
  signal: AbortSignal,
  ms: number = limits.callMs
): Promise<Person> => ask(account, '/2/users/me', {}, signal, ms)

async function ask(
  account: XAccount,
  endpoint: string,
  params: Record<string, string>,
  signal: AbortSignal,
  ms: number
): Promise<Person> {
  const answer = await portOf(account).ask({
    method: 'GET',
    endpoint,
    params,
    query: { 'user.fields': 'name,profile_image_url,username' },
    ms,
    signal
  })
  if (!Value.Check(Described, answer)) throw new ChannelError('refused', 'X does not describe this person.')
  return answer.data
}

/** How X shows the person at an address; null where there is none (any more). Throws ChannelError. */
export async function profile(
  address: string,
  account: XAccount,
  signal: AbortSignal
): Promise<Profile | null> {
  const settings = settingsOf(account)
  ensurePaidFor(settings)
  if (!isSnowflake(address)) return null
  try {
    const person = await ask(account, '/2/users/:id', { id: address }, signal, limits.callMs)
    const name = cleanLine(person.name ?? person.username ?? '', limits.nameChars)
    const picture = await pictureOf(person, account, signal)
    return { ...(name !== '' && { name }), ...(picture && { picture }) }
  } catch (error) {
    if (error instanceof ChannelError && error.reason === 'refused') return null
    throw error
  }
}

/** X names the smallest one; one of 400 points lies beside it. What cannot be had is done without. */
async function pictureOf(
  { profile_image_url: url }: Person,
  account: XAccount,
  signal: AbortSignal
): Promise<Profile['picture'] | null> {
  if (!url) return null
  const address = url.replace(/_normal(\.\w+)$/, '_400x400$1')
  try {
    const { content, type } = await download(settingsOf(account), address, limits.pictureBytes, signal)
    return /^image\/(jpeg|png|gif|webp)$/.test(type) ? { name: 'picture', type, content } : null
  } catch (error) {
    if (error instanceof ChannelError && error.reason === 'refused') return null
    throw error
  }
}
