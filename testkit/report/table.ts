import type { Spread } from './statistics.ts';

export interface Table {
  head: string[];
  rows: string[][];
}

/** As Markdown: the first column to the left, figures to the right, padded so that it reads well as text too. */
export function toMarkdown({ head, rows }: Table): string {
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map((row) => (row[i] ?? '').length)));
  const line = (cells: string[]) =>
    `| ${widths.map((width, i) => (i === 0 ? (cells[i] ?? '').padEnd(width) : (cells[i] ?? '').padStart(width))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** Three significant digits at most, none after the point from 100 on; `-` where there is no figure. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** `5.02 (4.9 to 5.1)`: the median, and the lowest and highest round. */
export function withSpread({ median, low, high, rounds }: Spread): string {
  return rounds > 1 ? `${figure(median)} (${figure(low)} to ${figure(high)})` : figure(median);
}
