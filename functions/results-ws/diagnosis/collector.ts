import type { CameraRecord, CameraView, MissingFrame, ResultRecord } from '@framewire/contract';
import { createPaces } from '../cameras/frame-rate-baseline.ts';
import type { Way } from '../latency/stages.ts';
import { type Carried, createCarried } from '../viewers/delivery-statistics.ts';
import type { Viewer } from '../viewers/viewer.ts';
import type { Facts } from './snapshot.ts';

/** The verdict looks back so far, seconds: long enough for a mean, short enough to name a cause within seconds of its beginning. */
const WINDOW = 6;
/** With so much unsent a line carries nothing more for the moment, bytes. */
const FULL = 1024 * 1024;
/** What is sent waits long before that in the kernel's buffers: one that answers nothing for so long reads nothing, milliseconds. */
const STALLED_MS = 2_000;

/** What the stream and the viewers tell of the facts. */
export type Observed = Pick<
  Facts,
  'way' | 'records' | 'detectedAgo' | 'endedAgo' | 'cameras' | 'paces' | 'missing' | 'viewers'
> & {
  /** Seconds for which the stream has been read without a break. */
  listening: number;
  /** Why it cannot be, in words. */
  problem?: string;
};

export interface Observer {
  /** @param isNews told now, not read from what the stream held at the start. */
  result(record: ResultRecord, isNews: boolean): void;
  camera(record: CameraRecord): void;
  /** A picture went out to those who watch that camera. */
  picture(camera: string): void;
  /** A viewer was skipped so many pictures since it began. */
  skipped(viewer: Viewer, pictures: number): void;
  /** Once a second. */
  beat(viewers: Iterable<Viewer>): void;
  observe(): Observed;
  clear(): void;
}

interface Line extends Carried {
  skipped(): number | undefined;
  /** Since it began, and at the last beat. */
  total: number;
  before: number;
}

/** @param clock milliseconds since the epoch. */
export function createObserver(options: {
  way: Way;
  cameras: () => CameraView[];
  missing: () => MissingFrame[];
  /** Why outcomes do not come, in words. */
  problem: () => string | undefined;
  isLive: () => boolean;
  clock?: () => number;
}): Observer {
  const { way, problem, isLive, clock = Date.now } = options;
  const paces = createPaces(clock);
  const lines = new WeakMap<Viewer, Line>();
  let pictures = new Map<string, number>();
  let viewers: Facts['viewers'] = { count: 0, slow: 0, skipped: 0 };
  let listeningSince = clock();
  let [detectedAt, endedAt] = [clock(), clock()];

  function lineOf(viewer: Viewer): Line {
    let line = lines.get(viewer);
    if (!line) {
      line = { ...createCarried(), total: 0, before: 0 };
      lines.set(viewer, line);
    }
    return line;
  }

  function beatViewer(viewer: Viewer): number {
    const line = lineOf(viewer);
    const { watched, wire } = viewer;
    let offered = 0;
    for (const [camera, count] of pictures) if (watched === '*' || watched.has(camera)) offered += count;
    line.beat(offered, line.total - line.before, wire.buffered > FULL || (wire.unanswered ?? 0) > STALLED_MS);
    line.before = line.total;
    return line.skipped() ?? 0;
  }

  return {
    result(record, isNews) {
      way.add(record);
      // what was read at the start came when it was told, what comes now comes now, whatever two clocks say
      const at = isNews ? clock() : record.timestamp * 1000;
      if (record.outcome === 'detected') detectedAt = at;
      if (record.outcome !== 'shed') endedAt = at;
      if (isNews) paces.result(record);
    },
    camera: paces.camera,
    picture(camera) {
      pictures.set(camera, (pictures.get(camera) ?? 0) + 1);
    },
    skipped(viewer, total) {
      lineOf(viewer).total = total;
    },
    beat(all) {
      const shares = [...all].map(beatViewer);
      const worst = Math.max(0, ...shares);
      viewers = {
        count: shares.length,
        slow: shares.filter((share) => share >= Math.max(worst / 2, 0.01)).length,
        skipped: worst,
      };
      pictures = new Map();
      const listening = isLive() && !problem();
      if (!listening) listeningSince = clock();
      paces.tick(listening);
    },
    observe: () => ({
      ...way.over(WINDOW),
      detectedAgo: (clock() - detectedAt) / 1000,
      endedAgo: (clock() - endedAt) / 1000,
      cameras: options.cameras(),
      paces: paces.all(),
      missing: options.missing(),
      viewers,
      listening: (clock() - listeningSince) / 1000,
      problem: problem(),
    }),
    clear: paces.clear,
  };
}
