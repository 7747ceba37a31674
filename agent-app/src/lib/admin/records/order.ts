interface Ordered {
  id: string
  order: number
}

const step = 10

/**
 * The new orders when one record of a list is put at another place: only its own while there is room between its new
 * neighbours, else the whole list anew in steps of 10.
 * @param list in its present order
 */
export function moved(list: readonly Ordered[], id: string, to: number): Ordered[] {
  const from = list.findIndex((one) => one.id === id)
  const mover = list[from]
  if (!mover || to === from || to < 0 || to >= list.length) return []
  const next = list.filter((one) => one !== mover)
  next.splice(to, 0, mover)
  const before = next[to - 1]?.order ?? (next[to + 1]?.order ?? 0) - 2 * step
  const after = next[to + 1]?.order ?? before + 2 * step
  const order = Math.floor((before + after) / 2)
  if (order > before && order < after && order >= 0) return [{ id, order }]
  return next
    .map((one, n) => ({ id: one.id, order: (n + 1) * step }))
    .filter((one) => list.find(({ id: same }) => same === one.id)?.order !== one.order)
}
