/** A number that this browser keeps for its listener: how loud, how fast. */
export function kept(name: string, usual: number, isRight: (value: number) => boolean): number {
  try {
    const value = Number(localStorage.getItem(`palabre:${name}`) ?? usual)
    return isRight(value) ? value : usual
  } catch {
    return usual
  }
}

export function keep(name: string, value: number): void {
  try {
    localStorage.setItem(`palabre:${name}`, String(value))
  } catch {
    // A browser without storage forgets it.
  }
}
