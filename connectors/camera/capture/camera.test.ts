import { waitFor } from '@framewire/runtime/process';
import { expect, it } from 'vitest';
import { readTruth } from '../demo/scene.ts';
import { startBench } from '../testing/bench.ts';

it('publishes what its source shows, numbered from 1, and says that it is online', async () => {
  const bench = await startBench();
  bench.consume();
  await bench.put('door', { url: 'demo:' });
  await waitFor('frames', () => bench.frames.length >= 10);
  // on a busy machine some are shed: the next frame reports them
  const seqs = bench.frames.flatMap(({ seq, shed = [] }) => [...shed.flatMap(([a, b]) => range(a, b)), seq!]);
  expect(seqs).toEqual(range(1, seqs.length));
  for (const { camera_id, source, jpeg, captured_at, deadline_ms } of bench.frames) {
    expect({ camera_id, source }).toEqual({ camera_id: 'door', source: bench.cameras.get('door')!.record.source });
    expect(deadline_ms).toBe(captured_at + 2_000);
    expect(readTruth(jpeg)!.length).toBeGreaterThanOrEqual(2);
  }
  await waitFor('its states', () => bench.states.length >= 2);
  expect(bench.states).toMatchObject([
    { camera_id: 'door', state: 'starting', url: 'demo:', fps: 10, restarts: 0 },
    { camera_id: 'door', state: 'online' },
  ]);
  await bench.cameras.close();
  await waitFor('the last state', () => bench.states.at(-1)?.state === 'offline');
  expect(bench.states.at(-1)?.reason).toBe('the camera connector was stopped');
  await bench.stop();
});

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);
