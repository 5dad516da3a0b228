/** A bar: one figure, or several that add up. */
export interface Bar {
  label: string;
  parts: { name: string; value: number }[];
  /** The lowest and the highest round, drawn as a whisker. */
  low?: number;
  high?: number;
  /** What stands behind it. */
  text: string;
}

export interface BarChart {
  title: string;
  unit: string;
  bars: Bar[];
}

const WIDTH = 820;
const LEFT = 310;
const RIGHT = 110;
const TOP = 46;
const ROW = 30;
/** Of what is drawn, in this order. */
export const COLOURS = ['#2f6f8f', '#d98032', '#5b9e6f', '#a25b8d', '#c2a83e', '#7f8a94', '#b5544c', '#4f5fa8'];

/** Horizontal bars as an SVG that reads on light and dark pages. */
export function barChart({ title, unit, bars }: BarChart): string {
  const names = [...new Set(bars.flatMap(({ parts }) => parts.map(({ name }) => name)))];
  const legend = names.length > 1 ? names : [];
  const most = Math.max(0, ...bars.map(({ parts, high }) => Math.max(high ?? 0, sum(parts))));
  const { top, step } = scale(most);
  const x = (value: number) => LEFT + (value / top) * (WIDTH - LEFT - RIGHT);
  const legendRows = Math.ceil(legend.length / 4);
  const bottom = TOP + bars.length * ROW;
  const height = bottom + 34 + legendRows * 20;
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">
<rect width="${WIDTH}" height="${height}" rx="8" fill="#fff"/>
<title>${escapeText(title)}</title>
<text x="16" y="26" font-size="15" font-weight="600" fill="#222">${escapeText(title)}</text>
${ticks.map((tick) => `<path d="M${coordinate(x(tick))} ${TOP}V${bottom}" stroke="#ddd"/><text x="${coordinate(x(tick))}" y="${bottom + 18}" text-anchor="middle" fill="#666">${tickText(tick)}</text>`).join('\n')}
<text x="${WIDTH - 16}" y="${bottom + 18}" text-anchor="end" fill="#666">${escapeText(unit)}</text>
${bars.map((bar, row) => drawBar(bar, row)).join('\n')}
${legend.map((name, i) => `<rect x="${16 + (i % 4) * 184}" y="${bottom + 30 + Math.floor(i / 4) * 20}" width="11" height="11" fill="${colour(name)}"/><text x="${33 + (i % 4) * 184}" y="${bottom + 40 + Math.floor(i / 4) * 20}" fill="#333">${escapeText(name)}</text>`).join('\n')}
</svg>
`;

  function colour(name: string): string {
    return COLOURS[names.indexOf(name) % COLOURS.length]!;
  }

  function drawBar({ label, parts, low, high, text }: Bar, row: number): string {
    const y = TOP + row * ROW + 5;
    let at = 0;
    const drawn = parts.map(({ name, value }) => {
      const from = at;
      at += value;
      return `<rect x="${coordinate(x(from))}" y="${y}" width="${coordinate(x(at) - x(from))}" height="20" fill="${colour(name)}"/>`;
    });
    const whisker =
      low !== undefined && high !== undefined && high > low
        ? `<path d="M${coordinate(x(low))} ${y + 10}H${coordinate(x(high))}M${coordinate(x(low))} ${y + 5}V${y + 15}M${coordinate(x(high))} ${y + 5}V${y + 15}" stroke="#222" fill="none"/>`
        : '';
    const end = x(Math.max(at, high ?? 0)) + 8;
    return `<text x="${LEFT - 10}" y="${y + 15}" text-anchor="end" fill="#222">${escapeText(label)}</text>${drawn.join('')}${whisker}<text x="${coordinate(end)}" y="${y + 15}" fill="#222">${escapeText(text)}</text>`;
  }
}

/** Ticks at 1, 2 or 5 times a power of ten: at most nine of them, the last at or above the highest value. */
export function scale(most: number): { top: number; step: number } {
  if (!(most > 0)) return { top: 1, step: 1 };
  const power = 10 ** Math.floor(Math.log10(most / 5));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => most / candidate <= 8)!;
  return { top: Math.ceil(most / step - 1e-9) * step, step };
}

const sum = (parts: Bar['parts']) => parts.reduce((total, { value }) => total + value, 0);
/** As short as a picture allows. */
export const coordinate = (value: number) => value.toFixed(1);
export const tickText = (tick: number) => String(Number(tick.toPrecision(6)));
export const escapeText = (text: string) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
