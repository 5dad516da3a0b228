import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { timeOfDay } from '../logic/format.ts';
import type { Band } from '../logic/happenings.ts';
import type { Span } from '../logic/range.ts';
import { brief, type Panel, quantity, stacked, stacks } from '../logic/series.ts';
import { colours } from './colours.ts';

/** One chart on the page. Loaded only when there is one to draw. */
export interface Plot {
  resize(width: number): void;
  destroy(): void;
}

export interface Drawn {
  panel: Panel;
  span: Span;
  /** Stretches that are shaded. */
  bands: Band[];
  width: number;
  height: number;
  /** Charts of one name show their cursors at the same moment. */
  together: string;
  /** Somebody drew a stretch with the pointer. */
  onzoom(span: Span): void;
}

const FONT = '12px Inter, system-ui, sans-serif';
const DAY = 86_400;

export function plot(target: HTMLElement, { panel, span, bands, width, height, together, onzoom }: Drawn): Plot {
  const colour = colours();
  const { unit, lines, times } = panel;
  const stack = stacks(panel);
  const axis = { stroke: colour.muted, font: FONT, grid: { stroke: colour.line, width: 1 }, ticks: { show: false } };
  const chart = new uPlot(
    {
      width,
      height,
      padding: [8, 14, 0, 0],
      cursor: {
        sync: { key: together },
        drag: { x: true, y: false, setScale: false },
        points: { size: 7 },
      },
      scales: {
        x: { time: true, range: [span.from, span.to] },
        y: { range: (_, low, high) => limits(panel, low, high) },
      },
      axes: [
        { ...axis, size: 28, values: (_, at) => at.map((second) => label(second, span)) },
        { ...axis, size: 60, gap: 6, values: (_, at) => at.map((value) => brief(value, unit)) },
      ],
      series: [
        { label: 'Time', value: (_, second) => (second ? timeOfDay(second * 1000, Date.now(), true) : 'latest') },
        ...lines.map(
          (line, i): uPlot.Series => ({
            label: line.label,
            stroke: colour.lines[i % colour.lines.length],
            fill: stack ? `${colour.lines[i % colour.lines.length]}59` : undefined,
            width: stack ? 1 : 1.5,
            spanGaps: false,
            points: { show: false },
            value: (_, __, ___, at) => words(at === null ? last(line.values) : (line.values[at] ?? null), panel),
          }),
        ),
      ],
      bands: stack ? lines.slice(1).map((_, i) => ({ series: [i + 2, i + 1] })) : [],
      hooks: {
        drawClear: [(self) => shade(self, bands, colour)],
        setSelect: [
          (self) => {
            const { left, width: wide } = self.select;
            if (wide < 4) return;
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            onzoom({ from: self.posToVal(left, 'x'), to: self.posToVal(left + wide, 'x') });
          },
        ],
      },
    },
    [times, ...(stack ? stacked(lines) : lines.map(({ values }) => values))],
    target,
  );
  return {
    resize: (next) => chart.setSize({ width: next, height }),
    destroy: () => chart.destroy(),
  };
}

/** From 0 on, so that little looks little; what is promised near 1 is looked at near 1. */
function limits({ name, unit }: Panel, low: number | null, high: number | null): [number, number] {
  if (name === 'objective') return [Math.min(0.95, (low ?? 1) - 0.02), 1];
  if (unit === 'share') return [0, Math.max(1, high ?? 1)];
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

const last = (values: (number | null)[]): number | null => values.findLast((value) => value !== null) ?? null;
const words = (value: number | null, { unit }: Panel): string => (value === null ? 'no data' : quantity(value, unit));
