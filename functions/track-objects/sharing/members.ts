import { createHash } from 'node:crypto';
import { PROGRESS_INTERVAL_S, type ProgressRecord } from '@framewire/contract';
import { createLruMap } from '@framewire/runtime/process';

/** A replica without a sign of life for so long has fallen silent, milliseconds: two heartbeats, and some time for the second to come. */
export const SILENT_MS = 2_400 * PROGRESS_INTERVAL_S;
/** A replica that could not publish a heartbeat for so long holds nothing any more: before others think so. Milliseconds. */
export const FENCE_MS = 1_900 * PROGRESS_INTERVAL_S;
const MAX_MEMBERS = 1_000;

interface Member {
  seen: number;
  cameras: ReadonlySet<string>;
}

/** The replicas that give signs of life, and which cameras each holds. */
export interface Members {
  heard(record: ProgressRecord, at: number): void;
  /** Whether it is heard for the first time, or came back. */
  isNew(node_id: string): boolean;
  /** Who should hold a camera: the same answer at each replica that hears the same others. */
  ownerOf(camera: string): string;
  /** Whether another replica that lives holds it. */
  isHeldByAnother(camera: string): boolean;
  /** How many live, this one included. */
  readonly size: number;
}

/** @param self this replica counts as alive. @param now milliseconds since the epoch. */
export function createMembers(self: string, now: () => number = Date.now): Members {
  const members = createLruMap<string, Member>(MAX_MEMBERS);

  const others = () => [...members.entries()].filter(([name, { seen }]) => name !== self && now() - seen < SILENT_MS);

  return {
    heard({ node_id, cameras, left }, at) {
      if (left) members.delete(node_id);
      else members.set(node_id, { seen: at, cameras: new Set(Object.keys(cameras)) });
    },
    isNew: (node_id) => node_id !== self && !others().some(([name]) => name === node_id),
    ownerOf(camera) {
      const names = [self, ...others().map(([name]) => name)];
      return names.reduce((best, name) => (rank(name, camera) > rank(best, camera) ? name : best));
    },
    isHeldByAnother: (camera) => others().some(([, { cameras }]) => cameras.has(camera)),
    get size() {
      return 1 + others().length;
    },
  };
}

const ranks = createLruMap<string, string>(20_000);

/** Rendezvous hashing (Thaler and Ravishankar 1998): when a replica comes or goes, only its own cameras move. */
function rank(node: string, camera: string): string {
  const key = `${node}/${camera}`;
  const known = ranks.get(key);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(key).digest('hex');
  ranks.set(key, hash);
  return hash;
}
