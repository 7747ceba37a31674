import type { Types } from 'mongoose'
import { hiddenSecret } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'

const purpose = (id: Types.ObjectId, name: string) => `flow:${id.toHexString()}:${name}`

/** Seals what is new; what came back as the dots that it was shown as stays, what was left out goes. */
export const sealSecrets = (
  hub: Hub,
  id: Types.ObjectId,
  given: Record<string, string>,
  before: Record<string, string>
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      if (value !== hiddenSecret) return [name, hub.vault.seal(value, purpose(id, name))]
      const kept = Object.hasOwn(before, name) ? before[name] : undefined
      if (kept === undefined)
        return refuse('invalid-input', undefined, [{ path: `secrets/${name}`, message: 'has no value yet' }])
      return [name, kept]
    })
  )

/** The secret of this name, or null when the flow has none. */
export const openSecret = (
  hub: Hub,
  { _id, secrets }: { _id: Types.ObjectId; secrets: Record<string, string> },
  name: string
): string | null => {
  const sealed = Object.hasOwn(secrets, name) ? secrets[name] : undefined
  return sealed === undefined ? null : hub.vault.open(sealed, purpose(_id, name))
}
