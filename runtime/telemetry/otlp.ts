import type { Attributes, SpanContext } from '@opentelemetry/api';
import type { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { Resource } from '@opentelemetry/resources';
import { Counter, type Registry } from 'prom-client';
import { background } from '../process/background.ts';
import type { Env } from '../process/config.ts';
import type { Log } from './log.ts';
import { readTraceSettings, type Sampler, type TraceSettings } from './otlp-settings.ts';

/** One part of a way, after the fact. */
export interface Span {
  trace_id: string;
  span_id: string;
  parent_id?: string;
  name: string;
  kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** The part that did it, and which replica of it. Absent: the one that tells. */
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

type ReadableSpan = Parameters<OTLPTraceExporter['export']>[0][number];

/** Resources kept: replicas come and go. */
const MAX_RESOURCES = 200;
/** How long posting the last spans may take at the end, milliseconds. */
const CLOSE_MS = 3_000;

/**
 * Undefined unless OpenTelemetry's environment variables name an endpoint: nothing of it is loaded then.
 * @param service what this part is called, unless they say otherwise.
 * @throws ConfigError
 */
export function createSpanExporter(options: {
  env: Env;
  service: string;
  instance: string;
  registry: Registry;
  log: Log;
}): SpanExporter | undefined {
  const { env, service, instance, registry, log } = options;
  const settings = readTraceSettings(env);
  if (!settings) return undefined;
  const counter = new Counter({
    name: 'otlp_spans_total',
    help: 'Spans for the OpenTelemetry collector: sent, failed (not taken by it), dropped (too many were waiting).',
    labelNames: ['outcome'],
    registers: [registry],
  });
  for (const outcome of ['sent', 'failed', 'dropped']) counter.inc({ outcome }, 0);
  const loading = load(settings, { service, instance });
  const waiting: Span[] = [];
  let timer: NodeJS.Timeout | undefined;
  let posting: Promise<void> | undefined;
  let trouble = false;

  async function post(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const { exporter, toReadable } = await loading;
    const batch = waiting.splice(0, settings!.batch);
    if (batch.length === 0) return;
    const result = await new Promise<{ error?: Error }>((resolve) => exporter.export(batch.map(toReadable), resolve));
    counter.inc({ outcome: result.error ? 'failed' : 'sent' }, batch.length);
    if (result.error && !trouble) log.warn({ why: result.error.message }, 'the OpenTelemetry collector takes no spans');
    if (!result.error && trouble) log.info('the OpenTelemetry collector takes spans again');
    trouble = result.error !== undefined;
  }

  /** One post at a time. */
  function postNext(): void {
    posting ??= post()
      .catch((error) => log.error({ err: error }, 'spans could not be exported'))
      .finally(() => {
        posting = undefined;
        schedule();
      });
  }

  function schedule(): void {
    if (waiting.length >= settings!.batch) postNext();
    else if (waiting.length > 0) timer ??= setTimeout(postNext, settings!.delayMs).unref();
  }

  function take(spans: Span[]): void {
    const room = settings!.queue - waiting.length;
    // half a trace is worth less than none
    if (spans.length > room) counter.inc({ outcome: 'dropped' }, spans.length);
    else waiting.push(...spans);
    schedule();
  }

  log.info({ url: settings.url }, 'traces go to an OpenTelemetry collector');
  return {
    sampler: settings.sampler,
    slowMs: settings.slowMs,
    offer(make) {
      setImmediate(() => take(make()));
    },
    async close() {
      await new Promise((resolve) => setImmediate(resolve)); // what was offered last
      const end = Date.now() + CLOSE_MS;
      while ((waiting.length > 0 || posting) && Date.now() < end) {
        postNext();
        await Promise.race([posting, new Promise((resolve) => setTimeout(resolve, end - Date.now()).unref())]);
        if (trouble) break;
      }
      counter.inc({ outcome: 'dropped' }, waiting.splice(0).length);
      clearTimeout(timer);
      background(
        loading.then(({ exporter }) => exporter.shutdown()),
        log,
        'closing the exporter of spans',
      );
    },
  };
}

/** OpenTelemetry's own exporter, and our spans in its form. Certificates and what else there is to set it reads itself. */
async function load(settings: TraceSettings, own: { service: string; instance: string }) {
  const [{ OTLPTraceExporter }, { resourceFromAttributes }, { SpanKind, SpanStatusCode, TraceFlags }] =
    await Promise.all([
      import('@opentelemetry/exporter-trace-otlp-proto'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/api'),
    ]);
  const { url, headers, timeoutMs, gzip } = settings;
  const exporter = new OTLPTraceExporter({
    url,
    headers,
    timeoutMillis: timeoutMs,
    ...(gzip && { compression: 'gzip' as never }),
  });
  const resources = new Map<string, Resource>();

  function resourceOf(service: string | undefined, instance: string | undefined): Resource {
    const key = `${service} ${instance}`;
    let found = resources.get(key);
    if (!found) {
      if (resources.size >= MAX_RESOURCES) resources.clear();
      found = resourceFromAttributes({
        'service.namespace': 'framewire',
        ...settings.resource,
        'service.name': service ?? settings.serviceName ?? own.service,
        ...((service === undefined || instance) && { 'service.instance.id': instance ?? own.instance }),
      });
      resources.set(key, found);
    }
    return found;
  }

  const toReadable = (span: Span): ReadableSpan => {
    const { trace_id: traceId, parent_id, attributes = {}, error } = span;
    const context = (spanId: string): SpanContext => ({ traceId, spanId, traceFlags: TraceFlags.SAMPLED });
    const [startTime, endTime] = [toHrTime(span.start), toHrTime(Math.max(span.start, span.end))];
    return {
      name: span.name,
      kind: SpanKind[(span.kind ?? 'internal').toUpperCase() as keyof typeof SpanKind],
      spanContext: () => context(span.span_id),
      ...(parent_id && { parentSpanContext: context(parent_id) }),
      startTime,
      endTime,
      duration: toHrTime(Math.max(0, span.end - span.start)),
      status: error === undefined ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: error },
      attributes,
      links: [],
      events: [],
      ended: true,
      resource: resourceOf(span.service, span.instance),
      instrumentationScope: { name: 'framewire' },
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  };
  return { exporter, toReadable };
}

/** Seconds, and nanoseconds within. Milliseconds since the epoch have room for microseconds. */
function toHrTime(ms: number): [number, number] {
  const micros = Math.round(ms * 1_000);
  const seconds = Math.floor(micros / 1e6);
  return [seconds, (micros - seconds * 1e6) * 1_000];
}
