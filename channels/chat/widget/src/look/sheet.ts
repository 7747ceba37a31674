/** The build puts the whole style sheet here. */
const styles = '__PALABRE_STYLES__'

/**
 * Dresses a shadow root. A constructed sheet is no inline style to a Content-Security-Policy; browsers that cannot adopt
 * one (Safari before 16.4) get a style element, which a strict policy forbids there.
 */
export function dress(root: ShadowRoot): void {
  if ('adoptedStyleSheets' in root) {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(styles)
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
    return
  }
  const element = document.createElement('style')
  element.textContent = styles
  ;(root as ShadowRoot).append(element)
}
