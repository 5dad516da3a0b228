import { figure } from '../../testkit/report/table.ts';
import { timePlot } from '../../testkit/report/time-plot.ts';
import type { Section } from '../scenarios/scenario.ts';
import type { LoadStep } from './load-step.ts';

/** One load step: how fast the replicas followed, whether they swung, what it cost; and its plot. */
export function reportLoadStep(step: LoadStep): Section {
  const { where, scaledBy, detector, plan, bounds, untilAtWork, untilBack, turns, most, report } = step;
  const title = `Replicas ${where}${scaledBy ? `, scaled by ${scaledBy}` : ''}: ${detector}`;
  const chooser = scaledBy ?? "Prometheus, Alertmanager and the gateway's `/system/alert`";
  const { fps, cameras, high } = plan;
  const height = step.seconds.slice(toSecond(step, step.up), toSecond(step, step.down));
  const total = (value: (second: LoadStep['seconds'][number]) => number) =>
    height.reduce((sum, second) => sum + value(second), 0);
  const share = (count: number) => `${figure((100 * count) / total(({ offered }) => offered))} %`;
  return {
    title,
    text: [
      `A load step: one camera of ${fps} frames/s, ${cameras} of them for ${high} s, one again; frames are worth 2 s.`,
      `The number of replicas, ${bounds.min} to ${bounds.max}, is chosen by ${chooser}.`,
      `A replica is at work once a result bears its name. In the plot, the queue, the drain time and the alert are Prometheus's, the rest is counted by producers and a reader of the results.`,
    ].join(' '),
    table: {
      head: ['', `${detector} ${where}`],
      rows: [
        ['second replica at work after', seconds(untilAtWork.second)],
        ['third replica at work after', seconds(untilAtWork.third)],
        ['most replicas wanted', `${most}`],
        [`changes of direction in ${high} s of high load`, `${turns}`],
        ['back at the minimum after', seconds(untilBack)],
        ['frames/s offered at the height', figure(total(({ offered }) => offered) / height.length)],
        ['of them detected', share(total(({ detected }) => detected))],
        ['expired', share(total(({ expired }) => expired))],
        ['shed at the camera, or refused by the queue', share(total(({ shed }) => shed))],
        ['frames confirmed, in all', `${report.confirmed}`],
        ['of them without an outcome', `${report.lost.length}`],
        ['with a second outcome', `${report.repeated}`],
      ],
    },
    plot: { name: `${fileName(title)}.svg`, svg: draw(title, step) },
    how: `one load step`,
  };
}

function draw(title: string, step: LoadStep): string {
  const { seconds, wanted, queue, drain, firing } = step;
  const { cameras } = step.plan;
  const of = (value: (second: LoadStep['seconds'][number]) => number) => seconds.map(value);
  return timePlot({
    title,
    shaded: { name: 'the alert fires', stretches: stretches(firing) },
    marks: [
      { at: (step.up - step.begin) / 1000, text: `${cameras} cameras` },
      { at: (step.down - step.begin) / 1000, text: '1 camera' },
    ],
    panels: [
      {
        title: 'Frames',
        unit: 'a second',
        lines: [
          { name: 'offered', values: of(({ offered }) => offered) },
          { name: 'detected', values: of(({ detected }) => detected) },
          { name: 'expired', values: of(({ expired }) => expired) },
          { name: 'shed', values: of(({ shed }) => shed) },
        ],
      },
      { title: 'Queue', unit: 'frames, ready and unacked', lines: [{ name: 'frame_queue', values: queue }] },
      { title: 'Drain time', unit: 'seconds', lines: [{ name: 'drain time', values: drain }] },
      {
        title: 'Replicas',
        unit: '',
        lines: [
          { name: 'wanted', values: wanted, stepped: true },
          { name: 'at work', values: of(({ atWork }) => atWork), stepped: true },
        ],
      },
      {
        title: 'Latency',
        unit: 'ms, from capture to result',
        lines: [
          { name: 'p50', values: of(({ latencyP50 }) => latencyP50) },
          { name: 'p99', values: of(({ latencyP99 }) => latencyP99) },
        ],
      },
    ],
  });
}

function stretches(firing: LoadStep['firing']): [number, number][] {
  const found: [number, number][] = [];
  firing.forEach((value, second) => {
    if (value === undefined) return;
    const last = found.at(-1);
    if (last && last[1] === second) last[1] = second + 1;
    else found.push([second, second + 1]);
  });
  return found;
}

const toSecond = ({ begin }: LoadStep, moment: number) => Math.round((moment - begin) / 1000);
const seconds = (ms: number | undefined) => (ms === undefined ? '-' : `${figure(ms / 1000)} s`);
const fileName = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '');
