import { MediaQuery } from 'svelte/reactivity'

/** `viewport.phone.current`: one pane at a time. `viewport.narrow.current`: no room for the third pane. */
export const viewport = {
  phone: new MediaQuery('max-width: 760px', false),
  narrow: new MediaQuery('max-width: 1120px', false)
}
