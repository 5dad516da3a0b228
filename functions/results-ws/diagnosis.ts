import type { Diagnosis, ReplicaView, WayAnswer, WayStages } from '@framewire/contract';

/** What frames may take until their outcome is known, nine of ten and more, milliseconds; beyond it somebody asks why. */
const SLOW_MS = 250;
/** Frames a second. */
const LOSING = 0.5;
/** Of so few frames nothing is said. */
const ENOUGH = 5;

/** What a rule looks at: the answer with its parts all there, and the replicas as one. */
interface Facts {
  stages: WayStages;
  age: number;
  work: Pick<ReplicaView, 'rate' | 'work' | 'cpu' | 'run_queue' | 'blocked' | 'major_faults'>;
  replicas: ReplicaView[];
}

/** A named cause: a diagnosis where it is so. The evidence is in the words, as shares of the time that frames took. */
type Rule = (facts: Facts) => Diagnosis | undefined;

/** Frames stand still for pages from disk: whatever else is slow is slow because of it. */
const memory: Rule = ({ work, replicas }) =>
  work.major_faults >= 1
    ? {
        cause: 'memory',
        words: `Memory is short: ${worst(replicas, 'major_faults')} fetches ${round(work.major_faults)} pages from disk for each frame.`,
        advice: 'Give it more memory, or run fewer replicas on this machine: more of them would make it worse.',
      }
    : undefined;

const cpu: Rule = ({ work, replicas }) => {
  const share = work.run_queue / work.work;
  if (!(share >= 0.3)) return undefined;
  return {
    cause: 'cpu',
    words: `CPU is short: detection waits for a CPU ${percent(share)} of its time, most at ${worst(replicas, 'run_queue')}.`,
    advice:
      'Other programs take it, or there are more replicas than cores: more cores help, more replicas on this machine do not.',
  };
};

const io: Rule = ({ work, replicas }) => {
  const share = work.blocked / work.work;
  if (!(share >= 0.4 && work.blocked >= 10)) return undefined;
  return {
    cause: 'io',
    words: `Detection stands still ${percent(share)} of its time, neither at work nor waiting for a CPU, most at ${worst(replicas, 'blocked')}.`,
    advice: 'It waits for disk or network, or was stopped: look at I/O on that machine.',
  };
};

/** The longest part of the way. */
const longest: Rule = ({ stages, age, replicas, work }) => {
  const waiting = stages.queue + stages.hold + stages.wait;
  const parts: [number, Diagnosis][] = [
    [
      waiting,
      {
        cause: 'replicas',
        words: `Replicas are too few: frames wait ${percent(waiting / age)} of their time for one of ${replicas.length}.`,
        advice: 'Another replica helps while there are cores for it, and so do fewer frames a second.',
      },
    ],
    [
      stages.decode + stages.detect,
      {
        cause: 'detector',
        words: `The detector is heavy: ${round(work.work)} ms for a frame, ${percent((stages.decode + stages.detect) / age)} of its way.`,
        advice: 'A lighter detector or smaller pictures help; more replicas do not make a single frame faster.',
      },
    ],
    [
      stages.gateway,
      {
        cause: 'gateway',
        words: `The way through the gateway takes ${round(stages.gateway)} ms, ${percent(stages.gateway / age)} of a frame's.`,
        advice: 'Look at the gateway and the network between it and the replicas; more replicas do not help.',
      },
    ],
    [
      stages.result,
      {
        cause: 'broker',
        words: `The connector takes ${round(stages.result)} ms to tell an outcome.`,
        advice: 'It is short of CPU itself, or the broker is slow to take results.',
      },
    ],
    [
      stages.publish,
      {
        cause: 'producer',
        words: `Producers take ${round(stages.publish)} ms from capture until the broker has a frame.`,
        advice: 'Look at the cameras’ machine and its way to the broker, and at whether the clocks agree.',
      },
    ],
  ];
  return parts.reduce((most, part) => (part[0] > most[0] ? part : most))[1];
};

/** In this order: what stands further up explains what stands below it. */
const RULES: Rule[] = [memory, cpu, io, longest];

/** Undefined while frames are quick and none are lost, and where too little is known. */
export function diagnose({ age, stages, replicas, lost, frames }: Omit<WayAnswer, 'diagnosis'>): Diagnosis | undefined {
  if (!age || !stages || frames < ENOUGH) return undefined;
  if (age.p95 < SLOW_MS && lost < LOSING) return undefined;
  const work = weighted(replicas);
  for (const rule of RULES) {
    const found = rule({ stages, age: age.mean, work, replicas });
    if (found) return found;
  }
  return undefined;
}

/** All replicas as one, each by how many frames it had. */
function weighted(replicas: ReplicaView[]): Facts['work'] {
  const rate = replicas.reduce((sum, replica) => sum + replica.rate, 0);
  const of = (name: keyof Facts['work']) =>
    replicas.reduce((sum, replica) => sum + replica[name] * replica.rate, 0) / rate;
  return {
    rate,
    work: of('work'),
    cpu: of('cpu'),
    run_queue: of('run_queue'),
    blocked: of('blocked'),
    major_faults: of('major_faults'),
  };
}

const worst = (replicas: ReplicaView[], by: 'major_faults' | 'run_queue' | 'blocked'): string =>
  replicas.reduce((most, replica) => (replica[by] > most[by] ? replica : most)).node_id;

const percent = (share: number) => `${Math.round(share * 100)} %`;
const round = (n: number) => (n < 10 ? n.toFixed(1) : n.toFixed(0));
