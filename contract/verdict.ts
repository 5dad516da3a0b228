import { z } from 'zod';
import { cameraId } from './cameras/camera.ts';

/** Everything that the diagnosis can name. */
export const cause = z.enum([
  'broker',
  'topology',
  'gateway-away',
  'connector',
  'camera-connector',
  'ingest',
  'results',
  'no-replicas',
  'replica',
  'unaccounted',
  'memory',
  'cpu',
  'io',
  'replicas',
  'detector',
  'gateway',
  'broker-slow',
  'clock',
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
  /** Beyond it something is wrong; with `bound: 'min'` below it. */
  limit: z.number().optional(),
  bound: z.enum(['max', 'min']).optional(),
  /** A series of `api/history` that shows it over time. */
  series: z.enum(HISTORY).optional(),
});
export type Evidence = z.infer<typeof evidence>;

/** What holds the system back: a named cause, what it is and by how much, what helps, and the numbers behind it. */
export const finding = z.object({
  /** Of the incident: the same from its beginning to its end, at every replica of results-ws. */
  id: z.string().max(64).optional(),
  cause,
  /** `note`: something is tight, and what was promised holds all the same; `warn`: it does not, or soon will not; `bad`: a part is down. */
  tone: z.enum(['note', 'warn', 'bad']),
  /** A sentence. */
  words: z.string(),
  advice: z.string(),
  evidence: z.array(evidence).default([]),
  /** What else is found and follows from it. */
  effects: z.array(z.object({ cause, words: z.string() })).default([]),
  /** Whom it is about, where it is about one; several cameras are one finding. */
  camera_id: cameraId.optional(),
  camera_ids: z.array(cameraId).max(100).optional(),
  node_id: z.string().optional(),
  /** Since when, seconds since the epoch. */
  since: z.number(),
});
export type Finding = z.infer<typeof finding>;

/**
 * How the system is as a whole:
 * - `ok`: nothing is found;
 * - `tight`: something is short, and what was promised holds;
 * - `degraded`: what was promised does not hold, or is about to fail, or one camera, viewer or replica has trouble;
 * - `broken`: a part is down, and no frame, or not every frame, gets through.
 */
export const systemState = z.enum(['ok', 'tight', 'degraded', 'broken']);
export type SystemState = z.infer<typeof systemState>;

/** What was promised, and how far it is held now. */
export const promise = z.object({
  /** Milliseconds: what a picture may be old at the glass. The share of pictures that is to hold it, 0 to 1. */
  target: z.number(),
  goal: z.number(),
  /** The share that held it in the last minute: of the pictures that viewers drew, or of the outcomes where nobody draws. */
  within: z.number().optional(),
  /** Of the last seconds: 95 of 100 frames had their outcome within so many milliseconds. */
  p95: z.number().optional(),
  /** Of the frames that came in the last seconds, the share that was let go or came too late, 0 to 1. */
  lost: z.number(),
  /** Whether it holds, is about to fail, or fails. */
  holds: z.enum(['yes', 'barely', 'no']),
});
export type KeptPromise = z.infer<typeof promise>;

/** A part of the diagnosis that failed itself: what it would have found is not known. */
export const gap = z.object({ what: z.string(), message: z.string(), since: z.number() });
export type Gap = z.infer<typeof gap>;

/** `GET api/verdict`: the first is the worst. No finding and no gap: all is well, as far as the server sees. */
export const verdictAnswer = z.object({
  state: systemState.default('ok'),
  promise: promise.optional(),
  findings: z.array(finding),
  gaps: z.array(gap).default([]),
});
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

/** `GET api/incidents/<id>`: a finding from its beginning to its end, with the evidence as it was then; 404 where it is not known. */
export const incidentAnswer = z.object({
  incident: z.object({ id: z.string(), at: z.number(), until: z.number().optional(), finding }),
});
export type IncidentAnswer = z.infer<typeof incidentAnswer>;

/** `GET api/history/events?limit=<n>`: what happened, the newest first: findings, and cameras that came and went. */
export const event = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('finding'),
    id: z.string().optional(),
    at: z.number(),
    until: z.number().optional(),
    finding,
  }),
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
