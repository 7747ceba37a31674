/** Where `one` stands, or would stand, in a list that is in the order of `before`. */
function placeIn<T>(list: readonly T[], one: T, before: (a: T, b: T) => boolean): number {
  let from = 0
  let to = list.length
  while (from < to) {
    const middle = (from + to) >> 1
    if (before(list[middle]!, one)) from = middle + 1
    else to = middle
  }
  return from
}

/** Puts one where it belongs in a list that is in the order of `before`. At the end is where most belong. */
export function insertInOrder<T>(list: T[], one: T, before: (a: T, b: T) => boolean) {
  if (list.length === 0 || before(list[list.length - 1]!, one)) list.push(one)
  else list.splice(placeIn(list, one, before), 0, one)
}

/** Takes one out of a list in which it stands where `before` says. It is the first that most often leaves. */
export function removeInOrder<T>(list: T[], one: T, before: (a: T, b: T) => boolean) {
  if (list[0] === one) list.shift()
  else list.splice(placeIn(list, one, before), 1)
}
