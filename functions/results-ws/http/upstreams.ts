import { guardedRequest, HttpError, type HttpGuard } from '@framewire/runtime/http';
import type { MiddlewareHandler } from 'hono';
import { createProxy, type Forward } from './proxy.ts';

/** A fault is a few words, bytes. */
const MAX_ORDER = 4_096;
/** What a camera is, with its zones, lines and masks, bytes. */
const MAX_CAMERA = 64 * 1024;
/** A rule with its targets, bytes. */
const MAX_RULE = 64 * 1024;

/** The addresses and keys of the parts that browsers reach by way of results-ws. */
export interface UpstreamSettings {
  INGEST_URL?: string;
  INGEST_KEY?: string;
  FAULTS_URL?: string;
  CAMERA_URL?: string;
  CAMERA_KEY?: string;
  SIGHTINGS_URL?: string;
  SIGHTINGS_KEY?: string;
}

export interface Upstreams {
  ingest: Forward;
  /** Whoever started the system and can break its parts on purpose. */
  faults: Forward;
  cameras: Forward;
  /** What cameras saw, rules and deliveries. */
  sightings: Forward;
}

export function createUpstreams(settings: UpstreamSettings): Upstreams {
  const { INGEST_URL, INGEST_KEY, FAULTS_URL, CAMERA_URL, CAMERA_KEY, SIGHTINGS_URL, SIGHTINGS_KEY } = settings;
  return {
    ingest: createProxy({
      name: 'ingest-frame',
      url: INGEST_URL,
      key: INGEST_KEY,
      missing: { code: 'no_ingest', message: 'INGEST_URL names no ingest-frame' },
      unreachable: { code: 'ingest_unreachable', status: 503 },
      headers: ['idempotency-key', 'traceparent'],
    }),
    faults: createProxy({
      name: 'the start command',
      url: FAULTS_URL,
      missing: { code: 'not_found', message: 'faults can be injected only if the system was started with --faults' },
      unreachable: { code: 'fault_injection', status: 502 },
      maxBody: MAX_ORDER,
    }),
    cameras: createProxy({
      name: 'the camera connector',
      url: CAMERA_URL,
      key: CAMERA_KEY,
      missing: { code: 'no_camera_connector', message: 'CAMERA_URL names no camera connector' },
      unreachable: { code: 'cameras_unreachable', status: 503 },
      maxBody: MAX_CAMERA,
    }),
    sightings: createProxy({
      name: 'sightings',
      url: SIGHTINGS_URL,
      key: SIGHTINGS_KEY,
      missing: { code: 'no_sightings', message: 'SIGHTINGS_URL names no function that keeps sightings' },
      unreachable: { code: 'sightings_unreachable', status: 503 },
      headers: ['if-none-match'],
      maxBody: MAX_RULE,
    }),
  };
}

/**
 * Lets pages of this server alone change something, and such as no form of another page could send.
 * @throws HttpError 403 for another page, an allowed one included; 415.
 */
export const ownPagesOnly = (guard: HttpGuard, what: string): MiddlewareHandler =>
  async function wantOwnPage(c, next) {
    const { method } = c.req;
    if (method !== 'GET' && !guard.isOwn(guardedRequest(c)))
      throw new HttpError(403, 'origin', `pages of ${c.req.header('origin')} may not ${what}`);
    // a form of another page could be sent without the browser asking first
    if (method === 'POST' && !c.req.header('content-type')?.startsWith('application/json'))
      throw new HttpError(415, 'media_type', 'send it as application/json');
    await next();
  };
