import { isIPv6 } from 'node:net';

/** Wrong keys that an address may give in a row, and how often it may give one more after that, milliseconds. */
const IN_A_ROW = 10;
const ONE_MORE_MS = 6_000;
/** Addresses that are remembered; the ones that were wrong longest ago are forgotten first. */
const MAX_ADDRESSES = 10_000;

/** Wrong keys by address, so that keys cannot be guessed one after the other. */
export interface Attempts {
  /** How long the address has to wait before it may give a key at all, milliseconds; 0: it may. */
  wait(address: string): number;
  /** It gave a wrong one. */
  failed(address: string): void;
  /** How many addresses are remembered. */
  readonly size: number;
}

export function createAttempts(now: () => number = Date.now): Attempts {
  /** When each will be as one that never gave a wrong key. */
  const clearAt = new Map<string, number>();
  const ahead = (key: string) => Math.max(0, (clearAt.get(key) ?? 0) - now());

  return {
    get size() {
      return clearAt.size;
    },
    wait: (address) => Math.max(0, ahead(networkOf(address)) - (IN_A_ROW - 1) * ONE_MORE_MS),
    failed(address) {
      const key = networkOf(address);
      const clear = now() + ahead(key) + ONE_MORE_MS;
      // to the end of the order in which they are forgotten
      clearAt.delete(key);
      clearAt.set(key, clear);
      for (const [oldest, until] of clearAt) {
        if (clearAt.size <= MAX_ADDRESSES && until > now()) break;
        clearAt.delete(oldest);
      }
    },
  };
}

/** Of IPv6 the first 64 bits: whoever has one such address has as many as there are in it. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address.slice(0, 64);
  const [head = '', tail = ''] = address.toLowerCase().split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const zeros = Array.from({ length: 8 - groups(head).length - groups(tail).length }, () => '0');
  return [...groups(head), ...zeros, ...groups(tail)].slice(0, 4).join(':');
}
