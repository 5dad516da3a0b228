/** One camera, two models: each topic goes through a function of its own, is accounted for by itself, and is shown in the browser. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { framesAnswer, type LedgerAnswer, ledgerAnswer } from '@framewire/contract';
import { waitFor } from '@framewire/runtime/process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepScreenshot } from '../../testkit/browser/launch.ts';
import { putCamera, removeCameras, viewOf } from '../../testkit/system/cameras.ts';
import { ROOT } from '../../testkit/system/paths.ts';
import { type System, startSystem } from '../../testkit/system/system.ts';
import { accessibilityFindings } from '../browser/axe.ts';
import { useChromium } from '../browser/use.ts';
import { writeObjectsModel } from '../functions/objects-model.ts';

const long = { timeout: 120_000, every: 200 };

const chromium = useChromium();
let models = '';
let system: System;
beforeAll(async () => {
  models = mkdtempSync(join(tmpdir(), 'framewire-models-'));
  writeObjectsModel(models);
  system = await startSystem({
    args: ['--stack', join(ROOT, 'stack.objects.yml'), '--camera', 'door:faces@4+objects@1=demo:'],
    models,
  });
});
afterAll(async () => {
  await system?.stop();
  rmSync(models, { recursive: true, force: true });
});

const ask = async (path: string) => (await fetch(`${system.dashboard}${path}`)).json();
const topicsOf = ({ cameras }: LedgerAnswer) => cameras.find(({ camera_id }) => camera_id === 'door')?.topics ?? [];
const detectedOf = (ledger: LedgerAnswer, name: string) =>
  topicsOf(ledger).find(({ topic }) => topic === name)?.detected ?? 0;

it('sends each topic through its own function, named by the start', async () => {
  await waitFor(
    'frames of both',
    async () => {
      const ledger = ledgerAnswer.parse(await ask('/api/ledger'));
      return detectedOf(ledger, 'faces') >= 12 && detectedOf(ledger, 'objects') >= 3;
    },
    long,
  );
  for (const [topic, replica] of [
    ['faces', /^detect-faces-/],
    ['objects', /^detect-objects-/],
  ] as const) {
    const { frames } = framesAnswer.parse(await ask(`/api/frames?camera=door&topic=${topic}`));
    const detected = frames.filter(({ outcome }) => outcome === 'detected');
    expect(new Set(frames.map((frame) => frame.topic))).toEqual(new Set([topic]));
    expect(detected.every(({ node_id }) => replica.test(node_id!))).toBe(true);
  }
  const view = await viewOf(system, 'door');
  expect(view?.source).toMatchObject({ fps: 4, topics: { faces: { fps: 4 }, objects: { fps: 1 } } });
  expect(Object.keys(view!.topics!)).toEqual(['faces', 'objects']);
});

it('shows the boxes of both on one picture, with a legend', async () => {
  const page = await chromium.open(`${system.dashboard}#/camera/door`);
  const legend = page.getByRole('list', { name: 'Boxes by topic' });
  await legend.getByText('dog 1, person 1').waitFor();
  await legend
    .getByText(/^(this frame|[\d.]+ m?s (before|after) this frame)$/)
    .nth(1)
    .waitFor();
  await page.locator('figure .label', { hasText: /^person 0\.\d\d$/ }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await keepScreenshot(page, 'camera-with-two-topics');
});

it('leaves no residual in the ledger of either topic', async () => {
  await putCamera(system, 'door', { url: 'demo:', topics: { objects: { fps: 2 } } }); // a change ends both sources
  await removeCameras(system, 'door');
  const ledger = await waitFor(
    'an account of every frame',
    async () => {
      const answer = ledgerAnswer.parse(await ask('/api/ledger'));
      return topicsOf(answer).every(({ in_flight }) => in_flight === 0) ? answer : undefined;
    },
    long,
  );
  expect(topicsOf(ledger).map(({ topic }) => topic)).toEqual(['faces', 'objects']);
  for (const { topic: _, published, in_flight, unaccounted, detected, expired, rejected, failed, shed } of topicsOf(
    ledger,
  )) {
    expect({ in_flight, unaccounted }).toEqual({ in_flight: 0, unaccounted: 0 });
    expect(published).toBe(detected + expired + rejected + failed + shed);
  }
});
