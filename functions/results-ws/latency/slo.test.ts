import { Registry } from '@framewire/runtime/telemetry';
import { describe, expect, it } from 'vitest';
import { createSlo } from './slo.ts';

function setUp() {
  let now = 1_700_000_000_000;
  const registry = new Registry();
  const slo = createSlo({ target: 500, objective: 0.99, registry, clock: () => now });
  return {
    slo,
    registry,
    pass(seconds: number) {
      now += seconds * 1000;
    },
  };
}

describe('the objective', () => {
  it('says by camera and of all which share was within the target', () => {
    const { slo } = setUp();
    for (let n = 0; n < 90; n++) slo.drawn('door', 60);
    for (let n = 0; n < 10; n++) slo.drawn('door', 900);
    for (let n = 0; n < 100; n++) slo.drawn('yard', n < 50 ? 500 : 501);
    const { cameras, ...all } = slo.answer();
    expect(all).toEqual({ target: 500, objective: 0.99, good_ratio: 0.7, frames: 200 });
    expect(cameras).toEqual([
      { camera_id: 'door', good_ratio: 0.9, frames: 100, p95: expect.any(Number) },
      { camera_id: 'yard', good_ratio: 0.5, frames: 100, p95: expect.any(Number) },
    ]);
    // within a tenth
    for (const [n, p95] of [900, 501].entries()) {
      expect(cameras[n]!.p95).toBeGreaterThanOrEqual(p95);
      expect(cameras[n]!.p95).toBeLessThanOrEqual(p95 * 1.11);
    }
  });

  it('has ratios of four digits, and one below the objective never reads as if it met it', () => {
    const { slo } = setUp();
    for (let n = 0; n < 3_000; n++) slo.drawn('door', n < 29 ? 900 : 60);
    for (let n = 0; n < 3; n++) slo.drawn('yard', n < 1 ? 900 : 60);
    expect(slo.answer().cameras.map(({ good_ratio }) => good_ratio)).toEqual([0.9903, 0.6666]);
    for (let n = 0; n < 10_000; n++) slo.drawn('hall', n < 101 ? 900 : 60);
    expect(slo.answer().good_ratio).toBe(0.9899);
  });

  it('is of five minutes, and says nothing where nobody draws', () => {
    const { slo, pass } = setUp();
    expect(slo.answer()).toEqual({ target: 500, objective: 0.99, frames: 0, cameras: [] });
    slo.drawn('door', 900);
    pass(240);
    slo.drawn('door', 60);
    expect(slo.answer()).toMatchObject({ good_ratio: 0.5, frames: 2 });
    pass(120);
    expect(slo.answer()).toMatchObject({ good_ratio: 1, frames: 1 });
    pass(400);
    expect(slo.answer().cameras).toEqual([]);
  });

  it('is counted for its alerts, late ones from 0 on, and cameras beyond 200 as one', async () => {
    const { slo, registry } = setUp();
    slo.drawn('door', 60);
    slo.drawn('door', -4);
    for (let n = 0; n < 300; n++) slo.drawn(`made-up-${n}`, 600);
    const text = await registry.metrics();
    expect(text).toContain('cv_frames_drawn_total{camera_id="door",good="true"} 2');
    expect(text).toContain('cv_frames_drawn_total{camera_id="door",good="false"} 0');
    expect(text).toContain('cv_frames_drawn_total{camera_id="other",good="false"} 101');
    expect(text.match(/cv_frames_drawn_total\{/g)?.length).toBe(2 * 201);
    expect(text).toContain('cv_slo_target_seconds 0.5');
    expect(text).toContain('cv_slo_objective_ratio 0.99');
    expect(text).toContain('cv_end_to_end_latency_seconds_count 302');
  });
});
