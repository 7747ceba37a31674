// One page for every address: the hub serves it, the browser draws it.
export const ssr = false
export const prerender = false
