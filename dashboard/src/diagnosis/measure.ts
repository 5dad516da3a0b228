import type { Evidence } from '@framewire/contract';
import { duration, percent, rate } from '../ui/format.ts';

/** A number of evidence with its unit. */
export function measure(value: number, unit: Evidence['unit']): string {
  switch (unit) {
    case 'ratio':
      return percent(value);
    case 'ms':
      return value > 0 && value < 10 ? `${value.toFixed(1)} ms` : duration(value);
    case 's':
      return duration(value * 1000);
    default:
      return `${rate(value)} ${unit}`;
  }
}
