import { type Spread, spread } from '../../testkit/report/statistics.ts';
import { figure, withSpread } from '../../testkit/report/table.ts';
import { type CpuTimes, totalCpu } from '../cpu.ts';
import { barChart } from '../plot.ts';
import type { Measured, Round } from './measured.ts';
import type { Section } from './scenario.ts';

const DETECTOR = 'decode + detect';
/** Parts that have work with each frame. */
const PARTS = ['detect-faces', 'gateway', 'connector', 'rabbitmq', 'results-ws'];
const BESIDE = 'beside';

type Load = 'full' | 'half';

const LOADS = {
  full: { title: 'CPU per frame at full load, nobody watching', of: 'full load, nobody watching' },
  half: { title: 'CPU per frame at half load, one viewer', of: 'half load, one viewer' },
};

interface Row extends Pick<Measured, 'name' | 'kind'> {
  parts: { name: string; of: Spread }[];
  together: Spread;
  /** Without decode + detect and what no frame causes. */
  ours: Spread;
}

/** Where the CPU time of a frame goes, by process. */
export function cpu(measured: Measured[], load: Load): Section {
  const rows = measured.filter(({ rounds }) => rounds.some((round) => round[load])).map((one) => toRow(one, load));
  const { title, of } = LOADS[load];
  return {
    title,
    text: `Milliseconds of CPU a frame, by process. \`${DETECTOR}\` is what decoding and detecting the same pictures takes in a process that does nothing else, \`detect-faces\` what that process takes beyond it (for the Python worker: all of it), \`${BESIDE}\` what no frame causes: the start command, Prometheus and Alertmanager, the parts that take no frames here. The last column is what the system adds to the detector for each frame.`,
    table: {
      head: ['', DETECTOR, ...PARTS, BESIDE, 'together', 'without detector and beside'],
      rows: rows.map(({ name, kind, parts, together, ours }) => [
        name,
        ...parts.map(({ of }) => (of.median ? figure(of.median) : '-')),
        withSpread(together),
        kind === 'python' ? '-' : withSpread(ours),
      ]),
    },
    plot: {
      name: `cpu-at-${load}-load.svg`,
      svg: barChart({
        title: `CPU that the system adds to a frame, ${of}`,
        unit: 'ms',
        bars: rows.filter(({ kind }) => kind === 'framewire').map(toBar),
      }),
    },
  };
}

function toRow({ name, kind, rounds }: Measured, load: Load): Row {
  const times = rounds.map((round) => perFrame(round, load)).filter((one) => one !== undefined);
  const over = (value: (of: CpuTimes) => number) => spread(times.map(value));
  return {
    name,
    kind,
    parts: [DETECTOR, ...PARTS, BESIDE].map((part) => ({ name: part, of: over((of) => of[part] ?? 0) })),
    together: over(totalCpu),
    ours: over((of) => totalCpu(of) - (of[DETECTOR] ?? 0) - (of[BESIDE] ?? 0)),
  };
}

function toBar({ name, parts, ours }: Row) {
  const shown = parts.filter((part) => PARTS.includes(part.name));
  return {
    label: name,
    parts: shown.map((part) => ({ name: part.name, value: Math.max(0, part.of.median) })),
    text: figure(ours.median),
  };
}

/** Milliseconds by column. */
function perFrame(round: Round, load: Load): CpuTimes | undefined {
  const window = round[load];
  if (!window) return undefined;
  const frames = window.answers.filter(({ outcome }) => outcome === 'detected').length;
  const times: CpuTimes = {};
  for (const [name, seconds] of Object.entries(window.cpu)) {
    const column = name === 'worker' ? 'detect-faces' : PARTS.includes(name) ? name : BESIDE;
    times[column] = (times[column] ?? 0) + (1000 * seconds) / frames;
  }
  if (round.floor === undefined) return times;
  return { ...times, [DETECTOR]: round.floor, 'detect-faces': times['detect-faces']! - round.floor };
}
