import type {
  CameraSettings,
  CameraView,
  LedgerAnswer,
  MetricsAnswer,
  Reading,
  ResultRecord,
  Share,
  StatusAnswer,
} from '@framewire/contract';
import type { Situation } from './states.ts';

export const seconds = () => Date.now() / 1000;
export const STARTED = seconds() - 5400;
const REASON = 'rtsp://10.0.4.17/door: connection refused; next try in 8 s';

export function cameraViews(
  now: Situation,
  frames: number,
  settingsOf: (camera: string) => CameraSettings | undefined = () => undefined,
): CameraView[] {
  const shed = now.shed ?? 0;
  return now.cameras.map((camera_id, i) => {
    const still = now.noMotion && i > 0 ? 0.9 : 0;
    const offline = now.offline?.includes(camera_id);
    const isPaused = now.paused?.includes(camera_id);
    const isLost = now.lost?.includes(camera_id);
    const silent = offline || isPaused || isLost || now.still !== undefined;
    const settings = { ...settingsOf(camera_id), ...(now.names?.[camera_id] && { name: now.names[camera_id] }) };
    return {
      camera_id,
      ...(!now.posting?.includes(camera_id) && {
        source: {
          state: isPaused ? 'paused' : offline ? 'offline' : now.still === 'never' ? 'starting' : 'online',
          reason: offline ? REASON : undefined,
          since: offline ? seconds() - 754 : STARTED,
          timestamp: isLost ? seconds() - 900 : seconds(),
          url: `rtsp://10.0.4.17/${camera_id}`,
          fps: now.fps ?? 10,
          ...(now.topics && { topics: sourceTopics(now) }),
          settings,
          defined_in: now.definedIn?.[camera_id],
          restarts: offline ? 14 : 0,
        },
      }),
      source_silent: isLost ?? false,
      rate: silent || still ? 0 : (now.fps ?? 10) * (1 - shed),
      last_outcome: now.still === 'never' ? undefined : still ? 'still' : 'detected',
      outcomes: {
        detected: Math.round(frames * (1 - shed - still)),
        ...(shed > 0 && { shed: Math.round(frames * shed) }),
        ...(still > 0 && { still: Math.round(frames * still) }),
      },
      ...(now.topics && { topics: topicViews(now, frames) }),
      counted_since: STARTED,
    };
  });
}

const rates = (now: Situation) => Object.entries({ faces: now.fps ?? 10, ...now.topics });

const sourceTopics = (now: Situation) =>
  Object.fromEntries(rates(now).map(([topic, fps]) => [topic, { fps, deadline_ms: 2000, source: `dev-${topic}` }]));

const topicViews = (now: Situation, frames: number) =>
  Object.fromEntries(
    rates(now).map(([topic, rate]) => {
      const detected = Math.round((frames * rate) / (now.fps ?? 10));
      return [topic, { rate, outcomes: { detected, ...(topic !== 'faces' && { expired: 3 }) } }];
    }),
  );

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
  const part = (ok: boolean, well: string, ill: string) => ({ ok, message: ok ? well : ill });
  return {
    node_id: 'results-ws-1',
    broker: part(now.broker !== false, 'ok', 'connection refused since 14:02'),
    stream: part(now.broker !== false, 'ok', 'not read while the broker is down'),
    prometheus: part(now.prometheus !== false, 'ok', 'cannot be reached since 14:02'),
    gateway: part(now.gateway !== false, 'ok', 'no answer from the gateway since 14:02'),
    viewers: 2,
    sharing: true,
    role: now.role ?? 'write',
    signed_in: true,
    cameras: true,
    sightings: true,
    fault_injection: now.faults !== undefined,
    prometheus_url: 'http://127.0.0.1:9090/',
  };
}

/** What each camera offers and how much of it is detected, frames per second. */
export function shares(now: Situation): Share[] {
  return now.cameras.map((camera_id, i) => {
    const offered = now.still || now.offline?.includes(camera_id) ? 0 : (now.fps ?? 10);
    const dropped = now.uneven && i > 0 ? 0 : (now.shed ?? 0) * (1 + ((i % 3) - 1) / 20);
    return { camera_id, offered, detected: offered * (1 - dropped) };
  });
}

export function ledger(now: Situation, frames: number): LedgerAnswer {
  const cameras = cameraViews(now, frames).map(({ camera_id, outcomes }, i) => {
    const { detected = 0, shed = 0, still = 0 } = outcomes;
    const open = { in_flight: now.still ? 0 : 1, unaccounted: i === 0 ? (now.missing ?? 0) : 0 };
    return {
      camera_id,
      detected,
      expired: 0,
      rejected: i === 3 && detected > 0 ? 2 : 0,
      failed: 0,
      shed,
      still,
      ...open,
      published: detected + shed + still + open.in_flight + open.unaccounted,
      duplicates: 0,
      unnumbered: 0,
    };
  });
  const { camera_id: _, ...none } = { ...cameras[0], camera_id: '' };
  const totals = Object.fromEntries(
    Object.keys(none).map((name) => [name, cameras.reduce((sum, account) => sum + (account as never)[name], 0)]),
  ) as LedgerAnswer['totals'];
  const missing = {
    frame_id: '10461cec-90a4-89e0-b8ab-f5974509fab2',
    camera_id: now.cameras[0]!,
    source: '01a21463-f8d0-7a11-9c7e-5b1f0d2e4a90',
    seq: 4711,
    since: seconds() - 95,
  };
  // as many of each topic as its frame rate says
  const part = (share: number) =>
    Object.fromEntries(
      Object.entries(totals).map(([name, frames]) => [name, Math.round(frames * share)]),
    ) as LedgerAnswer['totals'];
  const sum = rates(now).reduce((total, [, fps]) => total + fps, 0);
  const topics = rates(now).map(([topic, fps]) => ({ topic, ...part(fps / sum) }));
  return { known_since: STARTED, grace: 30, totals, cameras, topics, unaccounted: now.missing ? [missing] : [] };
}

export function record(camera_id: string, seq: number, more: Partial<ResultRecord>): ResultRecord {
  const captured = Date.now() - 64 - Math.random() * 20;
  const answered = captured + 34 + Math.random() * 6;
  return {
    frame_id: crypto.randomUUID(),
    camera_id,
    topic: 'faces',
    source: 'dev',
    seq,
    outcome: 'detected',
    detections: [],
    node_id: `detect-faces-${(seq % 3) + 1}`,
    detector: 'yunet',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    timestamp: (answered + 4.2) / 1000,
    original_timestamp: captured / 1000,
    stages: {
      captured_at: captured,
      published_at: captured + 1.4,
      received_at: captured + 5.8,
      invoked_at: captured + 6.3,
      answered_at: answered,
      wait: 0.3,
      decode: 3.1,
      detect: 17.9,
      cpu: 17.2,
      run_queue: 3.1,
      minor_faults: 41,
      major_faults: 0,
      cpu_pressure: 0.06,
      memory_pressure: 0,
      io_pressure: 0.01,
    },
    ...more,
  };
}
