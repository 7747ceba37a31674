/**
 * Folder with the widget as built. The widget builds into its own workspace, so the way there differs between this file
 * as written (channels/chat/) and as compiled (channels/dist/chat/).
 */
const folder = (path: string) =>
  new URL(import.meta.url.endsWith('.ts') ? `./${path}` : `../../chat/${path}`, import.meta.url)

export const assets = folder('widget/dist/')

/** Folder with the imaginary bank's page. */
export const demo = folder('demo/')
