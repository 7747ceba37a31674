/**
 * Keeps a panel exactly over what can be seen: the visual viewport, which an on-screen keyboard shrinks and moves while
 * the layout viewport stays. The page behind does not scroll meanwhile.
 * @returns what gives the page back
 */
export function fillScreen(panel: HTMLElement): () => void {
  const page = document.documentElement
  const { overflow } = page.style
  page.style.overflow = 'hidden'
  const viewport = globalThis.visualViewport
  const follow = () => {
    if (!viewport || viewport.scale > 1.01) return
    panel.style.setProperty('--top', `${viewport.offsetTop}px`)
    panel.style.setProperty('--height', `${viewport.height}px`)
  }
  follow()
  viewport?.addEventListener('resize', follow)
  viewport?.addEventListener('scroll', follow)
  return () => {
    page.style.overflow = overflow
    viewport?.removeEventListener('resize', follow)
    viewport?.removeEventListener('scroll', follow)
  }
}
