import { METRIC, SECONDS_BUCKETS, type SloAnswer } from '@framewire/contract';
import { Counter, createCameraLabels, Gauge, Histogram, type Registry } from '@framewire/runtime/telemetry';

/** The answer is of so many seconds, by pieces of so many. */
const WINDOW = 300;
const PIECE = 10;
/** Ages are kept apart by steps of a tenth: enough for a percentile, and the same memory for any number of frames. */
const STEP = 1.1;

/** Whether frames are as fresh as the SLO wants, as viewers report when they draw them. */
export interface Slo {
  /** @param age milliseconds from the capture; below 0 where clocks differ. */
  drawn(camera: string, age: number): void;
  answer(): SloAnswer;
  /** Of so many of the last seconds, 300 at most: frames of all cameras, and the share within the target. */
  recent(seconds: number): { frames: number; good_ratio: number };
}

interface Piece {
  at: number;
  good: number;
  /** How many were of each age, by the power of `STEP`. */
  ages: Map<number, number>;
  frames: number;
}

/**
 * @param target end-to-end latency that a frame may have, milliseconds.
 * @param objective the share of frames that is to meet it, 0 to 1.
 * @param clock milliseconds since the epoch.
 */
export function createSlo(options: {
  target: number;
  objective: number;
  registry: Registry;
  clock?: () => number;
}): Slo {
  const { target, objective, registry, clock = Date.now } = options;
  const registers = [registry];
  const counter = new Counter({
    name: METRIC.drawn,
    help: 'Frames that viewers drew, by camera and whether they were within the target; camera_id is "other" beyond 200 cameras at once.',
    labelNames: ['camera_id', 'good'],
    registers,
  });
  const histogram = new Histogram({
    name: METRIC.endToEnd,
    help: 'Age of a frame when a viewer drew it, seconds from its capture.',
    buckets: SECONDS_BUCKETS,
    registers,
  });
  const gauge = (name: string, help: string, value: number) => new Gauge({ name, help, registers }).set(value);
  gauge(METRIC.target, 'End-to-end latency that a frame may have, seconds.', target / 1000);
  gauge(METRIC.objective, 'The ratio of frames that should meet the target, 0 to 1.', objective);
  /** By label, which is a line of the answer too. */
  const cameras = new Map<string, Piece[]>();
  const labelOf = createCameraLabels((camera_id) => {
    cameras.delete(camera_id);
    for (const good of ['true', 'false']) counter.remove({ camera_id, good });
  }, clock);

  const recent = (pieces: Piece[], seconds = WINDOW) => pieces.filter(({ at }) => at > clock() / 1000 - seconds);

  function piecesOf(camera: string): Piece[] {
    let pieces = cameras.get(camera);
    if (pieces) return pieces;
    pieces = [];
    cameras.set(camera, pieces);
    // a rate needs a first value: without it the first late frame after a start is not seen
    for (const good of ['true', 'false']) counter.inc({ camera_id: camera, good }, 0);
    return pieces;
  }

  return {
    drawn(camera, age) {
      histogram.observe(Math.max(0, age) / 1000);
      const camera_id = labelOf(camera);
      const pieces = piecesOf(camera_id);
      const at = Math.floor(clock() / 1000 / PIECE) * PIECE;
      let piece = pieces.at(-1);
      if (piece?.at !== at) {
        piece = { at, good: 0, frames: 0, ages: new Map() };
        pieces.splice(0, pieces.length, ...recent(pieces), piece);
      }
      const isGood = age <= target;
      const step = Math.ceil(Math.log(Math.max(1, age)) / Math.log(STEP));
      piece.frames++;
      piece.good += isGood ? 1 : 0;
      piece.ages.set(step, (piece.ages.get(step) ?? 0) + 1);
      counter.inc({ camera_id, good: String(isGood) });
    },
    recent(seconds) {
      const pieces = [...cameras.values()].flatMap((all) => recent(all, seconds));
      const frames = sum(pieces, 'frames');
      return { frames, good_ratio: frames > 0 ? sum(pieces, 'good') / frames : 1 };
    },
    answer() {
      const views = [...cameras].flatMap(([camera_id, all]) => {
        const pieces = recent(all);
        const frames = sum(pieces, 'frames');
        if (frames === 0) return [];
        return [{ camera_id, good: sum(pieces, 'good'), frames, p95: percentile(pieces, 0.95) }];
      });
      const frames = sum(views, 'frames');
      return {
        target,
        objective,
        ...(frames > 0 && { good_ratio: ratio(sum(views, 'good'), frames) }),
        frames,
        cameras: views.map(({ good, ...view }) => ({ ...view, good_ratio: ratio(good, view.frames) })),
      };
    },
  };
}

const sum = <K extends string>(rows: Record<K, number>[], name: K) => rows.reduce((total, row) => total + row[name], 0);

/** To four digits, rounded down: a ratio below the objective never reads as if it met it. */
const ratio = (good: number, frames: number) => Math.floor((good * 10_000) / frames) / 10_000;

/** Within a tenth; milliseconds. */
function percentile(pieces: Piece[], share: number): number {
  const ages = new Map<number, number>();
  for (const piece of pieces) for (const [step, count] of piece.ages) ages.set(step, (ages.get(step) ?? 0) + count);
  let left = share * sum(pieces, 'frames');
  for (const step of [...ages.keys()].sort((a, b) => a - b)) {
    left -= ages.get(step)!;
    if (left <= 0) return Math.round(STEP ** step);
  }
  return 0;
}
