import { type DetectAnswer, INVOCATION_HEADER } from '@framewire/contract';
import {
  bodyOf,
  checkCoding,
  checkParameters,
  HttpError,
  notFound,
  onError,
  opsRoutes,
  type Uploads,
} from '@framewire/runtime/http';
import type { Log, Registry } from '@framewire/runtime/telemetry';
import { type Context, Hono } from 'hono';
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

/**
 * `POST /`: a JPEG in, `DetectAnswer` out. 4xx: the request is bad and will not succeed later; 429 and 503: retry later; 500 and 504: it
 * ended a worker, or was too late. Each with `ErrorBody`.
 */
export function createApp({ pool, uploads, nodeId, maxBytes, maxPixels, registry, log }: HandlerDeps): Hono {
  const metrics = createMetrics(registry, nodeId, { pool, uploads });
  const machine = createMachinePressure({ registry, nodeId });
  const app = new Hono();
  app.onError(onError(log));
  app.notFound(notFound);
  app.route('/', opsRoutes({ registry, notReady: () => (pool.ready ? undefined : 'no detector worker is running') }));

  app.post('/', async (c) => {
    try {
      const deadline = readDeadline(c);
      checkParameters(c.req.queries(), []);
      checkMediaType(c);
      checkCoding(c.req.header('content-encoding') ?? '');
      if (pool.full) throw new FrameError('busy', `${pool.inFlight} frames are in progress here, which is the limit`);
      const found = await uploads.admit(bodyOf(c), maxBytes, async (upload) => {
        const bytes = await upload.read((beginning) => validateBeginning(beginning, maxPixels));
        return pool.run(validateJpeg(bytes, maxPixels), { deadline, caller: upload.caller });
      });
      metrics.processed(found);
      Object.assign(found.stages, machine.read());
      return c.json<DetectAnswer>({ ...toMicroseconds(found), node_id: nodeId, detector: pool.detector });
    } catch (error) {
      metrics.failed(failureOf(error));
      throw error instanceof FrameError ? toHttpError(error) : error;
    }
  });

  app.all('/', () => {
    throw new HttpError(405, 'method', 'POST a JPEG here', { allow: 'POST' });
  });
  return app;
}

/** Rounds milliseconds to three places: further digits are noise that every reader of the results would store. */
function toMicroseconds({ stages, ...found }: Found): Found {
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
function readDeadline(c: Context): number | undefined {
  const text = c.req.header(INVOCATION_HEADER.deadline);
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

function checkMediaType(c: Context): void {
  const [type] = (c.req.header('content-type') ?? '')
    .toLowerCase()
    .split(';', 1)
    .map((part) => part.trim());
  if (!type || MEDIA_TYPES.includes(type)) return;
  throw new FrameError('media_type', `${type} is not accepted: send a JPEG as image/jpeg or application/octet-stream`);
}
