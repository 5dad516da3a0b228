import type { CameraView, Finding, ResultRecord, StatusAnswer } from '@framewire/contract';
import type { CameraFacts, Facts } from '../diagnosis/facts.ts';

/** Noon of some day, milliseconds since the epoch. */
export const NOW = new Date(2026, 2, 14, 12, 0, 0).getTime();

/** A healthy camera, with overrides. */
export const cameraView = (more: Partial<CameraView> = {}): CameraView => ({
  camera_id: 'door',
  source: { state: 'online', since: NOW / 1000 - 3600, timestamp: NOW / 1000, restarts: 0, fps: 10 },
  source_silent: false,
  rate: 10,
  outcomes: {},
  counted_since: NOW / 1000 - 3600,
  ...more,
});

export const cameraFacts = (id: string, more: Partial<CameraFacts> = {}): CameraFacts => ({
  id,
  name: id,
  state: { kind: 'live', word: 'live' },
  expected: true,
  silent: false,
  late: false,
  rate: 10,
  drawnAge: 84,
  pictureAge: 90,
  ...more,
});

/** A healthy system, with overrides. */
export const facts = (more: Partial<Facts> = {}): Facts => ({
  now: NOW,
  transport: { phase: 'open', by: 'websocket' },
  openFor: 60_000,
  camerasKnown: true,
  cameras: [cameraFacts('door'), cameraFacts('yard')],
  findings: [],
  ...more,
});

/** The finding "not enough CPU", with overrides. */
export const finding = (more: Partial<Finding> = {}): Finding => ({
  cause: 'cpu',
  severity: 'warning',
  message: 'Not enough CPU: detection spends 66 % of its time waiting for a CPU.',
  advice: 'More cores help.',
  evidence: [],
  effects: [],
  since: NOW / 1000 - 60,
  ...more,
});

const ok = { ok: true, message: 'ok' };

export const status: StatusAnswer = {
  node_id: 'results-ws-1',
  broker: ok,
  stream: ok,
  prometheus: ok,
  gateway: ok,
  viewers: 1,
  sharing: true,
  role: 'write',
  signed_in: true,
  cameras: true,
  sightings: true,
  fault_injection: false,
  prometheus_url: 'http://127.0.0.1:9090/',
};

/** The outcome of a frame of the camera "door". */
export const record = (more: Partial<ResultRecord> = {}): ResultRecord => ({
  frame_id: '01993f0c-3a5e-7c1d-9a2b-0123456789ab',
  camera_id: 'door',
  topic: 'faces',
  outcome: 'detected',
  detections: [],
  timestamp: NOW / 1000,
  original_timestamp: NOW / 1000 - 0.084,
  stages: {},
  ...more,
});
