import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DetectAnswer, INVOCATION_HEADER } from '@framewire/contract';
import {
  type Body,
  bodyOf,
  checkCoding,
  checkParameters,
  HttpError,
  nodeBody,
  notFound,
  onError,
  opsRoutes,
  type Uploads,
} from '@framewire/runtime/http';
import type { Log, Registry } from '@framewire/runtime/telemetry';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Found } from '../detectors/detector.ts';
import { FAILURES, type Failure, FrameError } from '../jpeg/failure.ts';
import { validateBeginning, validateJpeg } from '../jpeg/valid-jpeg.ts';
import { createMachinePressure } from '../machine/psi.ts';
import type { Pool } from '../workers/pool.ts';
import { createMetrics } from './metrics.ts';

export interface HandlerDeps {
  pool: Pool;
  uploads: Uploads;
  nodeId: string;
  maxBytes: number;
  maxPixels: number;
  registry: Registry;
  log: Log;
}

const MEDIA_TYPES = ['image/jpeg', 'image/jpg', 'application/octet-stream'];

export interface DetectApp {
  fetch: Hono['fetch'];
  /** Answers `POST /` without Hono's objects for each request. It passes on to the app what it refuses, and all other requests. */
  direct(request: IncomingMessage, response: ServerResponse, next: () => void): void;
}

type ReadHeader = (name: string) => string | undefined;

/**
 * `POST /`: a JPEG in, `DetectAnswer` out. 4xx: the request is bad and will not succeed later; 429 and 503: retry later; 500 and 504: it
 * ended a worker, or was too late. Each with `ErrorBody`.
 */
export function createApp({ pool, uploads, nodeId, maxBytes, maxPixels, registry, log }: HandlerDeps): DetectApp {
  const metrics = createMetrics(registry, nodeId, { pool, uploads });
  const machine = createMachinePressure({ registry, nodeId });
  const app = new Hono();
  app.onError(onError(log));
  app.notFound(notFound);
  app.route('/', opsRoutes({ registry, notReady: () => (pool.ready ? undefined : 'no detector worker is running') }));

  async function detect(header: ReadHeader, body: Body): Promise<DetectAnswer> {
    try {
      const deadline = readDeadline(header(INVOCATION_HEADER.deadline));
      checkMediaType(header('content-type'));
      checkCoding(header('content-encoding') ?? '');
      if (pool.full) throw new FrameError('busy', `${pool.inFlight} frames are in progress here, which is the limit`);
      const found = await uploads.admit(body, maxBytes, async (upload) => {
        const bytes = await upload.read((beginning) => validateBeginning(beginning, maxPixels));
        return pool.run(validateJpeg(bytes, maxPixels), { deadline, caller: upload.caller });
      });
      metrics.processed(found);
      Object.assign(found.stages, machine.read());
      return { ...toMicroseconds(found), node_id: nodeId, detector: pool.detector };
    } catch (error) {
      metrics.failed(failureOf(error));
      throw error instanceof FrameError ? toHttpError(error) : error;
    }
  }

  /** Why `direct` refused a request; the app renders it. */
  const refusals = new WeakMap<IncomingMessage, unknown>();

  app.post('/', async (c) => {
    const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
    if (incoming && refusals.has(incoming as IncomingMessage)) throw refusals.get(incoming as IncomingMessage);
    checkParameters(c.req.queries(), []);
    return c.json(await detect((name) => c.req.header(name), bodyOf(c)));
  });

  app.all('/', () => {
    throw new HttpError(405, 'method', 'POST a JPEG here', { allow: 'POST' });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const found = await detect((name) => request.headers[name] as string | undefined, nodeBody(request, response));
    const json = Buffer.from(JSON.stringify(found));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': json.length }).end(json);
  }

  return {
    fetch: app.fetch,
    direct(request, response, next) {
      if (request.method !== 'POST' || request.url !== '/') return next();
      const refuse = (error: unknown) => {
        refusals.set(request, error);
        next();
      };
      answer(request, response).catch(refuse);
    },
  };
}

/** Rounds milliseconds to three places: further digits are noise that every reader of the results would store. */
function toMicroseconds<F extends Found>({ stages, ...found }: F) {
  const rounded = Object.entries(stages).map(([name, value]) => [name, Math.round(value * 1000) / 1000]);
  return { ...found, stages: Object.fromEntries(rounded) };
}

function failureOf(error: unknown): Failure | 'internal' {
  if (error instanceof FrameError) return error.failure;
  return error instanceof HttpError && error.code in FAILURES ? (error.code as Failure) : 'internal';
}

function toHttpError({ failure, message }: FrameError): HttpError {
  const later = failure === 'busy' || failure === 'no_worker';
  return new HttpError(FAILURES[failure], failure, message, later ? { 'retry-after': '1' } : {});
}

/** Milliseconds since the epoch. @throws FrameError if it has passed, or is not a number. */
function readDeadline(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const deadline = Number(text);
  if (!(deadline > 0)) {
    throw new FrameError(
      'bad_deadline',
      `${INVOCATION_HEADER.deadline}: ${JSON.stringify(text)} is no time in milliseconds`,
    );
  }
  const late = Date.now() - deadline;
  if (late > 0) throw new FrameError('deadline', `its deadline passed ${late} ms before it came`);
  return deadline;
}

function checkMediaType(header = ''): void {
  if (MEDIA_TYPES.includes(header)) return;
  const [type] = header
    .toLowerCase()
    .split(';', 1)
    .map((part) => part.trim());
  if (!type || MEDIA_TYPES.includes(type)) return;
  throw new FrameError('media_type', `${type} is not accepted: send a JPEG as image/jpeg or application/octet-stream`);
}
