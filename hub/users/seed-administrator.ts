import { systemActor, type Hub } from '../hub.ts'
import { createUserOf } from './keep.ts'
import { User } from './user.model.ts'

/** In an empty database without demo: makes the administrator of ADMIN_EMAIL / ADMIN_PASSWORD, or says how to. */
export async function seedAdministrator(hub: Hub): Promise<void> {
  if (await User.exists({})) return
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = hub.env
  if (!email || !password) {
    hub.log.warn('there is no user yet: start once with ADMIN_EMAIL and ADMIN_PASSWORD')
    return
  }
  await createUserOf(hub, systemActor, { name: 'Administrator', email, password, roles: ['administrator'] })
  hub.log.info('the first administrator was made; the password has to be changed at the first sign-in')
}
