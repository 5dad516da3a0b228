import { METRIC, SECONDS_BUCKETS } from '@framewire/contract';
import { Counter, createCameraLabels, Gauge, Histogram, type Registry } from '@framewire/runtime/telemetry';
import type { Outcome } from './settle/outcome.ts';

export interface ConnectorMetrics {
  frame(camera_id: string, outcome: Outcome['kind']): void;
  stage(stage: 'queue' | 'invoke' | 'result', ms: number): void;
  /** @param code the HTTP status, or why there was none. */
  invocation(fn: string, code: string): void;
  retry(queue: string): void;
  busy(queue: string): void;
  /** Frames dropped as stale here, or shed at their sources. */
  overload(queue: string, frames: number): void;
  redelivered(queue: string): void;
  foreignDeadLetter(): void;
  /** @param fn the function that has the queue now. */
  concurrency(queue: string, fn: string, limit: number): void;
  inFlight(queue: string, count: number): void;
  shedRatio(queue: string, ratio: number): void;
  /** A frame for viewers: `dropped` where too many waited for their confirm already. */
  viewerFrame(result: 'forwarded' | 'dropped' | 'failed'): void;
  /** Nobody consumes the queue any more, and its gauges go. */
  forget(queue: string): void;
}

/** What `frames` is counted by. */
const ENDED: Outcome['kind'][] = ['detected', 'expired', 'rejected', 'failed', 'passed', 'dropped'];

export function createMetrics(registry: Registry): ConnectorMetrics {
  const registers = [registry];
  const frames = new Counter({
    name: METRIC.frames,
    help: 'Frames that ended here, by outcome; camera_id is "other" beyond 200 cameras at once.',
    labelNames: ['camera_id', 'outcome'],
    registers,
  });
  const stages = new Histogram({
    name: METRIC.stage,
    help: 'Where a frame spends its time, seconds: queue (published to received), invoke (asked to answered), result (known to confirmed).',
    labelNames: ['stage'],
    buckets: SECONDS_BUCKETS,
    registers,
  });
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name, help, labelNames: ['queue', ...labelNames], registers });
  const invocations = counter(
    'connector_invocations_total',
    'Invocations, by the HTTP status they ended with, or away, broken, timeout.',
    'function',
    'code',
  );
  const retries = counter('connector_retries_total', 'Frames given back since a try failed.', 'queue');
  const pauses = counter(
    'connector_busy_total',
    'Invocations that were answered by 429 or 503, or reached nobody.',
    'queue',
  );
  const overloaded = counter(
    'connector_frames_shed_total',
    'Frames that overload cost: dropped as stale here, or shed at their sources as asked.',
    'queue',
  );
  const redeliveries = counter(
    'connector_redelivered_total',
    'Deliveries that were not the first of their frame.',
    'queue',
  );
  const foreign = counter(
    'connector_foreign_dead_letters_total',
    'Messages in dead_frames that did not come by dead-lettering: removed without an outcome.',
  );
  const viewerFrames = counter(
    'connector_frames_forwarded_total',
    'Pictures of watched cameras: forwarded to viewers, dropped since too many waited already, or failed.',
    'result',
  );
  for (const result of ['forwarded', 'dropped', 'failed']) viewerFrames.inc({ result }, 0); // a rate needs a first value
  const limits = gauge('connector_concurrency', 'Frames that may be in flight at once.', 'function');
  const functions = new Map<string, string>();
  const shedRatios = gauge(
    'connector_shed_ratio',
    'Share of their live frames that sources are asked to shed, 0 to 1.',
  );
  const inFlight = gauge('connector_in_flight', 'Frames in flight.');
  const labelOf = createCameraLabels((camera_id) => {
    for (const outcome of ENDED) frames.remove({ camera_id, outcome });
  });

  return {
    frame: (camera, outcome) => frames.inc({ camera_id: labelOf(camera), outcome }),
    stage: (stage, ms) => stages.observe({ stage }, Math.max(0, ms) / 1000),
    invocation: (fn, code) => invocations.inc({ function: fn, code }),
    retry: (queue) => retries.inc({ queue }),
    busy: (queue) => pauses.inc({ queue }),
    overload: (queue, frames) => overloaded.inc({ queue }, frames),
    redelivered: (queue) => redeliveries.inc({ queue }),
    foreignDeadLetter: () => foreign.inc(),
    concurrency(queue, fn, limit) {
      const before = functions.get(queue);
      if (before !== undefined && before !== fn) limits.remove({ queue, function: before });
      functions.set(queue, fn);
      limits.set({ queue, function: fn }, limit);
      overloaded.inc({ queue }, 0); // a rate needs a first value
    },
    inFlight: (queue, count) => inFlight.set({ queue }, count),
    shedRatio: (queue, ratio) => shedRatios.set({ queue }, ratio),
    viewerFrame: (result) => viewerFrames.inc({ result }),
    forget(queue) {
      limits.remove({ queue, function: functions.get(queue) ?? '' });
      functions.delete(queue);
      inFlight.remove({ queue });
      shedRatios.remove({ queue });
    },
  };
}
