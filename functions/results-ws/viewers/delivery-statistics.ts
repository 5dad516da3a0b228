import { ANYTHING_BELOW } from './slow-viewer.ts';
import type { Viewer } from './viewer.ts';

/** Seconds that the statistics cover, one beat each. */
const BEATS = 6;
/** A viewer to whom nothing could be sent for so many beats in a row is stalled. */
const STALLED_BEATS = 2;
/** The kernel's buffers fill up long before that: a viewer that owes a pong for so long reads nothing, milliseconds. */
const UNRESPONSIVE_MS = 2_000;

/** How well the viewers' connections carry the frames, over the last seconds. */
export interface DeliverySummary {
  count: number;
  /** Viewers whose connection cannot carry their frames. */
  slow: number;
  /** The share of its frames that the worst of them was not sent, 0 to 1. */
  skipped: number;
}

/** Compares, for each viewer, the frames that it was to get with those that its connection had no room for. */
export interface DeliveryStatistics {
  /** A frame of this camera was sent to those who watch it. */
  frame(camera: string): void;
  /** @param total frames that this viewer was not sent since it joined. */
  skipped(viewer: Viewer, total: number): void;
  /** Once a second. */
  beat(viewers: Iterable<Viewer>): void;
  summary(): DeliverySummary;
}

interface Beat {
  offered: number;
  skipped: number;
  full: boolean;
}

/** Of one viewer. */
interface Account {
  beats: Beat[];
  /** Frames skipped since it joined: now, and at the last beat. */
  skipped: number;
  before: number;
}

export function createDeliveryStatistics(): DeliveryStatistics {
  const accounts = new WeakMap<Viewer, Account>();
  let frames = new Map<string, number>();
  let summary: DeliverySummary = { count: 0, slow: 0, skipped: 0 };

  function accountOf(viewer: Viewer): Account {
    let account = accounts.get(viewer);
    if (!account) {
      account = { beats: [], skipped: 0, before: 0 };
      accounts.set(viewer, account);
    }
    return account;
  }

  /** @returns the share of its frames that it was not sent. */
  function beatOne(viewer: Viewer): number {
    const account = accountOf(viewer);
    const { watched, connection } = viewer;
    let offered = 0;
    for (const [camera, count] of frames) if (watched === '*' || watched.has(camera)) offered += count;
    const full = connection.buffered > ANYTHING_BELOW || (connection.unanswered ?? 0) > UNRESPONSIVE_MS;
    account.beats = [...account.beats, { offered, skipped: account.skipped - account.before, full }].slice(-BEATS);
    account.before = account.skipped;
    return skippedShare(account.beats);
  }

  return {
    frame(camera) {
      frames.set(camera, (frames.get(camera) ?? 0) + 1);
    },
    skipped(viewer, total) {
      accountOf(viewer).skipped = total;
    },
    beat(viewers) {
      const shares = [...viewers].map(beatOne);
      const worst = Math.max(0, ...shares);
      const slow = shares.filter((share) => share >= Math.max(worst / 2, 0.01)).length;
      summary = { count: shares.length, slow, skipped: worst };
      frames = new Map();
    },
    summary: () => summary,
  };
}

function skippedShare(beats: Beat[]): number {
  // a full connection is offered nothing, so that nothing is counted as skipped either
  const last = beats.slice(-STALLED_BEATS);
  if (last.length === STALLED_BEATS && last.every(({ full }) => full)) return 1;
  const sum = (name: 'offered' | 'skipped') => beats.reduce((total, beat) => total + beat[name], 0);
  return sum('offered') > 0 ? Math.min(1, sum('skipped') / sum('offered')) : 0;
}
