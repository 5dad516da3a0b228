import type { Attributes, SpanContext } from '@opentelemetry/api';
import type { ExportResult } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { SpanExporter as Exporter, ReadableSpan } from '@opentelemetry/sdk-trace';
import { Counter, type Registry } from 'prom-client';
import { background } from '../process/background.ts';
import type { Env } from '../process/config.ts';
import { createLruMap } from '../process/lru.ts';
import { createTurns, within } from '../process/wait.ts';
import type { Log } from './log.ts';
import { createSampler, readTraceSettings, type Sampler, type TraceSettings } from './otlp-settings.ts';

/** A step in the life of a frame, recorded once it is over. */
export interface Span {
  trace_id: string;
  span_id: string;
  parent_id?: string;
  name: string;
  kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** The part that did it, and which replica of it. Absent: the one that exports it. */
  service?: string;
  instance?: string;
  /** Milliseconds since the epoch. */
  start: number;
  end: number;
  attributes?: Attributes;
  /** Why it failed, where it did. */
  error?: string;
}

/** Posts spans to an OpenTelemetry collector, in the background: the caller neither waits nor learns of a failure. */
export interface SpanExporter {
  readonly sampler: Sampler;
  /** The trace of a frame with a higher latency is exported whatever the sampler says. Milliseconds. */
  readonly slowMs: number;
  /** @param make called later, once nothing else is to be done. Beyond the bound of what waits they are dropped, and counted. */
  offer(make: () => Span[]): void;
  /** Posts what waits. */
  close(): Promise<void>;
}

/** Resources kept: replicas come and go. */
const MAX_RESOURCES = 200;
/** How long posting the last spans may take at the end, milliseconds. */
const CLOSE_MS = 3_000;

interface Options {
  env: Env;
  /** The name of this part, unless OpenTelemetry's variables give another. */
  service: string;
  instance: string;
  registry: Registry;
  log: Log;
}

/**
 * Undefined unless OpenTelemetry's environment variables name an endpoint: nothing of OpenTelemetry is loaded then.
 * @throws ConfigError
 */
export function createSpanExporter(options: Options): SpanExporter | undefined {
  const { env, registry, log } = options;
  const settings = readTraceSettings(env);
  if (!settings) return undefined;
  const counter = new Counter({
    name: 'otlp_spans_total',
    help: 'Spans for the OpenTelemetry collector: sent, failed (not taken by it), dropped (too many were waiting).',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of ['sent', 'failed', 'dropped']) counter.inc({ outcome }, 0);
  let waiting = 0;
  let trouble = false;

  // at its end the processor hands over all batches at once, and the exporter would refuse most of them
  const inTurn = createTurns();

  const post =
    (exporter: Exporter): Exporter['export'] =>
    async (spans, done) => {
      const result = await inTurn(() => {
        waiting -= spans.length;
        return new Promise<ExportResult>((resolve) => exporter.export(spans, resolve));
      }).catch((error: Error): ExportResult => ({ code: 1, error }));
      const { error } = result;
      counter.inc({ outcome: error ? 'failed' : 'sent' }, spans.length);
      if (error && !trouble) log.warn({ why: error.message }, 'the OpenTelemetry collector takes no spans');
      if (!error && trouble) log.info('the OpenTelemetry collector takes spans again');
      trouble = error !== undefined;
      done(result);
    };
  const loading = load(settings, options, post);
  background(loading, log, 'loading the exporter of spans');

  async function take(spans: Span[]): Promise<void> {
    // half a trace is worth less than none: the processor itself would drop single spans
    if (waiting + spans.length > settings!.OTEL_BSP_MAX_QUEUE_SIZE) {
      counter.inc({ outcome: 'dropped' }, spans.length);
      return;
    }
    waiting += spans.length;
    const { processor, toReadable } = await loading;
    for (const span of spans) processor.onEnd(toReadable(span));
  }

  log.info({ url: settings.OTEL_EXPORTER_OTLP_ENDPOINT }, 'traces go to an OpenTelemetry collector');
  return {
    sampler: createSampler(settings),
    slowMs: settings.TRACES_SLOW_MS,
    offer(make) {
      setImmediate(() => background((async () => take(make()))(), log, 'taking spans'));
    },
    async close() {
      await new Promise((resolve) => setImmediate(resolve)); // what was offered last
      const { processor } = await loading;
      await within(CLOSE_MS, 'posting the last spans', processor.shutdown()).catch(() => {}); // `post` logs and counts it
      counter.inc({ outcome: 'dropped' }, waiting);
    },
  };
}

/** OpenTelemetry's batches and exporter, and our spans in its form. The exporter reads its other variables itself. */
async function load(settings: TraceSettings, own: Options, post: (exporter: Exporter) => Exporter['export']) {
  const [
    { BatchSpanProcessor },
    { OTLPTraceExporter },
    { resourceFromAttributes },
    { millisToHrTime, parseKeyPairsIntoRecord },
    { SpanKind, SpanStatusCode, TraceFlags },
  ] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-proto'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/core'),
    import('@opentelemetry/api'),
  ]);
  const exporter = new OTLPTraceExporter({ url: settings.OTEL_EXPORTER_OTLP_ENDPOINT });
  const processor = new BatchSpanProcessor({
    exporter: { export: post(exporter), shutdown: () => exporter.shutdown() },
    scheduledDelayMillis: settings.OTEL_BSP_SCHEDULE_DELAY,
    maxExportBatchSize: settings.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
    maxQueueSize: settings.OTEL_BSP_MAX_QUEUE_SIZE,
  });
  const { 'service.name': named, ...common } = parseKeyPairsIntoRecord(own.env.OTEL_RESOURCE_ATTRIBUTES);
  const ownService = own.env.OTEL_SERVICE_NAME || named || own.service;
  const resources = createLruMap<string, Resource>(MAX_RESOURCES);

  function resourceOf({ service, instance = service ? undefined : own.instance }: Span): Resource {
    const key = `${service} ${instance}`;
    const kept = resources.get(key);
    if (kept) return kept;
    const resource = resourceFromAttributes({
      'service.namespace': 'framewire',
      ...common,
      'service.name': service ?? ownService,
      ...(instance && { 'service.instance.id': instance }),
    });
    resources.set(key, resource);
    return resource;
  }

  const toReadable = (span: Span): ReadableSpan => {
    const { trace_id: traceId, parent_id, attributes = {}, error } = span;
    const context = (spanId: string): SpanContext => ({ traceId, spanId, traceFlags: TraceFlags.SAMPLED });
    const took = Math.max(0, span.end - span.start);
    return {
      name: span.name,
      kind: SpanKind[(span.kind ?? 'internal').toUpperCase() as keyof typeof SpanKind],
      spanContext: () => context(span.span_id),
      ...(parent_id && { parentSpanContext: context(parent_id) }),
      startTime: millisToHrTime(span.start),
      endTime: millisToHrTime(span.start + took),
      duration: millisToHrTime(took),
      status: error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
      attributes,
      links: [],
      events: [],
      ended: true,
      resource: resourceOf(span),
      instrumentationScope: { name: 'framewire' },
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  };
  return { processor, toReadable };
}
