/** What a map says of its values, as a map of its own that is not kept twice. */
export class MapView<K, S, V> implements ReadonlyMap<K, V> {
  readonly #map: ReadonlyMap<K, S>
  readonly #valueOf: (state: S) => V

  constructor(map: ReadonlyMap<K, S>, valueOf: (state: S) => V) {
    this.#map = map
    this.#valueOf = valueOf
  }
  get size() {
    return this.#map.size
  }
  has(key: K) {
    return this.#map.has(key)
  }
  get(key: K) {
    const state = this.#map.get(key)
    return state === undefined ? undefined : this.#valueOf(state)
  }
  keys() {
    return this.#map.keys()
  }
  *values(): Generator<V, undefined> {
    for (const state of this.#map.values()) yield this.#valueOf(state)
    return undefined
  }
  *entries(): Generator<[K, V], undefined> {
    for (const [key, state] of this.#map) yield [key, this.#valueOf(state)]
    return undefined
  }
  [Symbol.iterator]() {
    return this.entries()
  }
  forEach(see: (value: V, key: K, map: ReadonlyMap<K, V>) => void) {
    for (const [key, value] of this) see(value, key, this)
  }
}
