import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Band } from '../incidents/incident.ts';
import { timeOfDay } from '../ui/format.ts';
import { colours } from './colours.ts';
import type { Span } from './range.ts';
import { brief, type Panel, quantity, stacked, stacks } from './series.ts';

/** One chart on the page. Loaded only when there is one to draw. */
export interface Plot {
  /** Other points of the same lines; what the pointer is at stays. */
  show(drawn: Drawn): void;
  destroy(): void;
}

export interface Drawn {
  panel: Panel;
  span: Span;
  /** Stretches that are shaded. */
  bands: Band[];
  width: number;
  height: number;
  /** Somebody drew a stretch with the pointer. */
  onzoom(span: Span): void;
}

const FONT = '12px Inter, system-ui, sans-serif';
const DAY = 86_400;

export function plot(target: HTMLElement, first: Drawn): Plot {
  let now = first;
  const colour = colours();
  const { unit, lines } = first.panel;
  const stack = stacks(first.panel);
  const axis = { stroke: colour.muted, font: FONT, grid: { stroke: colour.line, width: 1 }, ticks: { show: false } };
  const chart = new uPlot(
    {
      width: first.width,
      height: first.height,
      padding: [8, 14, 0, 0],
      cursor: {
        sync: { key: 'history' }, // all charts show their cursors at the same moment
        drag: { x: true, y: false, setScale: false },
        points: { size: 7 },
      },
      scales: {
        x: { time: true, range: () => [now.span.from, now.span.to] },
        y: { range: (_, low, high) => limits(now.panel, low, high) },
      },
      axes: [
        { ...axis, size: 28, values: (_, at) => at.map((second) => label(second, now.span)) },
        { ...axis, size: 60, gap: 6, values: (_, at) => at.map((value) => brief(value, unit)) },
      ],
      series: [
        { label: 'Time', value: (_, second) => (second ? timeOfDay(second * 1000, Date.now(), true) : 'latest') },
        ...lines.map(
          (line, i): uPlot.Series => ({
            label: line.label,
            stroke: colour.lines[i % colour.lines.length],
            fill: stack ? colour.areas[i % colour.areas.length] : undefined,
            width: stack ? 1 : 1.5,
            spanGaps: false,
            points: { show: false },
            value: (_, __, ___, at) => describeValue(now.panel, i, at),
          }),
        ),
      ],
      bands: stack ? lines.slice(1).map((_, i) => ({ series: [i + 2, i + 1] })) : [],
      hooks: {
        drawClear: [(self) => shade(self, now.bands, colour)],
        setSelect: [
          (self) => {
            const { left, width: wide } = self.select;
            if (wide < 4) return;
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            now.onzoom({ from: self.posToVal(left, 'x'), to: self.posToVal(left + wide, 'x') });
          },
        ],
      },
    },
    dataOf(first.panel),
    target,
  );
  return {
    show(drawn) {
      if (drawn.width !== now.width) chart.setSize({ width: drawn.width, height: drawn.height });
      now = drawn;
      chart.setData(dataOf(drawn.panel));
    },
    destroy: () => chart.destroy(),
  };
}

function dataOf(panel: Panel): uPlot.AlignedData {
  const { times, lines } = panel;
  return [times, ...(stacks(panel) ? stacked(lines) : lines.map(({ values }) => values))];
}

/** From 0 on, so that little looks little; the SLO, whose objective is near 1, from near 1 on. */
function limits({ name, unit }: Panel, low: number | null, high: number | null): [number, number] {
  if (name === 'slo') return [Math.min(0.95, (low ?? 1) - 0.02), 1];
  if (unit === 'ratio') return [0, Math.max(1, high ?? 1)];
  return [0, high ? high * 1.08 : 1];
}

function shade({ ctx, bbox, valToPos }: uPlot, bands: Band[], colour: ReturnType<typeof colours>): void {
  ctx.save();
  ctx.globalAlpha = 0.16;
  for (const { from, to, tone } of bands) {
    const left = valToPos(from, 'x', true);
    ctx.fillStyle = colour[tone];
    ctx.fillRect(left, bbox.top, Math.max(2, valToPos(to, 'x', true) - left), bbox.height);
  }
  ctx.restore();
}

function label(second: number, { from, to }: Span): string {
  const at = new Date(second * 1000);
  const isMidnight = at.getHours() + at.getMinutes() === 0;
  if (to - from > DAY / 2 && isMidnight) return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  return timeOfDay(second * 1000, second * 1000, to - from < 600);
}

/** The value of a line where the pointer is, or its latest. */
function describeValue({ unit, lines }: Panel, line: number, at: number | null): string {
  const values = lines[line]?.values ?? [];
  const value = at === null ? values.findLast((one) => one !== null) : values[at];
  return value === null || value === undefined ? 'no data' : quantity(value, unit);
}
