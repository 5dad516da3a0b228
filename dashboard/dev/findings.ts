import type {
  DiagnosisAnswer,
  FaultsAnswer,
  Finding,
  Incident,
  IncidentAnswer,
  IncidentsAnswer,
  LatencyAnswer,
  SloAnswer,
} from '@framewire/contract';
import { STARTED, seconds, shares } from './answers.ts';
import type { Situation } from './states.ts';

const began = new Map<string, number>();
/** A finding has lasted for so long when it is first asked for, seconds. */
const AGO = 138;

function finding(
  cause: Finding['cause'],
  severity: Finding['severity'],
  message: string,
  advice: string,
  more: Partial<Finding> = {},
): Finding {
  const since = began.get(message) ?? seconds() - AGO;
  began.set(message, since);
  return { id: `${cause}-1`, cause, severity, message, advice, evidence: [], effects: [], since, ...more };
}

const CPU = (severity: Finding['severity'] = 'warning', more: Partial<Finding> = {}) =>
  finding(
    'cpu',
    severity,
    'Not enough CPU: detection spends 62 % of its time waiting for a CPU, on 2 of 3 replicas, most on detect-faces-2.',
    'Other programs use it, or there are more replicas than cores. More cores help; more replicas on this machine do not.',
    {
      node_id: 'detect-faces-2',
      evidence: [
        {
          title: 'of the work is waiting for a CPU',
          value: 0.62,
          unit: 'ratio',
          limit: 0.3,
          series: 'pressure',
        },
        {
          title: 'of the time a program waits for a CPU (PSI)',
          value: 0.81,
          unit: 'ratio',
          limit: 0.4,
          series: 'pressure',
        },
        severity === 'info'
          ? { title: 'one of four frames takes longer than', value: 34, unit: 'ms', limit: 125, series: 'end_to_end' }
          : { title: 'one of four frames takes longer than', value: 468, unit: 'ms', limit: 125, series: 'end_to_end' },
      ],
      ...more,
    },
  );

/** What the server would find. */
export function findings(now: Situation): Finding[] {
  const all: Finding[] = [];
  if (now.broker === false)
    all.push(
      finding(
        'broker',
        'critical',
        'The broker is down: connection refused since 14:02.',
        'No frame is processed until it is back. See its log.',
      ),
    );
  if (now.gateway === false)
    all.push(
      finding(
        'gateway-unreachable',
        'critical',
        'The gateway cannot be reached: no frame is detected.',
        'Frames wait until their deadline. See whether the gateway runs and can be reached.',
      ),
    );
  if (now.missing)
    all.push(
      finding(
        'unaccounted',
        'critical',
        `${now.missing} frame cannot be accounted for: there is no outcome.`,
        'Another consumer took it from the queue, or a producer exited before it reported what it shed.',
        {
          camera_id: now.cameras[0],
          evidence: [{ title: 'frames without an outcome', value: now.missing, unit: 'frames', limit: 0 }],
        },
      ),
    );
  if (now.tight) all.push(CPU('info'));
  if (now.starved)
    all.push(
      CPU('critical', {
        effects: [
          {
            cause: 'no-replicas',
            message: 'No replica of detect-faces answers: there was no answer before the deadline.',
          },
          { cause: 'broker-slow', message: 'The broker is slow: it takes 412 ms to answer.' },
          { cause: 'camera-silent', message: '30 cameras send nothing or too little: camera-1, camera-2 and 28 more.' },
        ],
      }),
    );
  if (now.slow || (now.shed && !now.uneven)) all.push(CPU());
  if (now.uneven || now.shed)
    all.push(
      finding(
        'replicas',
        'warning',
        'Not enough replicas of detect-faces: 32 of 80 frames/s are shed, and frames wait 71 % of their time for one of 3.',
        'Another replica helps while there are cores for it, and so do fewer frames a second.',
        {
          evidence: [
            { title: 'frames shed', value: 32, unit: 'frames/s', limit: 0.5, series: 'outcomes' },
            { title: 'utilisation of the replicas', value: 0.99, unit: 'ratio', limit: 0.9, series: 'utilisation' },
          ],
        },
      ),
    );
  const [one, ...others] = now.offline ?? [];
  if (one)
    all.push(
      finding(
        'camera-offline',
        others.length + 1 === now.cameras.length ? 'critical' : 'warning',
        others.length === 0
          ? `Camera ${one} is offline: rtsp://10.0.4.17/door: connection refused.`
          : `${others.length + 1} cameras are offline, ${one}, ${others[0]} and ${others.length - 1} more: connection refused.`,
        'Check its address, password and network. The connector retries by itself.',
        others.length === 0 ? { camera_id: one } : { camera_ids: [one, ...others] },
      ),
    );
  if (now.prometheus === false)
    all.push(
      finding(
        'metrics',
        'info',
        'No metrics: Prometheus cannot be reached.',
        'Pictures do not need it; charts and scaling do.',
      ),
    );
  return all;
}

/** The diagnosis, as the server would answer. */
export function diagnosis(now: Situation): DiagnosisAnswer {
  const found = findings(now);
  const late = now.slow || now.shed || now.starved;
  const bad = found.some(({ severity }) => severity === 'critical');
  const warned = found.some(({ severity }) => severity === 'warning');
  return {
    state: bad ? 'broken' : warned ? 'degraded' : found.length > 0 ? 'tight' : 'ok',
    slo: {
      target: 500,
      objective: 0.99,
      good_ratio: late ? 0.713 : now.nearly ? 0.986 : 0.997,
      p95: late ? 640 : 102,
      dropped_ratio: now.shed ?? 0,
      status: late || now.nearly ? 'missed' : 'met',
    },
    findings: found,
    gaps: now.gaps ? [{ what: 'the rule io', message: 'work is not a number', since: seconds() - 40 }] : [],
  };
}

export function incident(id: string, now: Situation): IncidentAnswer | undefined {
  const all = incidents(now).incidents.filter(
    (one): one is Extract<Incident, { type: 'finding' }> => one.type === 'finding',
  );
  const one = all.find((known) => known.id === id);
  return one && { incident: { id, at: one.at, until: one.until, finding: { ...one.finding, since: one.at } } };
}

export function incidents(now: Situation): IncidentsAnswer {
  if (now.still === 'never') return { incidents: [], known_since: null };
  const t = seconds();
  const past: Incident[] = [
    { type: 'finding', id: 'past-cpu', at: t - 900, until: t - 858, finding: CPU() },
    { type: 'camera', at: t - 1000, camera_id: 'old-shed', state: 'removed' },
    { type: 'camera', at: t - 1310, camera_id: now.cameras[0]!, state: 'online' },
    {
      type: 'camera',
      at: t - 1350,
      camera_id: now.cameras[0]!,
      state: 'offline',
      message: 'rtsp://10.0.4.17/door: connection refused; next try in 8 s',
    },
    {
      type: 'finding',
      at: t - 2400,
      until: t - 2190,
      finding: finding('broker', 'critical', 'The broker is down: connection refused since 13:21.', 'See its log.'),
    },
    { type: 'camera', at: STARTED, camera_id: now.cameras[0]!, state: 'online' },
  ];
  const lasting = findings(now).map((one): Incident => ({ type: 'finding', id: one.id, at: one.since, finding: one }));
  return { incidents: [...lasting, ...past], known_since: STARTED };
}

export function slo(now: Situation): SloAnswer {
  const good_ratio = now.slow || now.shed || now.starved ? 0.713 : now.nearly ? 0.986 : 0.9962;
  const cameras = now.still === 'never' ? [] : now.cameras.filter((id) => !now.offline?.includes(id));
  return {
    target: 500,
    objective: 0.99,
    ...(cameras.length > 0 && { good_ratio }),
    frames: cameras.length * 3000,
    cameras: cameras.map((camera_id, i) => ({
      camera_id,
      good_ratio: Math.min(1, good_ratio + ((i % 3) - 1) * 0.003),
      frames: 3000,
      p95: (now.slow || now.shed ? 640 : 92) + i * 3,
    })),
  };
}

export function latency(now: Situation): LatencyAnswer {
  const quiet = now.still !== undefined;
  const short = now.slow || now.shed;
  const all = shares(now);
  const parts = all.filter(({ offered }) => offered > 0).map(({ offered, detected }) => detected / offered);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const rate = sum(all.map(({ detected }) => detected));
  const replicas = now.replicas ?? 3;
  return {
    window_seconds: 10,
    frames: quiet ? 0 : Math.round(rate * 10),
    ...(!quiet && {
      total: short ? { mean: 342, p95: 468 } : { mean: 41.2, p95: 63 },
      stages: short
        ? { publish: 2, queue: 210, hold: 31, gateway: 9, wait: 12, decode: 11, detect: 62, result: 5 }
        : { publish: 1.4, queue: 4.4, hold: 0.5, gateway: 9.8, wait: 0.3, decode: 3.1, detect: 17.9, result: 4.2 },
    }),
    replicas: quiet
      ? []
      : Array.from({ length: replicas }, (_, i) => ({
          node_id: `detect-faces-${i + 1}`,
          detector: 'yunet',
          rate: rate / replicas,
          ...(short
            ? { work: 73 + i, cpu: 22.4, run_queue: 45 + i, blocked: 5.6 }
            : { work: 21 + i / 3, cpu: 17.2, run_queue: 3.1, blocked: 0.7 }),
          major_faults: 0,
          ...(i !== 7 && {
            cpu_pressure: short ? 0.81 : 0.06,
            memory_pressure: 0,
            io_pressure: 0.01,
          }),
          last_frame: seconds() - 0.1,
        })),
    dropped: sum(all.map(({ offered, detected }) => offered - detected)),
    shares: all,
    ...(parts.length > 0 && { fairness: sum(parts) ** 2 / (parts.length * sum(parts.map((part) => part * part))) }),
  };
}

export function faults(now: Situation): FaultsAnswer | undefined {
  if (!now.faults) return undefined;
  const until = now.faults === 'injected' ? seconds() + 14 : undefined;
  return {
    max_seconds: 60,
    faults: [
      { fault: 'cpu', message: 'CPU stress on every core', until },
      { fault: 'memory', message: 'a replica gets less memory than it needs' },
      { fault: 'camera', message: 'a camera hangs' },
      { fault: 'replica', message: 'a replica is killed' },
      { fault: 'broker', message: 'the broker is stopped', until: until && until - 9 },
      { fault: 'gateway', message: 'the gateway answers 300 ms later' },
      { fault: 'bad-frames', message: 'truncated images from one source' },
      { fault: 'viewer', message: 'a viewer stops reading' },
    ],
  };
}
