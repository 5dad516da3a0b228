/** Which frames have had their outcome: bounded, the oldest are forgotten. */
export interface Deduplication {
  has(frameId: string): boolean;
  add(frameId: string): void;
  clear(): void;
}

export function createDeduplication(size = 50_000): Deduplication {
  const ids = new Set<string>();
  return {
    has: (frameId) => ids.has(frameId),
    add(frameId) {
      ids.add(frameId);
      if (ids.size > size) ids.delete(ids.values().next().value!);
    },
    clear: () => ids.clear(),
  };
}
