import type { CameraRecord } from '@framewire/contract';
import { expect, it } from 'vitest';
import { createRenames } from './renames.ts';

const record = (camera_id: string, more: Partial<CameraRecord>): CameraRecord => ({
  camera_id,
  state: 'online',
  since: 0,
  timestamp: 0,
  restarts: 0,
  ...more,
});
const frame = (camera_id: string, original_timestamp: number) => ({ camera_id, original_timestamp });

it('frames from before belong to the camera under its id of now, and later ones of the old id do not', () => {
  const renames = createRenames();
  const removed = record('door', { state: 'removed', renamed_to: 'porch', since: 100 });
  expect(renames.camera(removed)).toEqual({ from: 'door', to: 'porch' });
  expect(renames.camera(removed)).toBeUndefined();
  renames.camera(record('porch', { formerly: [{ camera_id: 'door', until: 100 }] }));
  renames.camera(record('porch', { state: 'removed', renamed_to: 'gate', since: 200 }));
  const ids = [frame('door', 99), frame('porch', 150), frame('door', 101), frame('gate', 300), frame('yard', 1)];
  expect(ids.map(renames.currentOf)).toEqual(['gate', 'gate', 'door', 'gate', 'yard']);
  const isPorch = renames.isOf('porch');
  expect([frame('door', 99), frame('door', 101), frame('porch', 300)].map(isPorch)).toEqual([true, false, true]);
});

it('there and back is one camera', () => {
  const renames = createRenames();
  renames.camera(record('door', { state: 'removed', renamed_to: 'porch', since: 100 }));
  renames.camera(record('porch', { state: 'removed', renamed_to: 'door', since: 200 }));
  expect([frame('door', 50), frame('porch', 150), frame('door', 250)].map(renames.currentOf)).toEqual([
    'door',
    'door',
    'door',
  ]);
});
