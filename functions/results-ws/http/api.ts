import {
  type CamerasAnswer,
  type DiagnosisAnswer,
  type FrameAnswer,
  type FramesAnswer,
  frameId,
  type HistoryAnswer,
  type IncidentAnswer,
  type IncidentsAnswer,
  type LatencyAnswer,
  type LedgerAnswer,
  type ResultRecord,
  type SloAnswer,
  type StatusAnswer,
} from '@framewire/contract';
import { HttpError } from '@framewire/runtime/http';
import { type Context, Hono } from 'hono';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Slo } from '../latency/slo.ts';
import { ageOf, stagesOf } from '../latency/stages.ts';
import type { HistoryApi } from '../prometheus/history-api.ts';
import type { MetricsApi } from '../prometheus/metrics-api.ts';
import type { Results } from '../results.ts';
import { asyncApiAnswer, openApiAnswer } from './descriptions.ts';
import { readCamera, readCursor, readLimit, readMoment, readTopic, takes } from './query.ts';
import { type Access, accessRequest } from './sign-in/access.ts';

export interface ApiDeps {
  results: Results;
  metricsApi: MetricsApi;
  historyApi: HistoryApi;
  slo: Slo;
  diagnosis: Diagnosis;
  access: Access;
  status(): Omit<StatusAnswer, 'role' | 'signed_in'>;
}

const MAX_FRAMES = 1_000;
const FRESH = { 'cache-control': 'no-store' };

/** What the dashboard asks for: each answer as it is at this moment. */
export function createApi({ results, metricsApi, historyApi, slo, diagnosis, access, status }: ApiDeps): Hono {
  const api = new Hono();
  api.get('/metrics', takes(), async (c) => c.json(await metricsApi.answer(), 200, FRESH));
  api.get('/cameras', takes(), (c) => c.json<CamerasAnswer>({ cameras: results.cameras.views() }, 200, FRESH));
  api.get('/ledger', takes(), (c) => c.json<LedgerAnswer>(results.ledger.answer(), 200, FRESH));
  api.get('/latency', takes(), (c) => c.json<LatencyAnswer>(results.timings.answer(), 200, FRESH));
  api.get('/status', takes(), (c) => {
    const request = accessRequest(c);
    const [role, signed_in] = [access.check(request, 'view'), access.isSignedIn(request)];
    return c.json<StatusAnswer>({ ...status(), role, signed_in }, 200, FRESH);
  });
  api.get('/diagnosis', takes(), (c) => {
    const { findings, ...all } = diagnosis.answer();
    const known = findings.map((finding) => ({ ...finding, id: results.incidents.idOf(finding) ?? finding.id }));
    return c.json<DiagnosisAnswer>({ ...all, findings: known }, 200, FRESH);
  });
  api.get('/incidents/:id', takes(), (c) => {
    const incident = results.incidents.incident(c.req.param('id'));
    if (!incident) throw new HttpError(404, 'no_such_incident', `${c.req.param('id')}: unknown, or not kept any more`);
    const { id, at, until, finding } = incident;
    return c.json<IncidentAnswer>({ incident: { id, at, ...(until !== undefined && { until }), finding } }, 200, FRESH);
  });
  api.get('/slo', takes(), (c) => c.json<SloAnswer>(slo.answer(), 200, FRESH));
  api.get('/history', takes('from', 'to', 'series', 'camera'), async (c) =>
    c.json<HistoryAnswer>(await historyApi.answer(c.req.query()), 200, FRESH),
  );
  api.get('/incidents', takes('limit'), (c) =>
    c.json<IncidentsAnswer>(readIncidents(results, readLimit(c, 100, MAX_FRAMES)), 200, FRESH),
  );
  api.get('/frames', takes('camera', 'topic', 'order', 'limit', 'from', 'to', 'cursor'), (c) =>
    c.json<FramesAnswer>(readFrames(c, results), 200, FRESH),
  );
  api.get('/frames/:id', takes(), (c) => c.json<FrameAnswer>(readFrame(results, c.req.param('id')), 200, FRESH));
  api.get('/openapi.json', takes('part'), openApiAnswer);
  api.get('/asyncapi.json', takes(), asyncApiAnswer);
  return api;
}

const readIncidents = ({ incidents, ledger }: Results, limit: number): IncidentsAnswer => ({
  incidents: incidents.newest(limit),
  known_since: incidents.since ?? ledger.knownSince ?? null,
});

function readFrames(c: Context, results: Results): FramesAnswer {
  const camera_id = readCamera(c);
  const topic = readTopic(c);
  const limit = readLimit(c, 50, MAX_FRAMES);
  const [from, to] = [readMoment(c, 'from'), readMoment(c, 'to')];
  const before = readCursor('cursor', c.req.query('cursor'));
  // of a camera that was renamed those of its former ids too
  const isOf = camera_id === undefined ? undefined : results.renames.isOf(camera_id);
  const { order = 'newest' } = c.req.query();
  if (order === 'newest') {
    const { records, next } = results.history.page({ limit, isOf, topic, from, to, before });
    return { camera_id, topic, frames: records, ...(next !== undefined && { next }) };
  }
  if (order !== 'slowest') throw new HttpError(400, 'order', `order=${order}: allowed: newest, slowest`);
  if (before !== undefined) throw new HttpError(400, 'cursor', 'the slowest have no pages: allowed with order=newest');
  const isWanted = (record: ResultRecord) =>
    record.timestamp >= (from ?? 0) &&
    record.timestamp <= (to ?? record.timestamp) &&
    (topic === undefined || record.topic === topic);
  return { camera_id, topic, frames: results.slowest.list(MAX_FRAMES, isOf).filter(isWanted).slice(0, limit) };
}

function readFrame(results: Results, text: string): FrameAnswer {
  const id = frameId.safeParse(text);
  if (!id.success) throw new HttpError(400, 'frame', `${text}: ${id.error.issues[0]?.message}`);
  const record = results.history.find(id.data) ?? results.slowest.find(id.data);
  if (!record) throw new HttpError(404, 'no_such_frame', `${text}: unknown, or not kept any more`);
  const stages = record.outcome === 'detected' ? stagesOf(record) : undefined;
  const { camera_id, topic } = record;
  const isOf = results.renames.isOf(camera_id);
  const others = results.history.newest(MAX_FRAMES, { isOf, topic }).filter(({ outcome }) => outcome === 'detected');
  const quicker = others.filter((other) => ageOf(other) < ageOf(record)).length;
  return { record, ...(stages && { stages }), ...(others.length > 0 && { slower_than: quicker / others.length }) };
}
