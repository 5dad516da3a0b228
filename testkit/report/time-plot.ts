/** A value for each second; undefined or NaN where there is none. */
export interface Line {
  name: string;
  values: readonly (number | undefined)[];
  /** Counts that change from one to the next, drawn as steps. */
  stepped?: boolean;
}

export interface Panel {
  title: string;
  unit: string;
  lines: Line[];
}

export interface TimePlot {
  title: string;
  panels: Panel[];
  /** Stretches of time, seconds, drawn behind all panels. */
  shaded: { name: string; stretches: [from: number, to: number][] };
  /** Moments, seconds. */
  marks: { at: number; text: string }[];
}

const WIDTH = 820;
const LEFT = 64;
const RIGHT = 24;
const TOP = 84;
const PANEL = 112;
const GAP = 46;
const SHADE = '#f3dcc4';
/** Of lines, in this order. */
const COLOURS = ['#2f6f8f', '#d98032', '#5b9e6f', '#a25b8d', '#c2a83e', '#7f8a94', '#b5544c', '#4f5fa8'];

/** Panels one below the other over the same seconds, as an SVG that reads on light and dark pages. */
export function timePlot({ title, panels, shaded, marks }: TimePlot): string {
  const seconds = Math.max(1, ...panels.flatMap(({ lines }) => lines.map(({ values }) => values.length - 1)));
  const time = scale(seconds);
  const bottom = TOP + panels.length * (PANEL + GAP) - GAP;
  const height = bottom + 40;
  const x = (second: number) => LEFT + (second / seconds) * (WIDTH - LEFT - RIGHT);
  const ticks = Array.from({ length: Math.floor(seconds / time.step) + 1 }, (_, i) => i * time.step);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">
<rect width="${WIDTH}" height="${height}" rx="8" fill="#fff"/>
<title>${escapeText(title)}</title>
<text x="16" y="26" font-size="15" font-weight="600" fill="#222">${escapeText(title)}</text>
<rect x="16" y="38" width="11" height="11" fill="${SHADE}"/><text x="33" y="48" fill="#333">${escapeText(shaded.name)}</text>
${panels.map(drawPanel).join('\n')}
${marks.map(drawMark).join('\n')}
${ticks.map((tick) => `<text x="${coordinate(x(tick))}" y="${bottom + 18}" text-anchor="middle" fill="#666">${tickText(tick)}</text>`).join('\n')}
<text x="${WIDTH - RIGHT}" y="${bottom + 34}" text-anchor="end" fill="#666">seconds</text>
</svg>
`;

  function drawMark({ at, text }: TimePlot['marks'][number]): string {
    // what would not fit to the right of its line stands to the left
    const [side, anchor] = at > 0.8 * seconds ? [-5, 'end'] : [5, 'start'];
    return `<path d="M${coordinate(x(at))} ${TOP - 10}V${bottom}" stroke="#222" stroke-dasharray="3 3"/><text x="${coordinate(x(at) + side)}" y="66" text-anchor="${anchor}" fill="#222">${escapeText(text)}</text>`;
  }

  function drawPanel({ title, unit, lines }: Panel, row: number): string {
    const top = TOP + row * (PANEL + GAP);
    const most = Math.max(0, ...lines.flatMap(({ values }) => values.filter(isValue)));
    const { top: end, step } = scale(most);
    const y = (value: number) => top + PANEL - (value / end) * PANEL;
    // every other line where they would stand too close
    const apart = end / step > 5 ? 2 * step : step;
    const lineTicks = Array.from({ length: Math.floor(end / apart + 1e-9) + 1 }, (_, i) => i * apart);
    const shades = shaded.stretches.map(
      ([from, to]) =>
        `<rect x="${coordinate(x(from))}" y="${top}" width="${coordinate(x(to) - x(from))}" height="${PANEL}" fill="${SHADE}"/>`,
    );
    const grid = lineTicks.map(
      (tick) =>
        `<path d="M${LEFT} ${coordinate(y(tick))}H${WIDTH - RIGHT}" stroke="#ddd"/><text x="${LEFT - 8}" y="${coordinate(y(tick) + 4)}" text-anchor="end" fill="#666">${tickText(tick)}</text>`,
    );
    let legendAt = WIDTH - RIGHT;
    const legend = lines.map(({ name }, i) => ({ name, colour: COLOURS[i]! })).reverse();
    const names = legend.map(({ name, colour }) => {
      legendAt -= 24 + name.length * 7;
      return `<rect x="${legendAt}" y="${top - 17}" width="11" height="11" fill="${colour}"/><text x="${legendAt + 16}" y="${top - 7}" fill="#333">${escapeText(name)}</text>`;
    });
    const drawn = lines.map(
      ({ values, stepped }, i) =>
        `<path d="${path(values, x, y, stepped)}" fill="none" stroke="${COLOURS[i]}" stroke-width="1.5"/>`,
    );
    const heading = `<text x="${LEFT}" y="${top - 7}" font-weight="600" fill="#222">${escapeText(title)}<tspan font-weight="400" fill="#666"> ${escapeText(unit)}</tspan></text>`;
    return [...shades, ...grid, heading, ...names, ...drawn].join('\n');
  }
}

/** A point within a stretch of equal values draws nothing, and is left out. */
function path(
  values: Line['values'],
  x: (second: number) => number,
  y: (value: number) => number,
  stepped = false,
): string {
  let text = '';
  for (let i = 0; i < values.length; i++) {
    const [before, value, after] = [values[i - 1], values[i], values[i + 1]];
    if (!isValue(value)) continue;
    if (!isValue(before)) text += `M${coordinate(x(i))} ${coordinate(y(value))}`;
    else if (stepped) text += value === before ? '' : `H${coordinate(x(i))}V${coordinate(y(value))}`;
    else if (value !== before || value !== after) text += `L${coordinate(x(i))} ${coordinate(y(value))}`;
    if (stepped && !isValue(after)) text += `H${coordinate(x(i))}`;
  }
  return text;
}

const isValue = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);

/** Ticks at 1, 2 or 5 times a power of ten: at most nine of them, the last at or above the highest value. */
export function scale(most: number): { top: number; step: number } {
  if (!(most > 0)) return { top: 1, step: 1 };
  const power = 10 ** Math.floor(Math.log10(most / 5));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => most / candidate <= 8)!;
  return { top: Math.ceil(most / step - 1e-9) * step, step };
}

/** As short as a picture allows. */
const coordinate = (value: number) => value.toFixed(1);
const tickText = (tick: number) => String(Number(tick.toPrecision(6)));
const escapeText = (text: string) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
