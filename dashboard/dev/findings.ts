import type {
  ChaosAnswer,
  Event,
  EventsAnswer,
  Finding,
  IncidentAnswer,
  ObjectiveAnswer,
  VerdictAnswer,
  WayAnswer,
} from '@framewire/contract';
import { STARTED, seconds, shares } from './answers.ts';
import type { Situation } from './states.ts';

const began = new Map<string, number>();
/** A finding has lasted for so long when it is first asked for, seconds. */
const AGO = 138;

function finding(
  cause: Finding['cause'],
  tone: Finding['tone'],
  words: string,
  advice: string,
  more: Partial<Finding> = {},
): Finding {
  const since = began.get(words) ?? seconds() - AGO;
  began.set(words, since);
  return { id: `${cause}-1`, cause, tone, words, advice, evidence: [], effects: [], since, ...more };
}

const CPU = (tone: Finding['tone'] = 'warn', more: Partial<Finding> = {}) =>
  finding(
    'cpu',
    tone,
    'Not enough CPU: detection waits for one 62 % of its time at 2 of 3 replicas, most at detect-faces-2.',
    'Other programs take it, or there are more replicas than cores: more cores help, more replicas on this machine do not.',
    {
      node_id: 'detect-faces-2',
      evidence: [
        {
          words: 'share of its work that detection waits for a CPU',
          value: 0.62,
          unit: 'share',
          limit: 0.3,
          series: 'pressure',
        },
        { words: 'some program waits for a CPU (PSI)', value: 0.81, unit: 'share', limit: 0.4, series: 'pressure' },
        tone === 'note'
          ? { words: 'one of four frames takes longer than', value: 34, unit: 'ms', limit: 125, series: 'age' }
          : { words: 'one of four frames takes longer than', value: 468, unit: 'ms', limit: 125, series: 'age' },
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
        'bad',
        'The broker is away: connection refused since 14:02.',
        'No frame moves until it is back. Look at its log.',
      ),
    );
  if (now.gateway === false)
    all.push(
      finding(
        'gateway-away',
        'bad',
        'The gateway does not answer: detection stands still.',
        'Frames wait in the queue for as long as they may.',
      ),
    );
  if (now.missing)
    all.push(
      finding(
        'unaccounted',
        'bad',
        `${now.missing} frame cannot be accounted for: there is no outcome.`,
        'Somebody took it from the queue, or a producer died before it could tell what it let go.',
        {
          camera_id: now.cameras[0],
          evidence: [{ words: 'frames without an outcome', value: now.missing, unit: 'frames', limit: 0 }],
        },
      ),
    );
  if (now.tight) all.push(CPU('note'));
  if (now.starved)
    all.push(
      CPU('bad', {
        effects: [
          {
            cause: 'no-replicas',
            words: 'No replica of detect-faces answers: there was no answer before the deadline.',
          },
          { cause: 'broker-slow', words: 'The broker is slow: it takes 412 ms to answer.' },
          { cause: 'camera-silent', words: '30 cameras send nothing or too little: camera-1, camera-2 and 28 more.' },
        ],
      }),
    );
  if (now.slow || (now.shed && !now.uneven)) all.push(CPU());
  if (now.uneven || now.shed)
    all.push(
      finding(
        'replicas',
        'warn',
        'Not enough replicas: 32 of 80 frames/s are let go, and frames wait 71 % of their time for one of 3.',
        'Another replica helps while there are cores for it, and so do fewer frames a second.',
        {
          evidence: [
            { words: 'frames let go', value: 32, unit: 'frames/s', limit: 0.5, series: 'outcomes' },
            { words: 'utilisation of the replicas', value: 0.99, unit: 'share', limit: 0.9, series: 'utilisation' },
          ],
        },
      ),
    );
  const [one, ...others] = now.offline ?? [];
  if (one)
    all.push(
      finding(
        'camera-offline',
        others.length + 1 === now.cameras.length ? 'bad' : 'warn',
        others.length === 0
          ? `Camera ${one} is offline: rtsp://10.0.4.17/door: connection refused.`
          : `${others.length + 1} cameras are offline, ${one}, ${others[0]} and ${others.length - 1} more: connection refused.`,
        'Look at the camera and the network to it; it is tried again by itself.',
        others.length === 0 ? { camera_id: one } : { camera_ids: [one, ...others] },
      ),
    );
  if (now.prometheus === false)
    all.push(
      finding(
        'metrics',
        'note',
        'No metrics: Prometheus cannot be reached.',
        'Pictures do not need it; charts and scaling do.',
      ),
    );
  return all;
}

/** How it is, as the server says it. */
export function verdict(now: Situation): VerdictAnswer {
  const found = findings(now);
  const late = now.slow || now.shed || now.starved;
  const bad = found.some(({ tone }) => tone === 'bad');
  const warned = found.some(({ tone }) => tone === 'warn');
  return {
    state: bad ? 'broken' : warned ? 'degraded' : found.length > 0 ? 'tight' : 'ok',
    promise: {
      target: 500,
      goal: 0.99,
      within: late ? 0.713 : now.nearly ? 0.986 : 0.997,
      p95: late ? 640 : 102,
      lost: now.shed ?? 0,
      holds: late || now.nearly ? 'no' : 'yes',
    },
    findings: found,
    gaps: now.gaps ? [{ what: 'the rule io', message: 'work is not a number', since: seconds() - 40 }] : [],
  };
}

export function incident(id: string, now: Situation): IncidentAnswer | undefined {
  const all = events(now).events.filter(
    (event): event is Extract<Event, { type: 'finding' }> => event.type === 'finding',
  );
  const one = all.find((event) => event.id === id);
  return one && { incident: { id, at: one.at, until: one.until, finding: { ...one.finding, since: one.at } } };
}

export function events(now: Situation): EventsAnswer {
  if (now.still === 'never') return { events: [], known_since: null };
  const t = seconds();
  const past: Event[] = [
    { type: 'finding', id: 'past-cpu', at: t - 900, until: t - 858, finding: CPU() },
    { type: 'camera', at: t - 1000, camera_id: 'old-shed', state: 'removed' },
    { type: 'camera', at: t - 1310, camera_id: now.cameras[0]!, state: 'online' },
    {
      type: 'camera',
      at: t - 1350,
      camera_id: now.cameras[0]!,
      state: 'offline',
      words: 'rtsp://10.0.4.17/door: connection refused; next try in 8 s',
    },
    {
      type: 'finding',
      at: t - 2400,
      until: t - 2190,
      finding: finding('broker', 'bad', 'The broker is away: connection refused since 13:21.', 'Look at its log.'),
    },
    { type: 'camera', at: STARTED, camera_id: now.cameras[0]!, state: 'online' },
  ];
  const lasting = findings(now).map((one): Event => ({ type: 'finding', id: one.id, at: one.since, finding: one }));
  return { events: [...lasting, ...past], known_since: STARTED };
}

export function objective(now: Situation): ObjectiveAnswer {
  const within = now.slow || now.shed || now.starved ? 0.713 : now.nearly ? 0.986 : 0.9962;
  const cameras = now.still === 'never' ? [] : now.cameras.filter((id) => !now.offline?.includes(id));
  return {
    target: 500,
    goal: 0.99,
    ...(cameras.length > 0 && { within }),
    pictures: cameras.length * 3000,
    cameras: cameras.map((camera_id, i) => ({
      camera_id,
      within: Math.min(1, within + ((i % 3) - 1) * 0.003),
      pictures: 3000,
      p95: (now.slow || now.shed ? 640 : 92) + i * 3,
    })),
  };
}

export function way(now: Situation): WayAnswer {
  const quiet = now.still !== undefined;
  const short = now.slow || now.shed;
  const asked = shares(now);
  const parts = asked.filter((share) => share.asked > 0).map((share) => share.shown / share.asked);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const rate = sum(asked.map(({ shown }) => shown));
  const replicas = now.replicas ?? 3;
  return {
    seconds: 10,
    frames: quiet ? 0 : Math.round(rate * 10),
    ...(!quiet && {
      age: short ? { mean: 342, p95: 468 } : { mean: 41.2, p95: 63 },
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
    lost: sum(asked.map((share) => share.asked - share.shown)),
    shares: asked,
    ...(parts.length > 0 && { fairness: sum(parts) ** 2 / (parts.length * sum(parts.map((part) => part * part))) }),
  };
}

export function chaos(now: Situation): ChaosAnswer | undefined {
  if (!now.chaos) return undefined;
  const until = now.chaos === 'broken' ? seconds() + 14 : undefined;
  return {
    longest: 60,
    wounds: [
      { wound: 'cpu', words: 'programs that take every core', until },
      { wound: 'memory', words: 'a replica that may use less memory than it needs' },
      { wound: 'camera', words: 'a camera that stands still' },
      { wound: 'replica', words: 'a replica is killed' },
      { wound: 'broker', words: 'the broker is stopped', until: until && until - 9 },
      { wound: 'gateway', words: 'every call through the gateway takes 300 ms longer' },
      { wound: 'pictures', words: 'pictures that are cut off' },
      { wound: 'viewer', words: 'a viewer that does not read' },
    ],
  };
}
