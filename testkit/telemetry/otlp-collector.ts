import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { waitFor } from '@framewire/runtime/process';
import { freePort, listenOnLoopback } from '../system/loopback.ts';

/** A span as it arrived. */
export interface SeenSpan {
  trace_id: string;
  span_id: string;
  parent_id: string;
  name: string;
  service: string;
  instance: string;
  resource: Record<string, unknown>;
  /** OTLP's number: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  /** Milliseconds since the epoch. */
  start: number;
  end: number;
  attributes: Record<string, unknown>;
  error?: string;
}

export interface TestCollector {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  url: string;
  spans(): SeenSpan[];
  close(): Promise<void>;
}

/** Names the program of OpenTelemetry's collector, with the otlp receiver and the file exporter. */
export const otelcol = process.env.FRAMEWIRE_OTELCOL;

/** OpenTelemetry's collector with the file exporter behind it. */
export async function startOtelcol(program: string): Promise<TestCollector> {
  const folder = mkdtempSync(join(tmpdir(), 'framewire-otelcol-'));
  const file = join(folder, 'traces.json');
  const port = await freePort();
  const config = join(folder, 'config.yaml');
  writeFileSync(
    config,
    `receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:${port}" } } } }
exporters: { file: { path: "${file}", flush_interval: 100ms } }
service:
  telemetry: { metrics: { level: none } }
  pipelines: { traces: { receivers: [otlp], exporters: [file] } }
`,
  );
  const child: ChildProcess = spawn(program, ['--config', config], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await waitFor('the collector', async () => (await fetch(`${url}/v1/traces`)).status > 0);
  return {
    url,
    spans: () => readLines(file).flatMap((line) => readRequest(JSON.parse(line))),
    async close() {
      child.kill('SIGTERM');
      await once(child, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
}

/** An HTTP server that takes OTLP's protobuf and reads it by its published field numbers. */
export async function startDecoder(): Promise<TestCollector & { headers: IncomingHttpHeaders[] }> {
  const spans: SeenSpan[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer(async (request, response) => {
    const isGzip = request.headers['content-encoding'] === 'gzip';
    const body = await buffer(isGzip ? request.pipe(createGunzip()) : request);
    headers.push(request.headers);
    const isOurs = request.url === '/v1/traces' && request.headers['content-type'] === 'application/x-protobuf';
    if (isOurs) spans.push(...readRequest(decode(body, REQUEST)));
    response.writeHead(isOurs ? 200 : 415, { 'content-type': 'application/x-protobuf' }).end();
  });
  const port = await listenOnLoopback(server);
  return {
    url: `http://127.0.0.1:${port}`,
    spans: () => spans,
    headers,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    return []; // nothing came yet
  }
}

// biome-ignore lint/suspicious/noExplicitAny: OTLP's JSON, whose shape the expectations check
type Json = any;

/** `ExportTraceServiceRequest` in the form of OTLP's JSON. */
const readRequest = (request: Json): SeenSpan[] =>
  (request.resourceSpans ?? []).flatMap(({ resource, scopeSpans = [] }: Json) => {
    const about = readAttributes(resource?.attributes);
    return scopeSpans.flatMap(({ spans = [] }: Json) =>
      spans.map((span: Json) => ({
        trace_id: span.traceId,
        span_id: span.spanId,
        parent_id: span.parentSpanId ?? '',
        name: span.name,
        service: about['service.name'],
        instance: about['service.instance.id'],
        resource: about,
        kind: span.kind,
        start: Number(span.startTimeUnixNano) / 1e6,
        end: Number(span.endTimeUnixNano) / 1e6,
        attributes: readAttributes(span.attributes),
        ...(span.status?.code === 2 && { error: span.status.message }),
      })),
    );
  });

const readAttributes = (attributes: Json[] = []): Record<string, unknown> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.boolValue ?? value.doubleValue ?? Number(value.intValue),
    ]),
  );

/** How a field of a message is read; an array where it may be repeated. */
type Field = [name: string, kind: 'string' | 'hex' | 'varint' | 'fixed64' | 'double' | Message, repeated?: true];
interface Message {
  [number: number]: Field;
}

const VALUE: Message = {
  1: ['stringValue', 'string'],
  2: ['boolValue', 'varint'],
  3: ['intValue', 'varint'],
  4: ['doubleValue', 'double'],
};
const KEY_VALUE: Message = { 1: ['key', 'string'], 2: ['value', VALUE] };
const SPAN: Message = {
  1: ['traceId', 'hex'],
  2: ['spanId', 'hex'],
  4: ['parentSpanId', 'hex'],
  5: ['name', 'string'],
  6: ['kind', 'varint'],
  7: ['startTimeUnixNano', 'fixed64'],
  8: ['endTimeUnixNano', 'fixed64'],
  9: ['attributes', KEY_VALUE, true],
  15: ['status', { 2: ['message', 'string'], 3: ['code', 'varint'] }],
};
const REQUEST: Message = {
  1: [
    'resourceSpans',
    { 1: ['resource', { 1: ['attributes', KEY_VALUE, true] }], 2: ['scopeSpans', { 2: ['spans', SPAN, true] }, true] },
    true,
  ],
};

/** Protobuf's wire format, as far as OTLP uses it. */
function decode(bytes: Buffer, message: Message): Json {
  const found: Record<string, Json> = {};
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, value));
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const [name, kind, repeated] = message[tag >> 3] ?? ['', 'hex'];
    let value: Json;
    if ((tag & 7) === 0) value = varint();
    else if ((tag & 7) === 1) {
      value = kind === 'double' ? bytes.readDoubleLE(at) : bytes.readBigUInt64LE(at);
      at += 8;
    } else if ((tag & 7) === 5) at += 4;
    else {
      const end = varint() + at;
      const part = bytes.subarray(at, end);
      at = end;
      if (typeof kind === 'object') value = decode(part, kind);
      else value = part.toString(kind === 'hex' ? 'hex' : 'utf8');
    }
    if (!name) continue;
    if (!repeated) found[name] = value;
    else {
      found[name] ??= [];
      found[name].push(value);
    }
  }
  return found;
}
