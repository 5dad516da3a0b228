import { ConfigError, type Env } from '../process/config.ts';

/** What OpenTelemetry's standard environment variables say of traces. (OpenTelemetry Environment Variable Specification.) */
export interface TraceSettings {
  /** The whole address that traces are posted to. */
  url: string;
  headers: Record<string, string>;
  /** As long as one post may take, milliseconds. */
  timeoutMs: number;
  gzip: boolean;
  /** In the place of the part's own name. */
  serviceName?: string;
  /** Of every resource. */
  resource: Record<string, string>;
  /** Milliseconds between two posts, spans in one, and spans that may wait. */
  delayMs: number;
  batch: number;
  queue: number;
  sampler: Sampler;
  /** Our own setting, `TRACES_SLOW_MS`: a frame that was older at its outcome goes out whatever the sampler says. */
  slowMs: number;
}

/**
 * Whether a trace goes out that nothing else speaks for.
 * @param parentSampled what its source's caller decided; undefined where it has none.
 */
export type Sampler = (trace_id: string, parentSampled: boolean | undefined) => boolean;

/** Undefined unless an endpoint is set, or where it is switched off. @throws ConfigError for what cannot be done. */
export function readTraceSettings(env: Env): TraceSettings | undefined {
  const said = (name: string) => env[`OTEL_${name}`] || undefined;
  /** What is said of traces wins over what is said of all. */
  const exporter = (name: string) => said(`EXPORTER_OTLP_TRACES_${name}`) ?? said(`EXPORTER_OTLP_${name}`);
  const url = endpoint(said('EXPORTER_OTLP_TRACES_ENDPOINT'), said('EXPORTER_OTLP_ENDPOINT'));
  if (!url || said('SDK_DISABLED')?.toLowerCase() === 'true' || said('TRACES_EXPORTER') === 'none') return undefined;
  const problems: string[] = [];
  const choice = (name: string, value: string | undefined, allowed: string[]) => {
    if (value !== undefined && !allowed.includes(value))
      problems.push(`OTEL_${name}: ${JSON.stringify(value)}; allowed: ${allowed.join(', ')}`);
    return value;
  };
  const number = (name: string, usual: number, max: number, least = 1) => {
    const value = Number(env[name] || usual);
    if (value >= least && value <= max) return value;
    problems.push(`${name}: ${JSON.stringify(env[name])}; allowed: a number from ${least} to ${max}`);
    return usual;
  };

  if (!URL.canParse(url))
    problems.push(`OTEL_EXPORTER_OTLP_ENDPOINT: ${JSON.stringify(url)}; allowed: http://... or https://...`);
  choice('TRACES_EXPORTER', said('TRACES_EXPORTER'), ['otlp', 'none']);
  choice('EXPORTER_OTLP_PROTOCOL', exporter('PROTOCOL'), ['http/protobuf']);
  const { 'service.name': name, ...resource } = pairs(said('RESOURCE_ATTRIBUTES'));
  const sampler = choice('TRACES_SAMPLER', said('TRACES_SAMPLER'), SAMPLERS) ?? 'parentbased_always_on';
  const settings: TraceSettings = {
    url,
    headers: pairs(exporter('HEADERS')),
    timeoutMs: Number(exporter('TIMEOUT')) || 10_000,
    gzip: choice('EXPORTER_OTLP_COMPRESSION', exporter('COMPRESSION'), ['gzip', 'none']) === 'gzip',
    serviceName: said('SERVICE_NAME') ?? name,
    resource,
    delayMs: number('OTEL_BSP_SCHEDULE_DELAY', 5_000, 600_000),
    batch: number('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512, 100_000),
    queue: number('OTEL_BSP_MAX_QUEUE_SIZE', 2_048, 1_000_000),
    sampler: createSampler(sampler, number('OTEL_TRACES_SAMPLER_ARG', 1, 1, 0)),
    slowMs: number('TRACES_SLOW_MS', 500, 3_600_000, 0),
  };
  if (problems.length) throw new ConfigError(problems);
  return settings;
}

/** The address for traces is whole, the common one is a base. */
const endpoint = (traces: string | undefined, base: string | undefined) =>
  traces ?? (base && `${base.replace(/\/$/, '')}/v1/traces`);

/** `a=b,c=d`, percent-encoded. */
function pairs(text = ''): Record<string, string> {
  const found = text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at).trim(), decode(pair.slice(at + 1).trim())]] : [];
  });
  return Object.fromEntries(found);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const ROOTS = ['always_on', 'always_off', 'traceidratio'] as const;
const SAMPLERS: string[] = [...ROOTS, ...ROOTS.map((name) => `parentbased_${name}`)];

/** By the first six of a trace id's last seven bytes, which W3C wants random: each part that asks of a trace comes to the same. */
function createSampler(name: string, ratio: number): Sampler {
  const root = name.replace('parentbased_', '') as (typeof ROOTS)[number];
  const share = { always_on: 1, always_off: 0, traceidratio: ratio }[root];
  const byRoot = (trace_id: string) => Number.parseInt(trace_id.slice(18, 30), 16) >= (1 - share) * 2 ** 48;
  if (root === name) return byRoot;
  return (trace_id, parentSampled) => parentSampled ?? byRoot(trace_id);
}
