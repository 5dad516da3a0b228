/** A map with a bound: the entry that was not used for longest is evicted first. */
export interface LruMap<K, V> {
  readonly size: number;
  /** Counts as a use. */
  get(key: K): V | undefined;
  /** Does not count as a use. */
  peek(key: K): V | undefined;
  has(key: K): boolean;
  /** Counts as a use; evicts the oldest entry when the map is full. */
  set(key: K, value: V): void;
  delete(key: K): boolean;
  clear(): void;
  /** The least recently used first. */
  entries(): IterableIterator<[K, V]>;
  values(): IterableIterator<V>;
}

/**
 * For state that is kept by an id which anybody may choose: camera ids, sources, frame ids.
 * @param max entries. @param onEvict called with an entry that had to go for another; not by `delete` or `clear`.
 */
export function createLruMap<K, V>(max: number, onEvict: (key: K, value: V) => unknown = () => {}): LruMap<K, V> {
  const map = new Map<K, V>(); // keeps the order of insertion

  return {
    get size() {
      return map.size;
    },
    get(key) {
      const value = map.get(key);
      if (value === undefined) return undefined;
      map.delete(key);
      map.set(key, value);
      return value;
    },
    peek: (key) => map.get(key),
    has: (key) => map.has(key),
    set(key, value) {
      map.delete(key);
      map.set(key, value);
      if (map.size <= max) return;
      const [oldest, evicted] = map.entries().next().value!;
      map.delete(oldest);
      onEvict(oldest, evicted);
    },
    delete: (key) => map.delete(key),
    clear: () => map.clear(),
    entries: () => map.entries(),
    values: () => map.values(),
  };
}
