import type {
  CameraView,
  LedgerAnswer,
  MetricsAnswer,
  Reading,
  ResultRecord,
  StatusAnswer,
  WayAnswer,
} from '@framewire/contract';
import type { Situation } from './states.ts';

const seconds = () => Date.now() / 1000;
const STARTED = seconds() - 5400;
const REASON = 'rtsp://10.0.4.17/door: connection refused; next try in 8 s';

export function cameraViews(now: Situation, frames: number): CameraView[] {
  const shed = now.shed ?? 0;
  return now.cameras.map((camera_id) => {
    const offline = now.offline?.includes(camera_id);
    const silent = offline || now.still !== undefined;
    return {
      camera_id,
      source: {
        state: offline ? 'offline' : now.still === 'never' ? 'starting' : 'online',
        reason: offline ? REASON : undefined,
        since: offline ? seconds() - 754 : STARTED,
        timestamp: seconds(),
        url: `rtsp://10.0.4.17/${camera_id}`,
        fps: now.fps ?? 10,
        restarts: offline ? 14 : 0,
      },
      source_silent: false,
      rate: silent ? 0 : (now.fps ?? 10) * (1 - shed),
      last_outcome: now.still === 'never' ? undefined : 'detected',
      outcomes: { detected: Math.round(frames * (1 - shed)), ...(shed > 0 && { shed: Math.round(frames * shed) }) },
      counted_since: STARTED,
    };
  });
}

export function metrics(now: Situation): MetricsAnswer {
  const first = now.still === 'never';
  const busy = now.shed ? 1 : 0;
  const values = {
    processingRate: (now.cameras.length - (now.offline?.length ?? 0)) * (now.fps ?? 10) * (1 - (now.shed ?? 0)),
    avgLatency: busy ? 0.412 : 0.0114,
    queueDepth: busy ? 487 : 3,
    replicas: 3,
    drainTime: busy ? 10.2 : 0.04,
  };
  const reading = (value: number): Reading => {
    if (first) return { value: 0, age: null, problem: 'no frame was processed yet' };
    return now.prometheus === false ? { value, age: 312, problem: 'Prometheus cannot be reached' } : { value, age: 3 };
  };
  return {
    ...values,
    stale: now.prometheus === false || first,
    readings: Object.fromEntries(
      Object.entries(values).map(([name, v]) => [name, reading(v)]),
    ) as MetricsAnswer['readings'],
    history: first ? {} : Object.fromEntries(Object.entries(values).map(([name, v]) => [name, history(v, now)])),
  };
}

function history(value: number, now: Situation): [number, number][] {
  const end = seconds() - (now.prometheus === false ? 312 : 0);
  return Array.from({ length: 120 }, (_, i) => {
    const rise = now.shed ? Math.max(0.1, (i - 90) / 30) : 1;
    return [end - (119 - i) * 30, value * rise * (0.92 + 0.06 * Math.sin(i / 7) + 0.05 * Math.sin(i * 2.3))];
  });
}

export function status(now: Situation): StatusAnswer {
  const part = (ok: boolean, well: string, ill: string) => ({ ok, words: ok ? well : ill });
  return {
    node_id: 'results-ws-1',
    broker: part(now.broker !== false, 'ok', 'connection refused since 14:02'),
    stream: part(now.broker !== false, 'ok', 'not read while the broker is away'),
    prometheus: part(now.prometheus !== false, 'ok', 'cannot be reached since 14:02'),
    gateway: part(now.gateway !== false, 'ok', 'no answer from the gateway since 14:02'),
    viewers: 2,
    sharing: true,
    prometheus_url: 'http://127.0.0.1:9090/',
  };
}

export const way = (now: Situation): WayAnswer => ({
  seconds: 10,
  frames: 0,
  replicas: [],
  lost: 0,
  ...((now.slow || now.shed) && {
    diagnosis: {
      cause: 'cpu',
      words: 'CPU is short: detection waits for a CPU 62 % of its time, most at detect-faces-18d83.',
      advice:
        'Other programs take it, or there are more replicas than cores: more cores help, more replicas on this machine do not.',
    },
  }),
});

export const ledger = (now: Situation): LedgerAnswer => ({
  known_since: STARTED,
  grace: 30,
  totals: {
    published: 0,
    detected: 0,
    expired: 0,
    rejected: 0,
    failed: 0,
    shed: 0,
    in_flight: now.shed ? 6 : 2,
    unaccounted: now.missing ?? 0,
    duplicates: 0,
    unnumbered: 0,
  },
  cameras: [],
  unaccounted: [],
});

export function record(camera_id: string, seq: number, more: Partial<ResultRecord>): ResultRecord {
  const captured = Date.now() - 70 - Math.random() * 40;
  return {
    frame_id: crypto.randomUUID(),
    camera_id,
    source: 'dev',
    seq,
    outcome: 'detected',
    detections: [],
    node_id: `detect-faces-${(seq % 3) + 1}`,
    detector: 'yunet',
    timestamp: seconds(),
    original_timestamp: captured / 1000,
    stages: { captured_at: captured, decode: 3.1, detect: 7.9 },
    ...more,
  };
}
