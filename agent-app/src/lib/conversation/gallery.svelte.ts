import type { Attachment } from '@palabre/config/contract/message'

/** The pictures that are on screen, in the order in which they stand there: the viewer leads from one to the next. */
class Gallery {
  readonly #shown = new Map<Element, Attachment>()

  /** Puts a picture there for as long as its element is. */
  join =
    (file: Attachment) =>
    (element: Element): (() => void) => {
      this.#shown.set(element, file)
      return () => this.#shown.delete(element)
    }

  get files(): Attachment[] {
    const follows = (a: Element, b: Element) =>
      a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1
    return [...this.#shown].sort(([a], [b]) => follows(a, b)).map(([, file]) => file)
  }
}

export const gallery = new Gallery()
