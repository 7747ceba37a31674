/** A hand that has rested for so long points at nothing. */
const stillMs = 4000

/** Whether a mouse points at something that must not move for as long. */
export class Pointing {
  #is = $state(false)
  #timer: ReturnType<typeof setTimeout> | undefined

  get is(): boolean {
    return this.#is
  }

  move = ({ pointerType }: PointerEvent): void => {
    if (pointerType !== 'mouse') return
    this.#is = true
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.end, stillMs)
  }

  /** What the person did herself may move things at once. */
  end = (): void => {
    clearTimeout(this.#timer)
    this.#is = false
  }
}
