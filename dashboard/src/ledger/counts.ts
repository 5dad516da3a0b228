import { outcome } from '@framewire/contract';

/** The columns of a table: where each frame is. */
export const COUNTS = [...outcome.options, 'in_flight', 'unaccounted'] as const;
export type Count = 'published' | (typeof COUNTS)[number];
export const COUNT_NAME: Partial<Record<Count, string>> = { in_flight: 'in flight' };

/** Whether frames that are counted there are a fault of somebody's. */
export const isBad = (count: Count, frames: number): boolean =>
  frames > 0 && (count === 'unaccounted' || count === 'failed' || count === 'rejected');
