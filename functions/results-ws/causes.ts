/**
 * Everything that the verdict can name, one rule each. A rule looks at the facts of this moment alone; whether what it says lasts long
 * enough to be told is for `verdict.ts`. In the order of the list: what stands further up explains what stands below it.
 */
import type { Evidence, Finding } from '@framewire/contract';
import type { Facts } from './facts.ts';
import { count, percent, round, seconds, sentence } from './format.ts';
import {
  afterDeadline,
  ageEvidence,
  areEnough,
  BUSY,
  busyOf,
  isLong,
  isLosing,
  isSlow,
  LONG_MS,
  LONG_PART,
  lostEvidence,
  most,
  NONE_DETECTED,
  noneDetected,
  noticeableAge,
  pressureEvidence,
  reasons,
  slowAge,
  starvedAge,
  waits,
  workOf,
} from './measures.ts';

export type Found = Omit<Finding, 'since'>;
/** @param found by the rules before it. */
export type Rule = (facts: Facts, found: readonly Found[]) => Found[];

// Short of what

/** Below it waiting for a CPU is what a shared machine does: on a machine at rest it was 10 % of the work, with two hogs 68 %. */
const RUN_QUEUE = 0.3;
/** Where PSI says that programs wait for a CPU half of the time, half of that is enough. */
const RUN_QUEUE_UNDER_PRESSURE = 0.15;
/** More than the work itself, half as much again. */
const RUN_QUEUE_STARVED = 0.6;
/** Of a frame's way without its waiting for a turn: a hop that takes far longer is what to look at. */
const RUN_QUEUE_OF_WAY = 0.2;
const CPU_PRESSURE = 0.5;
/**
 * Short though no picture is late yet: short work comes to its turn soon on a full machine, until there is more of it. On a machine at rest
 * programs waited for a CPU 20 % of the time and the work was 10 % waiting; with two hogs a core 85 % and 33 %.
 */
const CPU_PRESSURE_FULL = 0.6;
const RUN_QUEUE_FULL = 0.2;
/** A detector that has its pages touches no disk: one a frame, in one of five frames, is more than a start does. */
const MAJOR_FAULTS = 1;
const FAULTING_FRAMES = 0.2;
/** PSI: a tenth of the time without memory is thrashing, whether frames are late by it yet or not; without disk three tenths are, since writing waits by its nature. */
const MEMORY_PRESSURE = 0.1;
const IO_PRESSURE = 0.3;
/** With so much of it one sign that frames are held up by it is enough: that they are late comes last. */
const IO_PRESSURE_FULL = 0.6;
/** Neither at work nor waiting for a CPU: locks and page faults make some of that. */
const BLOCKED = 0.4;
const BLOCKED_MS = 10;

// Not there

/** The broker answers such a question in a millisecond; its heartbeat gives up only after ten seconds. */
const NO_ANSWER_MS = 3_000;
/** With this to every message, four messages to a frame use the target up. */
const SLOW_ANSWER_MS = 100;
const SLOW_CONFIRM_S = 0.25;
/** Frames in the queue, and none ended: longer than the longest try of a live frame, seconds. */
const NONE_ENDED = 4;
/** A camera may miss some frames, and has said that it sends, seconds and frames. */
const SILENT_S = 4;
const SILENT_FRAMES = 5;
/** Of what it usually sends. Lower than the dip of one reconnect in the mean of some seconds. */
const SLOW_CAMERA = 0.4;
/** A sign of life comes every 10 s: before that nobody is known to be silent, seconds. */
const HEARD_OUT = 12;
/** Of the pictures of one camera, and so many of them: a damaged one now and then is no camera's fault. */
const REJECTED = 0.1;
const FAILED = 0.1;
const SOME = 3;
/** Of its pictures, for a viewer: it shows four of five, and nobody sees the difference. */
const SKIPPED = 0.2;
/** What was missed before that stands in the ledger, and is news no more, seconds. */
const MISSING_NEWS = 900;

const broker: Rule = ({ broker, gauges }) => {
  const away = (words: string, advice: string, evidence: Evidence[] = []): Found[] => [
    { cause: 'broker', tone: 'bad', words, advice, evidence },
  ];
  const full = /takes no messages/.test(broker.problem ?? '');
  const alarm = gauges.memoryAlarm ? 'memory' : gauges.diskAlarm ? 'disk space' : undefined;
  if (full || alarm)
    return away(
      `The broker takes no messages: ${alarm ? `it is short of ${alarm}` : broker.problem!.replace(/^.*?: /, '')}.`,
      'Make room for RabbitMQ: its memory or disk is beyond the watermark. All parts go on by themselves.',
    );
  if (broker.problem)
    return away(
      `The broker is away: ${sentence(broker.problem)}`,
      'No frame moves until it is back. See whether RabbitMQ runs; all parts connect again by themselves.',
    );
  const { answer = 0 } = broker;
  if (answer > NO_ANSWER_MS)
    return away(
      `The broker has not answered for ${seconds(answer / 1000)}.`,
      'It hangs or is out of reach. See whether RabbitMQ runs and its machine has CPU and memory left.',
      [{ words: 'since the broker was asked', value: answer, unit: 'ms', limit: NO_ANSWER_MS }],
    );
  if (broker.stream)
    return away(
      `Outcomes cannot be read: ${sentence(broker.stream)}`,
      'See whether result_queue stands, and what the user of results-ws may read.',
    );
  return [];
};

const gatewayAway: Rule = (facts, found) => {
  if (explains(found, 'broker') || facts.detectedAgo < NONE_DETECTED) return [];
  const told = reasons(facts).find((reason) => reason.includes('the gateway is away'));
  const why = facts.gateway ?? (told ? 'the connector cannot reach the gateway' : undefined);
  if (!why) return [];
  return [
    {
      cause: 'gateway-away',
      tone: 'bad',
      words: `Detection is away: ${sentence(why)}`,
      advice: 'Frames wait until their deadline. See whether the gateway runs and can be reached.',
      evidence: noneDetected(facts),
    },
  ];
};

const connector: Rule = (facts, found) => {
  const { waiting = 0, consumers } = facts.broker;
  if (explains(found, 'broker', 'gateway-away') || facts.gauges.replicas === 0) return [];
  const asked = waiting > 0 || facts.cameras.some(({ source }) => source?.state === 'online');
  if (consumers === 0 && asked)
    return [
      {
        cause: 'connector',
        tone: 'bad',
        words: 'Nobody takes frames from the queue.',
        advice:
          'See whether the RabbitMQ connector runs, and whether a function with the annotation topic: frame_queue is there.',
        evidence: [{ words: 'wait in the queue', value: waiting, unit: 'frames', series: 'queue' }],
      },
    ];
  if (!consumers || waiting === 0 || facts.endedAgo < NONE_ENDED) return [];
  return [
    {
      cause: 'connector',
      tone: 'bad',
      words: `Frames wait, and none has ended for ${seconds(facts.endedAgo)}.`,
      advice:
        'The RabbitMQ connector hangs, or the function does and its frames have no deadline: see its log and /readyz.',
      evidence: [
        { words: 'wait in the queue', value: waiting, unit: 'frames', series: 'queue' },
        { words: 'since a frame ended', value: facts.endedAgo, unit: 's', limit: NONE_ENDED, series: 'outcomes' },
      ],
    },
  ];
};

/** As a gateway says it: no replica, one that is gone, one that does not answer. */
const NO_REPLICA = /\b(404|502|503|504): |no answer within|the answer broke off/;

const noReplicas: Rule = (facts, found) => {
  if (explains(found, 'broker', 'gateway-away', 'connector') || facts.detectedAgo < NONE_DETECTED) return [];
  const told = reasons(facts).find((reason) => NO_REPLICA.test(reason));
  const asked = facts.records.length > 0 || (facts.broker.waiting ?? 0) > 0;
  if (!told && !(facts.gauges.replicas === 0 && asked)) return [];
  return [
    {
      cause: 'no-replicas',
      tone: 'bad',
      words: `No replica of detect-faces answers${told ? `: ${sentence(afterDeadline(told))}` : '.'}`,
      advice: 'See the log of detect-faces, and whether the gateway wants a replica of it at all.',
      evidence: noneDetected(facts),
    },
  ];
};

const unaccounted: Rule = ({ now, missing }) => {
  const fresh = missing.filter(({ since }) => now - since < MISSING_NEWS);
  if (fresh.length === 0) return [];
  return [
    {
      cause: 'unaccounted',
      tone: 'bad',
      words: `${count(fresh.length, 'frame')} cannot be accounted for: there is no outcome.`,
      advice:
        'The ledger names them. Somebody else took them from the queue, or a producer died before it told what it let go.',
      evidence: [{ words: 'without an outcome', value: fresh.length, unit: 'frames', limit: 0 }],
    },
  ];
};

const memory: Rule = (facts) => {
  const { work, faulting } = workOf(facts);
  if (!work || !areEnough(facts)) return [];
  const pressure = most(facts, 'memory_pressure');
  const fetching = isSlow(facts, noticeableAge) && work.major_faults >= MAJOR_FAULTS && faulting >= FAULTING_FRAMES;
  if (!fetching && !(pressure.value >= MEMORY_PRESSURE)) return [];
  const node_id = fetching ? most(facts, 'major_faults').node_id : pressure.node_id;
  return [
    {
      cause: 'memory',
      tone: 'warn',
      words: fetching
        ? `Memory is short: ${node_id} fetches ${round(work.major_faults)} pages from disk for each frame.`
        : `Memory is short: programs beside ${node_id} stand still for it ${percent(pressure.value)} of the time.`,
      advice: 'Give it more memory, or run fewer replicas on this machine: more of them would make it worse.',
      evidence: [
        { words: 'fetched from disk for a frame', value: work.major_faults, unit: 'pages', limit: MAJOR_FAULTS },
        ...pressureEvidence(pressure, 'memory', MEMORY_PRESSURE),
        ageEvidence(facts, noticeableAge(facts)),
      ],
      node_id,
    },
  ];
};

const cpu: Rule = (facts) => {
  const { work } = workOf(facts);
  const { stages, age } = facts.way;
  if (!work || !stages || !age || !areEnough(facts)) return [];
  const share = work.run_queue / work.work;
  const limit = share >= RUN_QUEUE_STARVED ? starvedAge : noticeableAge;
  const onTheWay = age.mean - stages.queue - stages.hold - stages.wait;
  const pressure = most(facts, 'cpu_pressure');
  const full = pressure.value >= CPU_PRESSURE_FULL && share >= RUN_QUEUE_FULL;
  const pressed = pressure.value >= CPU_PRESSURE && share >= RUN_QUEUE_UNDER_PRESSURE;
  const slows = isSlow(facts, limit) && work.run_queue >= RUN_QUEUE_OF_WAY * onTheWay;
  if (!full && !(slows && (share >= RUN_QUEUE || pressed))) return [];
  const { node_id } = most(facts, 'run_queue');
  const short = facts.way.replicas.filter(({ run_queue, work }) => run_queue / work >= RUN_QUEUE_UNDER_PRESSURE).length;
  const where = facts.way.replicas.length > 1 ? ` at ${short} of ${facts.way.replicas.length} replicas, most` : '';
  return [
    {
      cause: 'cpu',
      tone: 'warn',
      words: `CPU is short: detection waits for one ${percent(share)} of its time${where} at ${node_id}.`,
      advice:
        'More replicas on that machine will not help: other programs take it, or there are more replicas than cores. More cores help, or fewer frames a second.',
      evidence: [
        { words: 'of the work is waiting for a CPU', value: share, unit: 'share', limit: RUN_QUEUE, series: 'cpu' },
        ...pressureEvidence(pressure, 'a CPU', CPU_PRESSURE),
        ageEvidence(facts, limit(facts)),
      ],
      node_id,
    },
  ];
};

const io: Rule = (facts, found) => {
  const { work } = workOf(facts);
  if (!work || explains(found, 'memory')) return [];
  const share = work.blocked / work.work;
  const late = isSlow(facts, noticeableAge);
  const standing = late && share >= BLOCKED && work.blocked >= BLOCKED_MS;
  const pressure = most(facts, 'io_pressure');
  const held = waits(facts) || (facts.gauges.confirm ?? 0) * 1000 >= LONG_MS || share >= BLOCKED / 2;
  const slows = pressure.value >= IO_PRESSURE_FULL ? late || held : late && held;
  if (!standing && !(pressure.value >= IO_PRESSURE && slows)) return [];
  const node_id = standing ? most(facts, 'blocked').node_id : pressure.node_id;
  return [
    {
      cause: 'io',
      tone: 'warn',
      words: standing
        ? `Detection stands still ${percent(share)} of its time, neither at work nor waiting for a CPU, most at ${node_id}.`
        : `Disk is slow: programs beside ${node_id} stand still for it ${percent(pressure.value)} of the time.`,
      advice: standing
        ? 'It waits for disk or network, or was stopped: look at I/O on that machine.'
        : 'See what writes or reads there; the broker waits for the disk with every frame. More replicas do not help.',
      evidence: [
        { words: 'of the work is standing still', value: share, unit: 'share', limit: BLOCKED },
        ...pressureEvidence(pressure, 'disk', IO_PRESSURE),
        ageEvidence(facts, noticeableAge(facts)),
      ],
      node_id,
    },
  ];
};

const replicas: Rule = (facts, found) => {
  const { stages, age, replicas } = facts.way;
  const busy = busyOf(facts);
  if (!stages || !age || explains(found, 'no-replicas', 'memory', 'cpu')) return [];
  if (!isSlow(facts, slowAge) || busy < BUSY) return [];
  const waiting = stages.queue + stages.hold + stages.wait;
  const losing = isLosing(facts);
  if (!losing && !(waiting >= LONG_MS && waiting / age.mean >= LONG_PART)) return [];
  const number = facts.gauges.replicas || replicas.length;
  const lost = losing
    ? `${round(facts.way.lost)} frames/s are let go`
    : `frames wait ${percent(waiting / age.mean)} of their time`;
  const idle = most(facts, 'cpu_pressure');
  return [
    {
      cause: 'replicas',
      tone: 'warn',
      words: `Replicas are too few: ${lost} for ${number === 1 ? 'the only one, which is' : `${number}, which are`} busy ${percent(busy)} of the time.`,
      advice: 'Another replica helps, since there are cores for it; so do fewer frames a second.',
      evidence: [
        {
          words: 'of the time replicas are busy',
          value: busy,
          unit: 'share',
          limit: BUSY,
          series: 'utilisation',
        },
        { words: 'a frame waits', value: waiting, unit: 'ms', limit: LONG_MS, series: 'stages' },
        ...(losing ? [lostEvidence(facts)] : []),
        ...pressureEvidence(idle, 'a CPU', CPU_PRESSURE),
      ],
    },
  ];
};

const detector: Rule = (facts, found) => {
  const { stages, age } = facts.way;
  const { work } = workOf(facts);
  if (!stages || !age || !work || explains(found, 'memory', 'cpu', 'io', 'replicas')) return [];
  const own = stages.decode + stages.detect;
  if (!isSlow(facts, slowAge) || own < LONG_MS || own / age.mean < 0.5 || work.cpu / work.work < 0.5) return [];
  return [
    {
      cause: 'detector',
      tone: 'warn',
      words: `The detector is heavy: ${round(own)} ms for a frame, ${percent(own / age.mean)} of its way.`,
      advice: 'A lighter detector or smaller pictures help; more replicas do not make a single frame faster.',
      evidence: [
        { words: 'for one frame', value: own, unit: 'ms', limit: LONG_MS, series: 'latency' },
        { words: 'of it on a CPU', value: work.cpu / work.work, unit: 'share' },
        ageEvidence(facts, slowAge(facts)),
      ],
    },
  ];
};

const gateway: Rule = (facts, found) => {
  const { stages, age } = facts.way;
  if (!stages || !age || !isSlow(facts, noticeableAge) || explains(found, 'memory', 'cpu')) return [];
  if (!isLong(stages.gateway, age.mean)) return [];
  return [
    {
      cause: 'gateway',
      tone: 'warn',
      words: `The hop through the gateway takes ${round(stages.gateway)} ms, ${percent(stages.gateway / age.mean)} of a frame's way.`,
      advice: 'Look at the gateway and the network between it and the replicas; more replicas do not help.',
      evidence: [
        { words: 'through the gateway and back', value: stages.gateway, unit: 'ms', limit: LONG_MS, series: 'stages' },
        ageEvidence(facts, noticeableAge(facts)),
      ],
    },
  ];
};

const brokerSlow: Rule = (facts, found) => {
  const { stages, age } = facts.way;
  if (explains(found, 'broker', 'memory', 'cpu', 'replicas')) return [];
  const { answer = 0 } = facts.broker;
  const { confirm = 0, publish = 0 } = facts.gauges;
  const queued = stages && age && waits(facts) ? stages.queue : 0;
  const slow = isSlow(facts, noticeableAge) && (confirm >= SLOW_CONFIRM_S || publish >= SLOW_CONFIRM_S || queued > 0);
  if (!slow && answer < SLOW_ANSWER_MS) return [];
  const ms = Math.max(answer, confirm * 1000, publish * 1000, queued);
  return [
    {
      cause: 'broker-slow',
      tone: 'warn',
      words:
        ms === queued
          ? `The broker is slow: a frame takes ${round(queued)} ms through its queue, though replicas are free.`
          : `The broker is slow: it takes ${round(ms)} ms to ${ms === answer ? 'answer' : 'confirm a message'}.`,
      advice:
        'Look at its CPU and disk and the network to it; if clocks of the machines differ, a queue may only seem long.',
      evidence: [
        { words: 'until the broker answers', value: answer, unit: 'ms', limit: SLOW_ANSWER_MS },
        {
          words: 'until it confirms a result',
          value: confirm * 1000,
          unit: 'ms',
          limit: SLOW_CONFIRM_S * 1000,
          series: 'stages',
        },
        { words: 'until it confirms a frame', value: publish * 1000, unit: 'ms', limit: SLOW_CONFIRM_S * 1000 },
        ...(queued > 0
          ? [{ words: 'in the queue', value: queued, unit: 'ms' as const, limit: LONG_MS, series: 'stages' as const }]
          : []),
      ],
    },
  ];
};

const producer: Rule = (facts, found) => {
  const { stages, age } = facts.way;
  if (!stages || !age || !isSlow(facts, noticeableAge) || explains(found, 'broker-slow', 'io')) return [];
  if (!isLong(stages.publish, age.mean)) return [];
  return [
    {
      cause: 'producer',
      tone: 'warn',
      words: `Producers take ${round(stages.publish)} ms from capture until the broker has a frame.`,
      advice: 'Look at the cameras’ machine and its way to the broker.',
      evidence: [
        { words: 'from capture to the broker', value: stages.publish, unit: 'ms', limit: LONG_MS, series: 'stages' },
      ],
    },
  ];
};

const cameraOffline: Rule = ({ cameras, now }) => {
  const offline = cameras.filter(({ source }) => source?.state === 'offline');
  const tone = offline.length === cameras.length ? 'bad' : 'warn';
  return offline.map(({ camera_id, source }) => ({
    cause: 'camera-offline',
    tone,
    words: `Camera ${camera_id} is offline: ${sentence(source!.reason ?? 'its source gives no pictures')}`,
    advice: 'See to its address, password and cable. It is tried again by itself, at least every 30 s.',
    evidence: [{ words: 'offline', value: Math.max(0, now - source!.since), unit: 's' }],
    camera_id,
  }));
};

const cameraSilent: Rule = (facts, found) => {
  if (explains(found, 'broker', 'connector') || facts.broker.listening < HEARD_OUT) return [];
  return facts.cameras.flatMap(({ camera_id, source, source_silent }): Found[] => {
    const pace = facts.paces.get(camera_id);
    if (source?.state !== 'online' || !pace) return [];
    const { present, usual, silent } = pace;
    const limit = Math.max(SILENT_S, SILENT_FRAMES / (usual ?? source.fps ?? 1));
    const one = { cause: 'camera-silent' as const, tone: 'warn' as const, camera_id };
    if (silent > limit || source_silent)
      return [
        {
          ...one,
          words: source_silent
            ? `Camera ${camera_id} gives no sign of life: its connector is silent.`
            : `Camera ${camera_id} is said to be online, and has sent nothing for ${seconds(silent)}.`,
          advice:
            'See the log of the camera connector, and its /readyz: it says what keeps frames from getting through.',
          evidence: [{ words: 'since its last frame', value: silent, unit: 's', limit, series: 'rate' }],
        },
      ];
    if (usual === undefined || usual < 1 || present >= SLOW_CAMERA * usual) return [];
    return [
      {
        ...one,
        words: `Camera ${camera_id} is slow: ${round(present)} frames/s instead of ${round(usual)}.`,
        advice: 'See its network and its own load: framewire takes each picture that it sends.',
        evidence: [{ words: 'sent', value: present, unit: 'frames/s', limit: SLOW_CAMERA * usual, series: 'rate' }],
      },
    ];
  });
};

const pictures: Rule = ({ records }) => {
  const cameras = new Set(records.flatMap(({ camera_id, outcome }) => (outcome === 'rejected' ? camera_id : [])));
  return [...cameras].flatMap((camera_id): Found[] => {
    const own = records.filter((record) => record.camera_id === camera_id);
    const bad = own.filter(({ outcome }) => outcome === 'rejected');
    const share = bad.length / own.length;
    if (bad.length < SOME || share < REJECTED) return [];
    return [
      {
        cause: 'pictures',
        tone: 'warn',
        words: `${percent(share)} of the pictures of camera ${camera_id} are bad: ${sentence(bad.at(-1)!.reason ?? 'they cannot be read')}`,
        advice: 'Look at that source: its encoder, or the line to it. Other cameras are not touched.',
        evidence: [
          { words: 'of its pictures cannot be read', value: share, unit: 'share', limit: REJECTED, series: 'outcomes' },
        ],
        camera_id,
      },
    ];
  });
};

/** A try that the function answered with an error. */
const ERROR = /\b5\d\d: |no answer within|the answer broke off/;

const failing: Rule = ({ records }, found) => {
  if (explains(found, 'gateway-away', 'no-replicas')) return [];
  const bad = records.filter(
    ({ outcome, reason = '' }) => outcome === 'failed' || (outcome === 'expired' && ERROR.test(reason)),
  );
  const tried = records.filter(({ outcome }) => outcome !== 'shed').length;
  const share = bad.length / tried;
  if (bad.length < SOME || share < FAILED) return [];
  return [
    {
      cause: 'failing',
      tone: 'warn',
      words: `Detection fails for ${percent(share)} of the frames: ${sentence(afterDeadline(bad.at(-1)!.reason ?? 'no reason given'))}`,
      advice: 'See the log of detect-faces. A replica that dies is started again; a frame that kills it is given up.',
      evidence: [
        { words: 'of the frames were given up', value: share, unit: 'share', limit: FAILED, series: 'outcomes' },
      ],
    },
  ];
};

const viewer: Rule = ({ viewers }) => {
  if (viewers.slow === 0 || viewers.skipped < SKIPPED) return [];
  return [
    {
      cause: 'viewer',
      tone: 'warn',
      words: `${viewers.slow} of ${count(viewers.count, 'viewer')} ${viewers.slow === 1 ? 'is' : 'are'} too slow for the pictures: ${percent(viewers.skipped)} are skipped.`,
      advice: 'That browser or its line cannot take more: fewer or smaller pictures there. Nobody else is held up.',
      evidence: [{ words: 'of its pictures are skipped', value: viewers.skipped, unit: 'share', limit: SKIPPED }],
    },
  ];
};

const metrics: Rule = ({ gauges }) =>
  gauges.problem
    ? [
        {
          cause: 'metrics',
          tone: 'warn',
          words: `There are no numbers: ${sentence(gauges.problem)}`,
          advice:
            'Frames do not notice, but replicas do not follow the load, and charts end here. See whether Prometheus runs.',
          evidence: [],
        },
      ]
    : [];

export const RULES: readonly Rule[] = [
  broker,
  gatewayAway,
  connector,
  noReplicas,
  unaccounted,
  memory,
  cpu,
  io,
  replicas,
  detector,
  gateway,
  brokerSlow,
  producer,
  cameraOffline,
  cameraSilent,
  pictures,
  failing,
  viewer,
  metrics,
];

/** What is so at this moment. */
export function judge(facts: Facts): Found[] {
  const found: Found[] = [];
  for (const rule of RULES) found.push(...rule(facts, found));
  return found;
}

const explains = (found: readonly Found[], ...causes: Found['cause'][]) =>
  found.some(({ cause }) => causes.includes(cause));
