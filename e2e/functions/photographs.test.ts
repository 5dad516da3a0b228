/** Photographs of people by HTTP: each is accepted, and a plain WebSocket gets it back with the faces in the right places. */
import { waitFor } from '@framewire/runtime/process';
import { expect, inject, it } from 'vitest';
import { scoreBoxes, sumScores } from '../../testkit/frames/boxes.ts';
import { readPhotographs } from '../../testkit/frames/photographs.ts';
import { postFrame } from '../../testkit/system/cameras.ts';
import { openPlainViewer } from '../../testkit/viewers/legacy.ts';

const system = inject('system');
const { FRAMEWIRE_IMAGES: IMAGES, FRAMEWIRE_MODELS: MODELS } = process.env;

/** Of the 18 faces in the photographs: how many must be found, and how many boxes may be on none. */
const WANTED = MODELS ? { found: 18, beside: 2 } : { found: 14, beside: 0 };

it.skipIf(!IMAGES)(
  `faces in photographs${IMAGES ? '' : ' (skipped: FRAMEWIRE_IMAGES names no folder with photographs)'}`,
  async () => {
    const viewer = await openPlainViewer(system.dashboard);
    const scores = [];
    const photographs = readPhotographs(IMAGES!);
    // pictures come to a viewer as soon as the connector knows of it
    await waitFor('the first picture', async () => {
      const frame = await postFrame(system, 'photographs', photographs[0]!.jpeg);
      return waitFor('its result', () => viewer.results.some((r) => r.frame_id === frame), { timeout: 3_000 });
    });
    for (const { file, jpeg, faces } of photographs) {
      const frame = await postFrame(system, 'photographs', jpeg);
      const result = await waitFor(`the result of ${file}`, () => viewer.results.find((r) => r.frame_id === frame), {
        timeout: 30_000,
      });
      expect(result.camera_id).toBe('photographs');
      expect(Buffer.from(result.frame!, 'base64').equals(jpeg)).toBe(true);
      expect(result.timestamp).toBeGreaterThan(result.original_timestamp);
      expect(result.node_id).toMatch(/^detect-faces-/);
      scores.push(scoreBoxes(result.detections, faces));
    }
    const { found, faces, beside } = sumScores(scores);
    expect(faces).toBe(18);
    expect(found).toBeGreaterThanOrEqual(WANTED.found);
    expect(beside).toBeLessThanOrEqual(WANTED.beside);
    await viewer.close();
  },
);
