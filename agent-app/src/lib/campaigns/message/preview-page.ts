const barred = 'script, iframe, object, embed, form, link, base, meta[http-equiv="refresh" i]'

/**
 * The document of a preview for its frame, which runs nothing and leads nowhere. Fonts of elsewhere are not fetched;
 * links open where the frame may not, so a click stays without effect.
 */
export function previewPage(html: string): string {
  const page = new DOMParser().parseFromString(html, 'text/html')
  for (const element of page.querySelectorAll(barred)) element.remove()
  for (const style of page.querySelectorAll('style'))
    style.textContent = style.textContent.replace(/@import[^;]*;?/gi, '')
  for (const element of page.querySelectorAll('*'))
    for (const { name } of [...element.attributes]) if (/^on/i.test(name)) element.removeAttribute(name)
  for (const link of page.querySelectorAll('a[href], area[href]')) link.setAttribute('target', '_blank')
  for (const image of page.querySelectorAll('img')) image.setAttribute('referrerpolicy', 'no-referrer')
  return `<!doctype html>${page.documentElement.outerHTML}`
}
