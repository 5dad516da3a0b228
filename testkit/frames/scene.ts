import { createScene, readTruth } from '../../connectors/camera/demo/scene.ts';
import type { Box } from './boxes.ts';

/** The drawn scene of the camera connector's demo cameras: people whose faces it knows. */
export { createScene, HEIGHT, readTruth, WIDTH } from '../../connectors/camera/demo/scene.ts';

/** A picture whose faces are known. */
export interface KnownFrame {
  jpeg: Uint8Array;
  faces: Box[];
}

/** So many scenes, each of another camera and at another moment. @throws Error if one does not carry its faces. */
export const drawScenes = (count: number): Promise<KnownFrame[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const jpeg = await createScene(`faces ${i}`).draw(2 * i);
      const faces = readTruth(jpeg);
      if (!faces) throw new Error(`drawn scene ${i} does not carry its faces`);
      return { jpeg, faces };
    }),
  );

/** A JPEG that passes for one until it is decoded: damaged within its entropy-coded data, which no header describes. */
export async function drawDamaged(seed: string): Promise<Uint8Array> {
  const jpeg = Buffer.from(await createScene(seed).draw(0));
  return jpeg.fill(0xff, Math.floor(jpeg.length * 0.5), jpeg.length - 2);
}
