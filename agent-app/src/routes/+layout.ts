import { session } from '$lib/session.svelte.ts'

// One page for every address: the hub serves it, the browser draws it.
export const ssr = false
export const prerender = false

/** Who is signed in is asked while the screen's own code is still on its way. */
export const load = () => void session.refresh()
