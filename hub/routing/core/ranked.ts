/**
 * Values in the order of their places, the smallest first, and of `before` where places are equal. The first leaves and
 * the last comes at the price of one; what comes or goes in the middle moves what stands behind it.
 */
export interface Ranked<T> {
  /** Beside the values, so that looking for a place touches nothing else. */
  readonly places: number[]
  readonly values: T[]
  /** Where the first stands; what stood before it has left. */
  from: number
}

type Before<T> = (a: T, b: T) => boolean

/** So many are moved one by one; more are moved as a block. */
const fewMoved = 48
/** Room in front is given back when there is so much of it, and more than is in use. */
const frontKept = 64

export const openRanked = <T>(): Ranked<T> => ({ places: [], values: [], from: 0 })

export const firstOf = <T>({ values, from }: Ranked<T>): T | null =>
  from < values.length ? values[from]! : null

/** Where a value with this place belongs, among equals by `before`; without it, where they begin. */
function findPlace<T>(
  { places, values, from }: Ranked<T>,
  place: number,
  value: T | null,
  before: Before<T> | null
): number {
  let low = from
  let high = places.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = places[middle]!
    if (other < place || (other === place && before !== null && before(values[middle]!, value!)))
      low = middle + 1
    else high = middle
  }
  return low
}

/** It is the first that most often leaves or moves. */
function find<T>(list: Ranked<T>, place: number, value: T): number {
  if (list.values[list.from] === value) return list.from
  let at = findPlace(list, place, null, null)
  while (list.values[at] !== value) at++
  return at
}

/** Puts a value where it belongs. At the end is where most belong. */
export function insertRanked<T>(list: Ranked<T>, place: number, value: T, before: Before<T>) {
  const { places, values, from } = list
  const end = places.length
  const last = end === from ? -Infinity : places[end - 1]!
  if (last < place || (last === place && before(values[end - 1]!, value))) {
    places.push(place)
    values.push(value)
    return
  }
  const at = findPlace(list, place, value, before)
  if (from > 0 && at - from <= end - at) {
    places[from - 1] = place
    values[from - 1] = value
    list.from--
    carry(list, from - 1, at - 1)
  } else if (end - at > fewMoved) {
    places.splice(at, 0, place)
    values.splice(at, 0, value)
  } else {
    places.push(place)
    values.push(value)
    carry(list, end, at)
  }
}

/** Carries one to where it belongs in the list; those between move up by one. */
function carry<T>({ places, values }: Ranked<T>, start: number, to: number) {
  const place = places[start]!
  const value = values[start]!
  const step = start < to ? 1 : -1
  for (let i = start; i !== to; i += step) {
    places[i] = places[i + step]!
    values[i] = values[i + step]!
  }
  places[to] = place
  values[to] = value
}

/** Takes out a value that stands at this place. */
export function removeRanked<T>(list: Ranked<T>, place: number, value: T) {
  const { places, values, from } = list
  const end = values.length
  const at = find(list, place, value)
  if (end - at <= fewMoved) {
    for (let i = at + 1; i < end; i++) {
      places[i - 1] = places[i]!
      values[i - 1] = values[i]!
    }
    places.pop()
    values.pop()
  } else if (at > from) {
    places.splice(at, 1)
    values.splice(at, 1)
  } else {
    // Nothing that has left is held.
    values[at] = values[at + 1]!
    list.from++
    if (list.from > frontKept && 2 * list.from > end) giveBackFront(list)
  }
}

function giveBackFront(list: Ranked<unknown>) {
  list.places.splice(0, list.from)
  list.values.splice(0, list.from)
  list.from = 0
}

/** Lets a value that stands at one place stand at another; `before` knows it as it stands there. */
export function moveRanked<T>(
  list: Ranked<T>,
  value: T,
  { start, to }: { start: number; to: number },
  before: Before<T>
) {
  const { places, values, from } = list
  let at = find(list, start, value)
  const last = values.length - 1
  while (at < last) {
    const place = places[at + 1]!
    const next = values[at + 1]!
    if (place > to || (place === to && before(value, next))) break
    places[at] = place
    values[at] = next
    at++
  }
  while (at > from) {
    const place = places[at - 1]!
    const previous = values[at - 1]!
    if (place < to || (place === to && before(previous, value))) break
    places[at] = place
    values[at] = previous
    at--
  }
  places[at] = to
  values[at] = value
}
