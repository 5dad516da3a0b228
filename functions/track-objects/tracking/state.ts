import { z } from 'zod';
import type { Motion } from './motion.ts';
import type { TrackerState } from './tracker.ts';

/** The state of a tracker as it travels in a record: about 400 bytes for a track. */
const axis = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number()]);
const encodedTrack = z.object({
  id: z.int().positive().optional(),
  s: z.string(),
  l: z.string().optional(),
  m: z.tuple([axis, axis, axis, axis]),
  t: z.tuple([z.number(), z.number(), z.int().positive(), z.number()]),
  z: z.record(z.string(), z.number()).optional(),
  p: z.tuple([z.number(), z.number()]).optional(),
  c: z.record(z.string(), z.number()).optional(),
});
const encodedState = z.object({
  v: z.literal(1),
  last_id: z.int().nonnegative(),
  at: z.number().optional(),
  interval: z.number().positive(),
  source: z.string().optional(),
  seq: z.number().optional(),
  tracks: z.array(encodedTrack).max(1_000),
});
export type EncodedState = z.infer<typeof encodedState>;

/** A tracker's state, and the last frame that it saw. */
export interface Progress {
  tracker: TrackerState;
  source?: string;
  seq?: number;
}

export function encodeState({ tracker, source, seq }: Progress): EncodedState {
  const { lastId, at, interval, tracks } = tracker;
  return {
    v: 1,
    last_id: lastId,
    at,
    interval: round(interval),
    source,
    seq,
    tracks: tracks.map((one) => ({
      id: one.id,
      s: one.sighting_id,
      l: one.label,
      m: one.motion.map((values) => values.map(round)) as Motion,
      t: [one.begin, one.last, one.frames, round(one.missed)],
      z: nonEmpty(one.presence),
      p: one.passage.place && [round(one.passage.place[0]), round(one.passage.place[1])],
      c: nonEmpty(one.passage.sides),
    })),
  };
}

/** Undefined for what is no state of this version. */
export function decodeState(value: unknown): Progress | undefined {
  const { data } = encodedState.safeParse(value);
  if (!data) return undefined;
  const { last_id, at, interval, source, seq, tracks } = data;
  return {
    source,
    seq,
    tracker: {
      lastId: last_id,
      at,
      interval,
      tracks: tracks.map(({ id, s, l, m, t: [begin, last, frames, missed], z = {}, p, c = {} }) => ({
        id,
        sighting_id: s,
        label: l,
        motion: m,
        begin,
        last,
        frames,
        missed,
        presence: z,
        passage: { place: p, sides: c },
      })),
    },
  };
}

const round = (value: number): number => Number(value.toPrecision(6));

const nonEmpty = (record: Record<string, number>) => (Object.keys(record).length ? record : undefined);
