import { type FrameSpan, spanIdOf, writeTraceparent } from '@framewire/contract';
import { type FrameTrace, frameTrace, isExported, type Span, type SpanExporter } from '@framewire/runtime/telemetry';
import type { FrameFacts } from './consume/delivery.ts';
import type { Moments, Outcome } from './settle/outcome.ts';

/** One invocation of the function for a frame; milliseconds since the epoch. */
export interface Try {
  span: `invoke.${number}.${number}`;
  fn: string;
  began: number;
  ended: number;
  /** The HTTP status, or why there was none. */
  code: string;
  /** Why it was not the last, or failed. */
  reason?: string;
}

/** What is known of a delivery once its outcome is confirmed, or the frame was given back. */
export interface SettledDelivery {
  frame: FrameFacts;
  outcome: Outcome;
  moments: Moments;
  /** Those of this delivery. */
  tries: readonly Try[];
  /** When the outcome was known, and when the broker had confirmed it. */
  known: number;
  confirmed: number;
}

/** Exports the frame pipeline as traces. All times are in the frame's record already: nothing is measured for a trace. */
export interface Traces {
  /** Adds a try to those of its delivery. */
  tried(tries: Try[], one: Try): void;
  /** The header of an invocation: a function that is instrumented itself joins the trace by it. */
  traceparent(frame: FrameFacts, span: FrameSpan): string;
  /** @param settled a delivery that is about to be acked or given back. */
  record(settled: SettledDelivery): void;
}

/** A frame that is held for minutes is tried often: the first tries are kept, and the last. */
const MAX_TRIES = 30;

export function createTraces(exporter: SpanExporter): Traces {
  return {
    tried(tries, one) {
      if (tries.length >= MAX_TRIES) tries.pop();
      tries.push(one);
    },
    traceparent(frame, span) {
      const { trace_id, flags } = frameTrace(frame);
      return writeTraceparent({ trace_id, span_id: spanIdOf(frame.frame_id, span), flags });
    },
    record(settled) {
      const { frame, outcome, known } = settled;
      const trace = frameTrace(frame);
      if (!isExported(exporter, trace, { outcome: outcome.kind, age: known - frame.captured_at })) return;
      exporter.offer(() => spansOf(settled, trace));
    },
  };
}

/** All stages of a frame that has ended; of a frame that was given back, its tries. */
function spansOf(settled: SettledDelivery, trace: FrameTrace): Span[] {
  const { frame, outcome, moments, tries, known, confirmed } = settled;
  const { trace_id, root } = trace;
  const id = (span: Parameters<typeof spanIdOf>[1]) => spanIdOf(frame.frame_id, span);
  const part = (span: Omit<Span, 'trace_id' | 'parent_id'> & { parent_id?: string }): Span => ({
    trace_id,
    parent_id: root,
    ...span,
  });
  const invocations = tries.flatMap((one) => invocation(one, one === tries.at(-1) ? outcome : undefined, { part, id }));
  if (outcome.kind === 'retry' || outcome.kind === 'release') return invocations;

  const { captured_at, published_at = captured_at } = frame;
  const { received_at = known, invoked_at = known, answered_at = known } = moments;
  const producer = { service: 'producer', instance: frame.source };
  return [
    {
      trace_id,
      span_id: root,
      parent_id: trace.parent_id,
      name: 'frame',
      ...producer,
      start: captured_at,
      end: confirmed,
      attributes: attributesOf(frame, outcome),
      ...('reason' in outcome && { error: outcome.reason }),
    },
    part({
      span_id: id('publish'),
      name: 'publish',
      kind: 'producer',
      ...producer,
      start: captured_at,
      end: published_at,
      attributes: { 'messaging.system': 'rabbitmq', 'messaging.destination.name': 'frames' },
    }),
    part({
      span_id: id('queue'),
      name: 'queue',
      service: 'rabbitmq',
      start: published_at,
      end: received_at,
      attributes: { 'messaging.system': 'rabbitmq' },
    }),
    part({ span_id: id('hold'), name: 'hold', start: received_at, end: invoked_at }),
    ...invocations,
    part({
      span_id: id('result'),
      name: 'result',
      kind: 'producer',
      start: answered_at,
      end: confirmed,
      attributes: { 'messaging.system': 'rabbitmq', 'messaging.destination.name': 'results' },
    }),
  ];
}

interface Make {
  part(span: Omit<Span, 'trace_id' | 'parent_id'> & { parent_id?: string }): Span;
  id(span: Parameters<typeof spanIdOf>[1]): string;
}

/**
 * The connector's call, the gateway within it, and within that what the function said of its own work. The function's clock is another
 * one: its work is taken to lie in the middle, with as much of the hop before it as behind.
 */
function invocation(one: Try, outcome: Outcome | undefined, { part, id }: Make): Span[] {
  const { span, fn, began, ended, code, reason } = one;
  const status = Number(code);
  const http = { ...(status > 0 && { 'http.response.status_code': status }), 'http.request.method': 'POST' };
  const error = reason ?? (outcome && 'reason' in outcome ? outcome.reason : undefined);
  const call = part({
    span_id: id(span),
    name: 'invoke',
    kind: 'client',
    start: began,
    end: ended,
    attributes: { ...http, 'faas.invoked_name': fn, ...(status > 0 ? {} : { 'error.type': code }) },
    error,
  });
  if (outcome?.kind !== 'detected') return [call];
  const { node_id, detector, stages } = outcome.answer;
  const { wait = 0, decode = 0, detect = 0, cpu, run_queue, minor_faults, major_faults } = stages;
  const hop = Math.max(0, ended - began - wait - decode - detect);
  const start = began + hop / 2;
  const gateway = `${span}/gateway` as const;
  const work = `${span}/function` as const;
  const within = (name: string, from: number, took: number, attributes: Span['attributes'] = {}) =>
    part({
      span_id: id(`${span}/${name}`),
      parent_id: id(work),
      name,
      service: fn,
      instance: node_id,
      start: from,
      end: from + took,
      attributes,
    });
  return [
    call,
    part({
      span_id: id(gateway),
      parent_id: id(span),
      name: 'gateway',
      kind: 'server',
      service: 'gateway',
      start: began,
      end: ended,
      attributes: { ...http, 'framewire.hop_ms': hop },
    }),
    part({
      span_id: id(work),
      parent_id: id(gateway),
      name: fn,
      kind: 'server',
      service: fn,
      instance: node_id,
      start,
      end: start + wait + decode + detect,
      attributes: { 'framewire.detector': detector },
    }),
    within('wait', start, wait),
    within('decode', start + wait, decode),
    within('detect', start + wait + decode, detect, {
      'framewire.cpu_ms': cpu,
      'framewire.run_queue_ms': run_queue,
      'framewire.minor_faults': minor_faults,
      'framewire.major_faults': major_faults,
    }),
  ];
}

function attributesOf({ frame_id, camera_id, topic, source, seq }: FrameFacts, outcome: Outcome): Span['attributes'] {
  return {
    'framewire.frame_id': frame_id,
    'framewire.camera_id': camera_id,
    'framewire.topic': topic,
    'framewire.source': source,
    'framewire.seq': seq,
    'framewire.outcome': outcome.kind,
    ...(outcome.kind === 'detected' && {
      'framewire.detections': outcome.answer.detections.length,
      'framewire.image': `${outcome.answer.image.width}x${outcome.answer.image.height}`,
    }),
  };
}
