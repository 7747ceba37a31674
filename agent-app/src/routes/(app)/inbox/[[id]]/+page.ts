import { inbox } from '$lib/inbox/inbox.svelte.ts'

/** Does not wait to know who asks: the hub knows. */
export const load = () => inbox.ask()
