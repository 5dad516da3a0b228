import {
  cameraId,
  type camerasAnswer,
  type EventsAnswer,
  type FrameAnswer,
  frameId,
  type framesAnswer,
  type HistoryAnswer,
  type IncidentAnswer,
  type LedgerAnswer,
  type ObjectiveAnswer,
  type StatusAnswer,
  type VerdictAnswer,
  type WayAnswer,
} from '@framewire/contract';
import { HttpError } from '@framewire/runtime';
import { Hono } from 'hono';
import type { z } from 'zod';
import { type Access, accessRequest } from './access.ts';
import type { Charts } from './charts.ts';
import type { Objective } from './objective.ts';
import type { Readings } from './readings.ts';
import type { Results } from './results.ts';
import type { Verdict } from './verdict.ts';
import { ageOf, wayOf } from './way.ts';

export interface ApiDeps {
  results: Results;
  readings: Readings;
  charts: Charts;
  objective: Objective;
  verdict: Verdict;
  access: Access;
  status(): Omit<StatusAnswer, 'role' | 'signed_in'>;
}

const MOST_FRAMES = 1_000;
const FRESH = { 'cache-control': 'no-store' };

/** What the dashboard asks for: each answer as it is at this moment. */
export function createApi({ results, readings, charts, objective, verdict, access, status }: ApiDeps): Hono {
  const api = new Hono();
  api.get('/metrics', async (c) => c.json(await readings.answer(), 200, FRESH));
  api.get('/cameras', (c) => c.json<z.infer<typeof camerasAnswer>>({ cameras: results.cameras() }, 200, FRESH));
  api.get('/ledger', (c) => c.json<LedgerAnswer>(results.ledger(), 200, FRESH));
  api.get('/way', (c) => c.json<WayAnswer>(results.way(), 200, FRESH));
  api.get('/status', (c) => {
    const request = accessRequest(c);
    const [role, signed_in] = [access.check(request, 'view'), access.isSignedIn(request)];
    return c.json<StatusAnswer>({ ...status(), role, signed_in }, 200, FRESH);
  });
  api.get('/verdict', (c) => {
    const { findings, ...all } = verdict.answer();
    const known = findings.map((finding) => ({ ...finding, id: results.incidentOf(finding) ?? finding.id }));
    return c.json<VerdictAnswer>({ ...all, findings: known }, 200, FRESH);
  });
  api.get('/incidents/:id', (c) => {
    const incident = results.incident(c.req.param('id'));
    if (!incident) throw new HttpError(404, 'no_such_incident', `${c.req.param('id')}: unknown, or not kept any more`);
    const { id, at, until, finding } = incident;
    return c.json<IncidentAnswer>({ incident: { id, at, ...(until !== undefined && { until }), finding } }, 200, FRESH);
  });
  api.get('/objective', (c) => c.json<ObjectiveAnswer>(objective.answer(), 200, FRESH));
  api.get('/history', async (c) => c.json<HistoryAnswer>(await charts.answer(c.req.query()), 200, FRESH));
  api.get('/history/events', (c) =>
    c.json<EventsAnswer>(results.events(readLimit(c.req.query('limit'), 100)), 200, FRESH),
  );
  api.get('/frames', (c) => {
    const camera_id = readCamera(c.req.query('camera'));
    const limit = readLimit(c.req.query('limit'), 50);
    const { order = 'newest' } = c.req.query();
    if (order !== 'newest' && order !== 'slowest')
      throw new HttpError(400, 'order', `order=${order}: allowed: newest, slowest`);
    const frames = order === 'slowest' ? results.slowest(limit, camera_id) : results.frames(limit, camera_id);
    return c.json<z.infer<typeof framesAnswer>>({ camera_id, frames }, 200, FRESH);
  });
  api.get('/frames/:id', (c) => c.json<FrameAnswer>(readFrame(results, c.req.param('id')), 200, FRESH));
  return api;
}

function readFrame(results: Results, text: string): FrameAnswer {
  const id = frameId.safeParse(text);
  if (!id.success) throw new HttpError(400, 'frame', `${text}: ${id.error.issues[0]?.message}`);
  const record = results.frame(id.data);
  if (!record) throw new HttpError(404, 'no_such_frame', `${text}: unknown, or not kept any more`);
  const stages = record.outcome === 'detected' ? wayOf(record) : undefined;
  const others = results.frames(MOST_FRAMES, record.camera_id).filter(({ outcome }) => outcome === 'detected');
  const quicker = others.filter((other) => ageOf(other) < ageOf(record)).length;
  return { record, ...(stages && { stages }), ...(others.length > 0 && { slower_than: quicker / others.length }) };
}

function readCamera(text: string | undefined): string | undefined {
  const camera = cameraId.optional().safeParse(text);
  if (!camera.success) throw new HttpError(400, 'camera', `camera=${text}: ${camera.error.issues[0]?.message}`);
  return camera.data;
}

function readLimit(text: string | undefined, fallback: number): number {
  const limit = Number(text ?? fallback);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_FRAMES) return limit;
  throw new HttpError(400, 'limit', `limit=${text}: allowed: a whole number from 1 to ${MOST_FRAMES}`);
}
