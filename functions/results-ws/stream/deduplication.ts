/** Which frames have had their outcome: bounded, the oldest are forgotten. */
export interface Seen {
  has(frameId: string): boolean;
  add(frameId: string): void;
  clear(): void;
}

export function createSeen(size = 50_000): Seen {
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
