import { Registry } from '@framewire/runtime/telemetry';
import { expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';

it('counts frames under their camera, and under "other" beyond the first 200', async () => {
  const registry = new Registry();
  const metrics = createMetrics(registry);
  for (let n = 0; n < 250; n++) metrics.frame(`camera-${n}`, 'detected');
  metrics.frame('camera-7', 'detected');
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('cv_frames_total{'));
  expect(lines).toHaveLength(201);
  expect(lines).toContain('cv_frames_total{camera_id="camera-7",outcome="detected"} 2');
  expect(lines).toContain('cv_frames_total{camera_id="other",outcome="detected"} 50');
});
