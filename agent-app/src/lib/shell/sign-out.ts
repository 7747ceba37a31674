import { goto } from '$app/navigation'
import { session } from '../session.svelte.ts'
import { toasts } from '../toasts.svelte.ts'

/** Signs out and shows the sign-in page; says why when the hub cannot be told. */
export async function signOut(): Promise<void> {
  try {
    await session.signOut()
    await goto('/login')
  } catch (error) {
    toasts.fail(error)
  }
}
