import { percent, round } from '../format.ts';
import type { Rule, RuleFinding, Snapshot } from '../snapshot.ts';
import {
  ageEvidence,
  areEnough,
  isSlow,
  LONG_MS,
  most,
  noticeableAge,
  pressureEvidence,
  starvedAge,
  stretchOf,
  waits,
  workOf,
} from '../thresholds.ts';

/** Less waiting for a CPU is normal on a shared machine: an idle one had 10 % of the work time, with two CPU stress processes 68 %. */
const RUN_QUEUE = 0.3;
/** Where PSI says that programs wait for a CPU half of the time, half of that is enough. */
const RUN_QUEUE_UNDER_PRESSURE = 0.15;
/** More than the work itself, half as much again. */
const RUN_QUEUE_STARVED = 0.6;
/** Of a frame's latency without its waiting for a turn: a hop that takes far longer is what to look at. */
const RUN_QUEUE_OF_LATENCY = 0.2;
export const CPU_PRESSURE = 0.5;
/**
 * Short though no frame is late yet: short work comes to its turn soon on a full machine, until there is more of it. On a machine at rest
 * programs waited for a CPU 20 % of the time and the work was 10 % waiting; with two CPU stress processes a core it was 85 % and 33 %.
 */
const CPU_PRESSURE_FULL = 0.6;
const RUN_QUEUE_FULL = 0.2;
/** While hardly a frame gets through that could tell, the machine of results-ws speaks: always some program waits, and we take thrice as long. */
const CPU_PRESSURE_HERE = 0.9;
const STRETCH_HERE = 3;
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

export const memory: Rule = (snapshot) => {
  const { work, faulting } = workOf(snapshot);
  if (!work || !areEnough(snapshot)) return undefined;
  const pressure = most(snapshot, 'memory_pressure');
  const fetching = isSlow(snapshot, noticeableAge) && work.major_faults >= MAJOR_FAULTS && faulting >= FAULTING_FRAMES;
  if (!fetching && !(pressure.value >= MEMORY_PRESSURE)) return undefined;
  const node_id = fetching ? most(snapshot, 'major_faults').node_id : pressure.node_id;
  return {
    cause: 'memory',
    severity: 'warning',
    message: fetching
      ? `Not enough memory: ${node_id} fetches ${round(work.major_faults)} pages from disk for each frame.`
      : `Not enough memory: programs beside ${node_id} stand still for it ${percent(pressure.value)} of the time.`,
    advice: 'Give it more memory, or run fewer replicas on this machine: more of them would make it worse.',
    evidence: [
      { title: 'fetched from disk for a frame', value: work.major_faults, unit: 'pages', limit: MAJOR_FAULTS },
      ...pressureEvidence(pressure, 'memory', MEMORY_PRESSURE),
      ageEvidence(snapshot, noticeableAge(snapshot)),
    ],
    node_id,
  };
};

export const cpu: Rule = (snapshot) => cpuOfReplicas(snapshot) ?? cpuHere(snapshot);

function cpuOfReplicas(snapshot: Snapshot): RuleFinding | undefined {
  const { work } = workOf(snapshot);
  const { stages, total } = snapshot.latency;
  if (!work || !stages || !total || !areEnough(snapshot)) return undefined;
  const share = work.run_queue / work.work;
  const limit = share >= RUN_QUEUE_STARVED ? starvedAge : noticeableAge;
  const inTransit = total.mean - stages.queue - stages.hold - stages.wait;
  const pressure = most(snapshot, 'cpu_pressure');
  const full = pressure.value >= CPU_PRESSURE_FULL && share >= RUN_QUEUE_FULL;
  const pressed = pressure.value >= CPU_PRESSURE && share >= RUN_QUEUE_UNDER_PRESSURE;
  const slows = isSlow(snapshot, limit) && work.run_queue >= RUN_QUEUE_OF_LATENCY * inTransit;
  if (!full && !(slows && (share >= RUN_QUEUE || pressed))) return undefined;
  const { node_id } = most(snapshot, 'run_queue');
  const short = snapshot.latency.replicas.filter(
    ({ run_queue, work }) => run_queue / work >= RUN_QUEUE_UNDER_PRESSURE,
  ).length;
  const where =
    snapshot.latency.replicas.length > 1 ? `, on ${short} of ${snapshot.latency.replicas.length} replicas, most` : '';
  return {
    cause: 'cpu',
    severity: 'warning',
    message: `Not enough CPU: detection spends ${percent(share)} of its time waiting for a CPU${where} on ${node_id}.`,
    advice:
      'More replicas on that machine will not help: other programs take it, or there are more replicas than cores. More cores help, or fewer frames a second.',
    evidence: [
      { title: 'of the work is waiting for a CPU', value: share, unit: 'ratio', limit: RUN_QUEUE, series: 'cpu' },
      ...pressureEvidence(pressure, 'a CPU', CPU_PRESSURE),
      ageEvidence(snapshot, limit(snapshot)),
    ],
    node_id,
  };
}

function cpuHere(snapshot: Snapshot): RuleFinding | undefined {
  const pressure = snapshot.host.pressure.cpu ?? 0;
  const stretch = stretchOf(snapshot);
  if (pressure < CPU_PRESSURE_HERE || stretch < STRETCH_HERE) return undefined;
  return {
    cause: 'cpu',
    severity: 'warning',
    message: `Not enough CPU: work takes ${round(stretch)} times as long as it needs, on the machine of results-ws.`,
    advice: 'Other programs take it, or there is more to do than cores. More cores help, or fewer frames a second.',
    evidence: [
      ...pressureEvidence({ node_id: 'here', value: pressure }, 'a CPU', CPU_PRESSURE_HERE),
      ageEvidence(snapshot, noticeableAge(snapshot)),
    ],
  };
}

export const io: Rule = (snapshot) => {
  const { work } = workOf(snapshot);
  if (!work) return undefined;
  const share = work.blocked / work.work;
  const late = isSlow(snapshot, noticeableAge);
  const standing = late && share >= BLOCKED && work.blocked >= BLOCKED_MS;
  const pressure = most(snapshot, 'io_pressure');
  const held = waits(snapshot) || (snapshot.gauges.confirm ?? 0) * 1000 >= LONG_MS || share >= BLOCKED / 2;
  const slows = pressure.value >= IO_PRESSURE_FULL ? late || held : late && held;
  if (!standing && !(pressure.value >= IO_PRESSURE && slows)) return undefined;
  const node_id = standing ? most(snapshot, 'blocked').node_id : pressure.node_id;
  return {
    cause: 'io',
    severity: 'warning',
    message: standing
      ? `Detection stands still ${percent(share)} of its time, neither at work nor waiting for a CPU, most at ${node_id}.`
      : `Disk is slow: programs beside ${node_id} stand still for it ${percent(pressure.value)} of the time.`,
    advice: standing
      ? 'It waits for disk or network, or was stopped: look at I/O on that machine.'
      : 'See what writes or reads there; the broker waits for the disk with every frame. More replicas do not help.',
    evidence: [
      { title: 'of the work is standing still', value: share, unit: 'ratio', limit: BLOCKED },
      ...pressureEvidence(pressure, 'disk', IO_PRESSURE),
      ageEvidence(snapshot, noticeableAge(snapshot)),
    ],
    node_id,
  };
};
