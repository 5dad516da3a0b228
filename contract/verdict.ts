import { z } from 'zod';
import { cameraId } from './camera.ts';

/** Everything that a verdict can name, in the order in which one explains another. */
export const cause = z.enum([
  'broker',
  'gateway-away',
  'connector',
  'no-replicas',
  'unaccounted',
  'memory',
  'cpu',
  'io',
  'replicas',
  'detector',
  'gateway',
  'broker-slow',
  'producer',
  'camera-offline',
  'camera-silent',
  'pictures',
  'failing',
  'viewer',
  'metrics',
]);
export type Cause = z.infer<typeof cause>;

/** The names that `api/history` knows. */
export const HISTORY = [
  'rate',
  'outcomes',
  'latency',
  'stages',
  'age',
  'queue',
  'drain',
  'replicas',
  'utilisation',
  'cpu',
  'memory',
  'pressure',
  'objective',
] as const;
export type HistoryName = (typeof HISTORY)[number];

/** A number that a verdict rests on, and what it should be. */
export const evidence = z.object({
  words: z.string(),
  value: z.number(),
  unit: z.enum(['ms', 's', 'share', 'frames', 'frames/s', 'pages']),
  /** Beyond it something is wrong. */
  limit: z.number().optional(),
  /** A series of `api/history` that shows it over time. */
  series: z.enum(HISTORY).optional(),
});
export type Evidence = z.infer<typeof evidence>;

/** What holds the system back: a named cause, what it is and by how much, what helps, and the numbers behind it. */
export const finding = z.object({
  cause,
  tone: z.enum(['warn', 'bad']),
  /** A sentence. */
  words: z.string(),
  advice: z.string(),
  evidence: z.array(evidence).default([]),
  /** Whom it is about, where it is about one. */
  camera_id: cameraId.optional(),
  node_id: z.string().optional(),
  /** Since when, seconds since the epoch. */
  since: z.number(),
});
export type Finding = z.infer<typeof finding>;

/** `GET api/verdict`: the first explains what follows it. None: all is well, as far as the server sees. */
export const verdictAnswer = z.object({ findings: z.array(finding) });
export type VerdictAnswer = z.infer<typeof verdictAnswer>;

/** That a finding began or ended, as it stands in `result_queue`: the history of verdicts. */
export const verdictRecord = z.object({
  finding,
  /** Seconds since the epoch; absent while it lasts. */
  until: z.number().optional(),
  node_id: z.string(),
  timestamp: z.number(),
});
export type VerdictRecord = z.infer<typeof verdictRecord>;

/** `GET api/history/events?limit=<n>`: what happened, the newest first: findings, and cameras that came and went. */
export const event = z.discriminatedUnion('type', [
  z.object({ type: z.literal('finding'), at: z.number(), until: z.number().optional(), finding }),
  z.object({
    type: z.literal('camera'),
    at: z.number(),
    camera_id: cameraId,
    state: z.string(),
    words: z.string().optional(),
  }),
]);
export type Event = z.infer<typeof event>;
export const eventsAnswer = z.object({ events: z.array(event), known_since: z.number().nullable() });
export type EventsAnswer = z.infer<typeof eventsAnswer>;

/**
 * `GET api/history?from=<s>&to=<s>&series=<name,...>`, seconds since the epoch: series of Prometheus over time, at most 600 points each.
 * A point without a value is a gap. 503 where no Prometheus answers.
 */
export const historyAnswer = z.object({
  from: z.number(),
  to: z.number(),
  step: z.number(),
  series: z.array(
    z.object({
      name: z.string(),
      /** What tells the lines of one name apart: a stage, an outcome, a replica. */
      label: z.string().optional(),
      unit: z.enum(['s', 'frames', 'frames/s', 'replicas', 'share', 'cores', 'bytes']),
      points: z.array(z.tuple([z.number(), z.number().nullable()])),
    }),
  ),
});
export type HistoryAnswer = z.infer<typeof historyAnswer>;

/** `GET api/objective`: whether pictures are as fresh as was promised, as viewers measured them when they drew them. */
export const objectiveAnswer = z.object({
  /** Milliseconds: what a picture may be old at the glass. */
  target: z.number(),
  /** The share of pictures that is to hold it, 0 to 1. */
  goal: z.number(),
  /** Over the last 5 minutes; absent where nobody draws. */
  within: z.number().optional(),
  pictures: z.int().nonnegative(),
  cameras: z.array(
    z.object({ camera_id: cameraId, within: z.number(), pictures: z.int().nonnegative(), p95: z.number() }),
  ),
});
export type ObjectiveAnswer = z.infer<typeof objectiveAnswer>;

/** What can be broken on purpose, where the system was started for it. */
export const wound = z.enum(['cpu', 'memory', 'camera', 'replica', 'broker', 'gateway', 'pictures', 'viewer']);
export type Wound = z.infer<typeof wound>;

/** `GET api/chaos` (404 unless started for it), and of `POST api/chaos` `{ wound, seconds }`; `DELETE api/chaos` heals all. */
export const chaosAnswer = z.object({
  /** Seconds: no wound lasts longer. */
  longest: z.number(),
  wounds: z.array(z.object({ wound, words: z.string(), until: z.number().optional() })),
});
export type ChaosAnswer = z.infer<typeof chaosAnswer>;
