import type { CameraView } from '@framewire/contract';
import type { CameraFacts, Facts } from './facts.ts';

/** Noon of some day, milliseconds since the epoch. */
export const NOW = new Date(2026, 2, 14, 12, 0, 0).getTime();

/** A camera that is well, but for what is said otherwise. */
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
  state: { kind: 'live', word: 'live' },
  promised: true,
  silent: false,
  late: false,
  rate: 10,
  drawnAge: 84,
  pictureAge: 90,
  lost: { shed: 0, expired: 0, failed: 0, rejected: 0 },
  ...more,
});

const ok = { ok: true, words: 'ok' };

/** A system that is well, but for what is said otherwise. */
export const facts = (more: Partial<Facts> = {}): Facts => ({
  now: NOW,
  transport: { phase: 'open', by: 'websocket' },
  openFor: 60_000,
  told: true,
  cameras: [cameraFacts('door'), cameraFacts('yard')],
  status: {
    node_id: 'results-ws-1',
    broker: ok,
    stream: ok,
    prometheus: ok,
    gateway: ok,
    viewers: 1,
    sharing: true,
    prometheus_url: 'http://127.0.0.1:9090/',
  },
  replicas: 3,
  ...more,
});
