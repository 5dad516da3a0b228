import { type Config, choice, decimal, type Env, optional, readConfig, url } from '../process/config.ts';

const ROOTS = ['always_on', 'always_off', 'traceidratio'] as const;
const SAMPLERS = [...ROOTS, ...ROOTS.map((name) => `parentbased_${name}` as const)];

/** OpenTelemetry's standard variables, and one of ours. Its exporter reads headers, timeout and certificates itself. */
const settings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: url(['http', 'https']),
  OTEL_TRACES_EXPORTER: optional(choice(['otlp', 'none'])),
  OTEL_EXPORTER_OTLP_PROTOCOL: optional(choice(['http/protobuf'])),
  OTEL_EXPORTER_OTLP_COMPRESSION: optional(choice(['gzip', 'none'])),
  OTEL_TRACES_SAMPLER: choice(SAMPLERS, { fallback: 'parentbased_always_on' }),
  OTEL_TRACES_SAMPLER_ARG: decimal({ min: 0, max: 1, fallback: 1 }),
  OTEL_BSP_SCHEDULE_DELAY: decimal({ min: 1, max: 600_000, fallback: 5_000 }),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: decimal({ min: 1, max: 100_000, fallback: 512 }),
  OTEL_BSP_MAX_QUEUE_SIZE: decimal({ min: 1, max: 1_000_000, fallback: 2_048 }),
  TRACES_SLOW_MS: decimal({ min: 0, max: 3_600_000, fallback: 500 }),
};

/** The endpoint is the whole address that traces are posted to. */
export type TraceSettings = Config<typeof settings>;

/** Undefined unless an endpoint is set, or where traces are switched off. @throws ConfigError */
export function readTraceSettings(env: Env): TraceSettings | undefined {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || (base && `${base.replace(/\/$/, '')}/v1/traces`);
  const isOff = env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none';
  if (!endpoint || isOff) return undefined;
  return readConfig(settings, {
    ...env,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL,
    OTEL_EXPORTER_OTLP_COMPRESSION: env.OTEL_EXPORTER_OTLP_TRACES_COMPRESSION || env.OTEL_EXPORTER_OTLP_COMPRESSION,
  });
}

/**
 * Decides whether a trace is sent that nothing else speaks for.
 * @param parentSampled what the source's caller decided; undefined without a caller.
 */
export type Sampler = (trace_id: string, parentSampled: boolean | undefined) => boolean;

/**
 * Compares the last seven bytes of the trace id, which W3C wants random, with the ratio: all parts decide alike. OpenTelemetry's own
 * sampler also mixes in the other bytes, and wants a context for a parent.
 */
export function createSampler({ OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG }: TraceSettings): Sampler {
  const root = OTEL_TRACES_SAMPLER.replace('parentbased_', '') as (typeof ROOTS)[number];
  const ratio = { always_on: 1, always_off: 0, traceidratio: OTEL_TRACES_SAMPLER_ARG }[root];
  const byRoot = (trace_id: string) => Number.parseInt(trace_id.slice(18, 30), 16) >= (1 - ratio) * 2 ** 48;
  if (root === OTEL_TRACES_SAMPLER) return byRoot;
  return (trace_id, parentSampled) => parentSampled ?? byRoot(trace_id);
}
